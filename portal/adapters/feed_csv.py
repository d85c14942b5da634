"""A table of order lines: its rows are grouped by order and read by a mapping."""

from __future__ import annotations

import csv
import itertools
import json
import re
import sqlite3
from collections.abc import Iterator

from portal.domain.intake.cells import Row
from portal.domain.intake.imported_order import Read, Reject
from portal.domain.intake.mapping import FeedMapping
from portal.domain.intake.rows import RowReader
from portal.schemas.order_values import MOST_LINES

LONGEST_FIELD = 1 << 20
_SEPARATOR = re.compile(r"\ufeff?\"?sep=([^\"\r\n])\"?\1*[\r\n]*\Z", re.IGNORECASE)


def csv_orders(lines: Iterator[str], mapping: FeedMapping) -> Iterator[Read | Reject]:
    """Orders in the order of the file. Raises MappingError where the header lacks a column the mapping needs."""
    delimiter, skipped, lines = _separator(lines, mapping.delimiter)
    rows = _rows(lines, delimiter, skipped)
    header = next((row for row in rows if not isinstance(row, Reject)), (0, []))[1]
    reader = RowReader(mapping, [name.lstrip("\ufeff") for name in header])
    for group in _adjacent(rows, reader) if mapping.is_grouped else _collected(rows, reader):
        if isinstance(group, Reject):
            yield group
        elif len(group) > MOST_LINES:
            yield Reject(group[0][0], reader.number_of(group[0][1]), "lines", f"has more than {MOST_LINES} entries")
        else:
            yield from reader.read(group)


def _separator(lines: Iterator[str], delimiter: str) -> tuple[str, int, Iterator[str]]:
    """The delimiter, and how many lines are left behind: a first line `sep=;` is for the spreadsheet, and says it."""
    first = next(lines, "")
    if found := _SEPARATOR.match(first):
        return found[1], 1, lines
    return delimiter, 0, itertools.chain([first] if first else [], lines)


def _rows(lines: Iterator[str], delimiter: str, skipped: int) -> Iterator[Row | Reject]:
    """Rows with the line they start on; blank lines are none. What is no row is rejected and the next one read."""
    csv.field_size_limit(LONGEST_FIELD)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        start = reader.line_num + 1 + skipped
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as problem:
            yield Reject(start, "", "", f"is no row of the table: {problem}")
            continue
        if row:
            yield start, row


def _adjacent(rows: Iterator[Row | Reject], reader: RowReader) -> Iterator[list[Row] | Reject]:
    """Runs of rows of one order. No more of a run is held than an order may have lines, and one row to say so."""

    def key(row: Row | Reject) -> tuple[str, int]:
        return ("", row.line) if isinstance(row, Reject) else (reader.number_of(row[1]), 0)

    for _, run in itertools.groupby(rows, key):
        group = [row for _, row in zip(range(MOST_LINES + 1), run, strict=False)]
        if isinstance(group[0], Reject):
            yield group[0]
        else:
            yield group  # type: ignore[misc] # what is rejected is a group of its own, by the key


def _collected(rows: Iterator[Row | Reject], reader: RowReader) -> Iterator[list[Row] | Reject]:
    """The same where the rows of an order stand apart: put in order in a temporary file, not in memory."""
    with sqlite3.connect("") as spool:
        spool.execute("CREATE TABLE row (number TEXT, line INTEGER, cells TEXT)")
        for row in rows:
            if isinstance(row, Reject):
                yield row
            else:
                spool.execute(
                    "INSERT INTO row VALUES (?, ?, ?)", (reader.number_of(row[1]), row[0], json.dumps(row[1]))
                )
        spool.execute("CREATE INDEX by_number ON row (number, line)")
        firsts = "SELECT number, min(line) AS first FROM row GROUP BY number"
        query = f"SELECT row.line, row.cells FROM row JOIN ({firsts}) USING (number) ORDER BY first, row.line"
        found = ((line, json.loads(cells)) for line, cells in spool.execute(query))
        yield from _adjacent(found, reader)
    spool.close()
