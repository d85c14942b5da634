"""A table of order lines, whatever file it is from: its header is found, its rows are grouped by order and read."""

from __future__ import annotations

import itertools
import json
import sqlite3
from collections.abc import Iterator, Sequence

from portal.domain.intake.cells import Row
from portal.domain.intake.imported_order import Read, Reject
from portal.domain.intake.mapping import FeedMapping, MappingError
from portal.domain.intake.rows import RowReader
from portal.schemas.order_values import MOST_LINES

HEADER_WITHIN = 10
"""Rows. Exports have a title above their header, and when it was made."""


def table_orders(rows: Iterator[Row | Reject], mapping: FeedMapping, *, pads: bool = False) -> Iterator[Read | Reject]:
    """Orders in the order of the file. `pads`: a row without cells at its end has blanks there, and what stands beside
    the table is no part of it. Raises MappingError where the header lacks a column the mapping needs."""
    reader = _reader(rows, mapping)
    if pads:
        rows = _padded(rows, reader.width)
    rows = (row for row in rows if isinstance(row, Reject) or any(row[1]))
    if reader.looks_around:
        rows = _rows_of_orders(rows, reader)
    for group in _adjacent(rows, reader) if mapping.is_grouped else _collected(rows, reader):
        if isinstance(group, Reject):
            yield group
        elif len(group) > MOST_LINES:
            yield Reject(group[0][0], reader.number_of(group[0][1]), "lines", f"has more than {MOST_LINES} entries")
        else:
            yield from reader.read(group)


def _reader(rows: Iterator[Row | Reject], mapping: FeedMapping) -> RowReader:
    """The header is the first row that has every column of the mapping. Raises MappingError: what is lacking."""
    lacking: MappingError | None = None
    for row in itertools.islice((row for row in rows if not isinstance(row, Reject)), HEADER_WITHIN):
        try:
            return RowReader(mapping, [name.lstrip("\ufeff") for name in row[1]])
        except MappingError as error:
            if lacking is None or len(error.problems) < len(lacking.problems):
                lacking = error
    if lacking is None:
        return RowReader(mapping, [])
    raise lacking


def _rows_of_orders(rows: Iterator[Row | Reject], reader: RowReader) -> Iterator[Row | Reject]:
    """Without those that the mapping skips; what a row leaves to the one above it is said in it."""
    before: Sequence[str] | None = None
    for row in rows:
        if isinstance(row, Reject):
            yield row
        elif skipped := reader.skipped(row):
            yield skipped
        else:
            before = reader.repeated(before, row[1])
            yield row[0], before


def _padded(rows: Iterator[Row | Reject], width: int) -> Iterator[Row | Reject]:
    for row in rows:
        if isinstance(row, Reject):
            yield row
        else:
            yield row[0], [*row[1], *[""] * (width - len(row[1]))][:width]


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
