"""A workbook (.xlsx) as rows of text, as its table would stand in a CSV file. Streams; computes no formula."""

from __future__ import annotations

import re
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date, time, timedelta
from itertools import repeat
from typing import Any, BinaryIO, cast
from zoneinfo import ZoneInfo

import openpyxl
from openpyxl.cell.read_only import EMPTY_CELL
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from portal.adapters.feed_bytes import CHUNK, Damaged, read_piece
from portal.adapters.workbook_limits import MOST_COLUMNS, MOST_ROWS, look_over
from portal.domain.intake.cells import Row
from portal.domain.intake.imported_order import OrderProblem
from portal.domain.intake.mapping import FeedMapping, MappingError
from portal.domain.intake.sheet_cells import moment_text, number_text

MOST_BYTES = 256 << 20
"""Of the file as it is, packed."""
_ESCAPED = re.compile(r"_x(000[9AaDd])_")


def workbook_rows(raw: BinaryIO, mapping: FeedMapping) -> Iterator[Row]:
    """Rows with their number in the sheet, blanks at their ends cut off. The sheet is the one that the mapping names,
    else the first that is not hidden. Raises Damaged; MappingError where there is no such sheet."""
    with ExitStack() as stack:
        file = stack.enter_context(_at_hand(raw))
        has_formulas = look_over(file).has_formulas
        values = _sheet(stack.enter_context(_opened(file, data_only=True)), mapping.sheet)
        formulas: Iterator[Any] = repeat(())
        if has_formulas:
            formulas = _rows_of(_sheet(stack.enter_context(_opened(file, data_only=False)), mapping.sheet))
        for at, (cells, behind) in enumerate(zip(_rows_of(values), formulas, strict=False), 1):
            texts = [_text(cell, mapping.zone) for cell in cells]
            for place, cell in enumerate(behind):
                if cell.data_type == "f" and not texts[place]:
                    texts[place] = str(getattr(cell.value, "text", cell.value))
            while texts and not texts[-1]:
                texts.pop()
            if texts:
                yield at, texts


@contextmanager
def _at_hand(raw: BinaryIO) -> Iterator[BinaryIO]:
    """A workbook's index is at its end, so it is put down first: on disk, not in memory."""
    with tempfile.TemporaryFile() as file:
        length = 0
        while piece := read_piece(raw, CHUNK):
            length += len(piece)
            if length > MOST_BYTES:
                raise Damaged(f"the workbook is too large: it has more than {MOST_BYTES >> 20} MiB")
            file.write(piece)
        file.seek(0)
        yield cast("BinaryIO", file)


@contextmanager
def _opened(file: BinaryIO, *, data_only: bool) -> Iterator[openpyxl.Workbook]:
    if not openpyxl.DEFUSEDXML:
        raise Damaged("workbooks are only read with defusedxml, which OPENPYXL_DEFUSEDXML turns off")
    try:
        with _quietly():
            book = openpyxl.load_workbook(file, read_only=True, data_only=data_only, keep_links=False)
    except Exception as problem:
        # It takes what it finds for granted: parts that are not as they should be raise many things.
        raise Damaged(f"the workbook cannot be read: {_said(problem)}") from None
    if book.epoch == CALENDAR_MAC_1904:
        raise Damaged("the workbook counts its days from 1904: save it with the 1900 date system, or as CSV")
    yield book


def _sheet(book: openpyxl.Workbook, name: str) -> Any:
    if not book.worksheets:
        raise Damaged("the workbook cannot be read: it has no sheet")
    sheets = [sheet for sheet in book.worksheets if sheet.title == name or not name]
    shown = [sheet for sheet in sheets if sheet.sheet_state == "visible" or name]
    if not shown:
        there = ", ".join(book.sheetnames)
        raise MappingError([OrderProblem("file.sheet", f"is no sheet of the workbook; there are: {there}")])
    return shown[0]


def _rows_of(sheet: Any) -> Iterator[tuple[Any, ...]]:
    # What a sheet says of its own size is often wrong: files are written by many programs.
    sheet.reset_dimensions()
    rows = sheet.iter_rows(max_row=MOST_ROWS, max_col=MOST_COLUMNS)
    gap: Any = None
    while True:
        try:
            with _quietly():
                row = next(rows, None)
        except Exception as problem:
            raise Damaged(f"the workbook is damaged from here on: {_said(problem)}") from None
        if row is None:
            return
        end = len(row)
        # Rows that are not in the file come as one and the same tuple.
        while row is not gap and end and row[end - 1] is EMPTY_CELL:
            end -= 1
        gap = gap if end else row
        yield row[:end] if row is not gap else ()


def _said(problem: Exception) -> str:
    problem = problem.__cause__ if isinstance(problem.__cause__, Exception) else problem
    return f"{type(problem).__name__} {problem}".splitlines()[0][:200]


@contextmanager
def _quietly() -> Iterator[None]:
    """Its warnings are of things that are left out when a workbook is written again, which nobody does here."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _text(cell: Any, zone: ZoneInfo) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, str):
        return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), value) if "_x" in value else value
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, (int, float)):
        return number_text(value, cell.number_format)
    return moment_text(value, zone) if isinstance(value, (date, time, timedelta)) else str(value)
