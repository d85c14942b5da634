"""Cursors of paged lists: opaque to people, plain to us, and never a reason for an error page."""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime, timedelta

from portal.repos.order_lists import Cursor

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def write_cursor(at: datetime, row_id: int) -> str:
    """Where a page of a list ended, for `after`: its last row's time to the microsecond, and id."""
    text = f"{(at - _EPOCH) // _MICROSECOND}.{row_id}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(text: str) -> Cursor | None:
    """None for no cursor and for one that was tampered with: the list then starts at the top."""
    try:
        at, row_id = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode().split(".")
        return Cursor(_EPOCH + int(at) * _MICROSECOND, read_row_id(row_id)) if text else None
    except (ValueError, binascii.Error, OverflowError):
        return None


def read_row_id(text: str) -> int:
    """The id of a row, as a cursor holds it. Raises ValueError for one that no database has."""
    row_id = int(text)
    if not 0 <= row_id < 2**63:
        raise ValueError("no row has this id")
    return row_id
