"""Workbooks as shops' programs write them, of a table's rows."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl

EXAMPLES = Path(__file__).parents[2] / "docs/examples"
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)?\Z")
_AMOUNT = re.compile(r"\d{1,6}\.\d\d\Z")


def workbook(
    rows: Iterable[Sequence[Any]], *, sheet: str = "订单", change: Callable[[Any], None] | None = None
) -> bytes:
    """An .xlsx with these rows, None for no cell; `change` does more to its sheet."""
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.title = sheet
    for row in rows:
        book.active.append(list(row))
    if change:
        change(book.active)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def as_typed(text: str) -> Any:
    """What a spreadsheet makes of it: a date of a date, a number of an amount; what is long or wrapped stays text."""
    if not text:
        return None
    if _MOMENT.match(text):
        return datetime.fromisoformat(text)
    return float(text) if _AMOUNT.match(text) else text


def rows_of(name: str) -> list[list[str]]:
    """A table of docs/examples."""
    with (EXAMPLES / name).open(encoding="utf-8", newline="") as file:
        return [*csv.reader(file)]


def with_part(book: bytes, name: str, content: bytes | Callable[[bytes], bytes]) -> bytes:
    """The workbook with another part in the place of that one."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            held = old.read(member)
            if member == name:
                held = content(held) if callable(content) else content
            new.writestr(member, held)
        if name not in old.namelist():
            new.writestr(name, content if isinstance(content, bytes) else content(b""))
    return out.getvalue()


def with_shared_texts(book: bytes) -> bytes:
    """As Excel writes it: texts stand in a part of their own, cells name them by their place."""
    texts: list[bytes] = []

    def share(found: re.Match[bytes]) -> bytes:
        texts.append(found[1])
        return b't="s"><v>%d</v>' % (len(texts) - 1)

    def shared(part: bytes) -> bytes:
        return re.sub(rb't="inlineStr"><is><t(?: [^>]*)?>(.*?)</t></is>', share, part)

    kind = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    override = b'<Override PartName="/xl/sharedStrings.xml" ContentType="%s"/></Types>' % kind
    book = with_part(book, "xl/worksheets/sheet1.xml", shared)
    book = with_part(book, "[Content_Types].xml", lambda part: part.replace(b"</Types>", override))
    namespace = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    items = b"".join(b"<si><t>%s</t></si>" % text for text in texts)
    return with_part(book, "xl/sharedStrings.xml", b'<sst xmlns="%s">%s</sst>' % (namespace, items))
