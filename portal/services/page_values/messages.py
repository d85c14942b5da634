"""What was written on a case, as its reader may see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRow:
    """who: customer, shop, note (internal: staff only). by: the colleague's login, on staff pages only."""

    at: datetime
    who: str
    body: str
    by: str = ""
    is_own: bool = False
