"""What a workbook may be before it is opened: a zip whose parts are not too large, a sheet of not too many rows.

The library builds every row from a tree of its own and keeps all texts that cells share, so what is looked at here is
what would fill the memory. Entities are refused by defusedxml, formulas are read and never computed.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from typing import BinaryIO

from portal.adapters.feed_bytes import Damaged

MOST_PARTS = 10_000
MOST_SHEET_BYTES = 512 << 20
MOST_TEXT_BYTES = 64 << 20
MOST_OTHER_BYTES = 32 << 20
MOST_ROWS = 1 << 20
LONGEST_ROW = 8 << 20
"""Bytes, unpacked, also of what stands behind the last row: links, merged cells. Rows are what a sheet can have."""
MOST_COLUMNS = 256
CHUNK = 1 << 20
_OVERLAP = 64
_ROW = re.compile(rb"<(?:[\w.-]+:)?row[\s/>]")
_FORMULA = re.compile(rb"<(?:[\w.-]+:)?f[\s/>]")
_SHEETS = re.compile(r"\Axl/worksheets/[^/]+\.xml\Z", re.IGNORECASE)
_TEXTS = re.compile(r"\Axl/sharedstrings\.xml\Z", re.IGNORECASE)
_MEDIA = re.compile(r"\Axl/(media|embeddings|drawings|printersettings)/", re.IGNORECASE)
SMALLER = "save it as CSV, which may be of any length"


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look over the sheets of a workbook found."""

    has_formulas: bool


def look_over(file: BinaryIO) -> Looked:
    """Reads a workbook's parts once, without keeping them. Raises Damaged where it is none, or larger than is read."""
    try:
        with zipfile.ZipFile(file) as parts:
            members = parts.infolist()
            if len(members) > MOST_PARTS:
                raise Damaged(f"is no workbook: it has more than {MOST_PARTS} parts")
            if "[Content_Types].xml" not in parts.namelist():
                raise Damaged("is a zip file, but no .xlsx workbook: unpack it, or save it as .xlsx")
            for member in members:
                _check_size(member)
            sheets = [member for member in members if _SHEETS.match(member.filename)]
            found = [_look_at(parts, sheet) for sheet in sheets]
            return Looked(has_formulas=any(found))
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, OSError) as problem:
        raise Damaged(f"the workbook is damaged: {problem}") from None


def _check_size(member: zipfile.ZipInfo) -> None:
    """Nothing reads more of a part than the size it states. Pictures and the like are not read at all."""
    if _MEDIA.match(member.filename):
        return
    what, most = "one of its parts", MOST_OTHER_BYTES
    if _SHEETS.match(member.filename):
        what, most = "a sheet", MOST_SHEET_BYTES
    elif _TEXTS.match(member.filename):
        what, most = "its texts", MOST_TEXT_BYTES
    if member.file_size > most:
        raise Damaged(f"the workbook is too large: {what} has more than {most >> 20} MiB, unpacked; {SMALLER}")


def _look_at(parts: zipfile.ZipFile, sheet: zipfile.ZipInfo) -> bool:
    """Whether a sheet has formulas. Raises Damaged for too many rows, or one too long."""
    rows, at, last, has_formulas, tail = 0, 0, 0, False, b""
    with parts.open(sheet) as source:
        while chunk := source.read(CHUNK):
            if b"\x00" in chunk:
                raise Damaged("the workbook is damaged: a sheet is not UTF-8")
            window, start = tail + chunk, at - len(tail)
            for found in _ROW.finditer(window):
                if found.end() > len(tail):
                    rows += 1
                    _check_row(start + found.start() - last)
                    last = start + found.start()
            at += len(chunk)
            _check_row(at - last)
            if rows > MOST_ROWS:
                raise Damaged(f"the workbook is too large: a sheet has more than {MOST_ROWS} rows; {SMALLER}")
            has_formulas = has_formulas or bool(_FORMULA.search(window))
            tail = window[-_OVERLAP:]
    return has_formulas


def _check_row(length: int) -> None:
    if length > LONGEST_ROW:
        raise Damaged(f"the workbook is too large: a row of it has more than {LONGEST_ROW >> 20} MiB")
