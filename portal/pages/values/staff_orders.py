"""What staff find among the orders of a shop."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from portal.domain.money import Money
from portal.pages.values.archived import ArchivedOrderCard
from portal.pages.values.staff import CustomerShown


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundOrder:
    """A row of a search; `customer` is None where the order has no account."""

    order_no: str
    state: str
    marks: tuple[str, ...]
    placed_at: datetime
    title: str
    units: int
    total: Money
    recipient: str
    customer: CustomerShown | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffOrdersPage:
    """What a search found; `next_after` is the cursor of the next page, "" on the last. `searched`: in how many of the
    newest orders a text that is nothing's whole name is looked for. `archived`: those of the archive that it means by a
    number of theirs."""

    query: str
    searched: int
    orders: tuple[FoundOrder, ...]
    next_after: str = ""
    is_first: bool = True
    archived: tuple[ArchivedOrderCard, ...] = ()
