"""Orders of the archive in a list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from portal.domain.money import Money
from portal.pages.values.parts import Picture


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedOrderCard:
    """An order in the list, with the title and picture of its first goods."""

    order_no: str
    state: str
    marks: tuple[str, ...]
    placed_at: datetime
    title: str
    picture: Picture
    units: int
    total: Money
    is_paid: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedOrdersPage:
    """`next_after` is the cursor of the next page, "" on the last."""

    cards: tuple[ArchivedOrderCard, ...]
    next_after: str = ""
    is_first: bool = True
