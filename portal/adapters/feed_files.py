"""Files of orders, whatever their format: each order as the order format has it, or why it cannot be read."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Literal

from portal.adapters.feed_bytes import Damaged, lines_of, opened, text_of
from portal.adapters.feed_csv import csv_rows
from portal.adapters.feed_json import Document, json_documents, json_lines
from portal.adapters.feed_shopify import shopify_order
from portal.adapters.feed_tables import table_orders
from portal.adapters.feed_translation import States
from portal.adapters.feed_woocommerce import woocommerce_order
from portal.domain.intake.imported_order import OrderProblem, Read, Reject, number_of
from portal.domain.intake.mapping import FeedMapping, MappingError
from portal.schemas.mapping import parse_mapping

Format = Literal["ndjson", "csv", "xlsx", "shopify", "woocommerce"]
FORMATS: tuple[Format, ...] = ("ndjson", "csv", "xlsx", "shopify", "woocommerce")
TABLES: tuple[Format, ...] = ("csv", "xlsx")
"""Which of them a table is, its first bytes say."""
SHIPPED = Path(__file__).parent.parent / "mappings"
_ZIPPED, _OLD = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
"""How a workbook begins, and one of old."""
_TRANSLATIONS = {"shopify": shopify_order, "woocommerce": woocommerce_order}


def read_orders(
    raw: BinaryIO, file_format: Format, mapping: FeedMapping | None = None, most: int | None = None
) -> Iterator[Read | Reject]:
    """Streams `raw`, gzipped or not, in constant memory. Raises MappingError (tables) before the first order.

    A file that breaks off, or has more than `most` bytes, ends with a Reject that is no order.
    """
    line = 0
    try:
        is_table = file_format in TABLES
        for found in _table(raw, mapping) if is_table else _documents(text_of(raw, most), file_format, mapping):
            line = found.line
            yield found
    except Damaged as problem:
        yield Reject(line + 1, "", "", str(problem), is_order=False)


def _table(raw: BinaryIO, mapping: FeedMapping | None) -> Iterator[Read | Reject]:
    if mapping is None or not mapping.line:
        raise MappingError([OrderProblem("mapping", "a table needs a mapping: --mapping FILE.toml")])
    source, begins = opened(raw)
    if begins == _OLD:
        raise Damaged("is a workbook of old (.xls) or has a password: save it as .xlsx without one, or as CSV")
    if begins == _ZIPPED:
        # Loaded when one comes: it takes longer than many a page, and whoever starts is waited for.
        from portal.adapters.feed_workbook import workbook_rows

        yield from table_orders(workbook_rows(source, mapping), mapping, pads=True)
    else:
        yield from table_orders(csv_rows(lines_of(text_of(source)), mapping.delimiter), mapping)


def _documents(text: Iterator[str], file_format: Format, mapping: FeedMapping | None) -> Iterator[Read | Reject]:
    states, lines = mapping.states if mapping else {}, lines_of(text)
    for document in json_lines(lines) if file_format == "ndjson" else json_documents(lines):
        yield document if isinstance(document, Reject) else _order_of(document, file_format, states)


def _order_of(document: Document, file_format: Format, states: States) -> Read | Reject:
    line, data = document
    if not isinstance(data, dict):
        return Reject(line, "", "", "is no JSON object")
    if file_format == "ndjson":
        return Read(line, number_of(data), data)
    translated = _TRANSLATIONS[file_format](data, states)
    if isinstance(translated, OrderProblem):
        return Reject(line, _their_number(data), translated.field, translated.reason)
    return Read(line, number_of(translated), translated)


def _their_number(data: dict[str, Any]) -> str:
    inner = data.get("order")
    order = inner if isinstance(inner, dict) else data
    name = order.get("name") or order.get("number") or ""
    return str(name).lstrip("#")[:64]


@contextmanager
def open_feed(name: str) -> Iterator[BinaryIO]:
    """The file of that name; `-` is standard input. Raises OSError."""
    if name == "-":
        yield sys.stdin.buffer
    else:
        with Path(name).open("rb") as raw:
            yield raw


def load_mapping(name: str) -> FeedMapping:
    """A mapping file, or one of those shipped, by its name. Raises MappingError, OSError."""
    path = Path(name)
    if not path.exists() and (shipped := SHIPPED / f"{path.name.removesuffix('.toml')}.toml").exists():
        path = shipped
    try:
        return parse_mapping(tomllib.loads(path.read_text("utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise MappingError([OrderProblem(str(path), str(problem))]) from None
