"""延后发货: which days may be chosen, and what was agreed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LaterPage:
    """`first` to `last`: days of the shop's calendar, both included. `promised`: by when it ships otherwise, None where
    nothing was promised; `agreed`: by when since it was asked for, in the words of `note`."""

    order_no: str
    first: date
    last: date
    promised: datetime | None
    agreed: datetime | None
    note: str = ""
    zone: str = ""
