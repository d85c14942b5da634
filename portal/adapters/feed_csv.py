"""A file of comma-separated values as rows of text: a `sep=` line is undone, what is no row is told."""

from __future__ import annotations

import csv
import itertools
import re
from collections.abc import Iterator

from portal.domain.intake.cells import Row
from portal.domain.intake.imported_order import Reject

LONGEST_FIELD = 1 << 20
_SEPARATOR = re.compile(r"\ufeff?\"?sep=([^\"\r\n])\"?\1*[\r\n]*\Z", re.IGNORECASE)


def csv_rows(lines: Iterator[str], delimiter: str) -> Iterator[Row | Reject]:
    """Rows with the line they start on."""
    delimiter, skipped, lines = _separator(lines, delimiter)
    yield from _rows(lines, delimiter, skipped)


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
