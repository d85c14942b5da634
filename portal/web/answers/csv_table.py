"""A table as CSV that a spreadsheet opens: with a BOM, so that it reads UTF-8, and no cell of it is a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from flask import Response

_FORMULAS = ("=", "+", "-", "@", "\t", "\r")


def harmless(cell: str) -> str:
    """What a spreadsheet would reckon stands behind an apostrophe, as text."""
    return f"'{cell}" if cell.lstrip().startswith(_FORMULAS) or cell.startswith(_FORMULAS) else cell


def send_table(name: str, rows: Iterable[Sequence[object]]) -> Response:
    """As a download; whoever calls bounds the rows. Not streamed: whoever hangs up in the middle would leave the
    request of a generator open, whose words are its reader's."""
    response = Response("".join(_lines(rows)), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _lines(rows: Iterable[Sequence[object]]) -> Iterator[str]:
    line = io.StringIO()
    writer = csv.writer(line)
    yield "\ufeff"
    for row in rows:
        writer.writerow([harmless(str(cell)) for cell in row])
        yield line.getvalue()
        line.seek(0)
        line.truncate()
