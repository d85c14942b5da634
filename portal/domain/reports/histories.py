"""What of an order is counted: its applications, its cancels at once, and the money that went back for each.

Codes, times and amounts only: nothing personal comes this far.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Goods:
    """What an application is about: the goods' number and what they are called."""

    sku: str
    title: str


@dataclass(frozen=True, slots=True)
class Happened:
    """An event of a case: `source` (shopper, staff, system, feed) and `what` of its kind, aware UTC."""

    source: str
    what: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedRefund:
    """Money on its way back, in minor units; `settled_at` None until it has arrived. `method`: what it was paid by, or
    `credit` where it became credit with the shop."""

    method: str
    currency: str
    minor: int
    created_at: datetime
    settled_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedCase:
    """An application. `answer` as its outcome has it; `solved`: yes or no, as its customer said, "" while they have
    not; `happened` oldest first. `is_at_once`: a cancel carried out as it was asked for, which opens no case."""

    kind: str
    reason: str
    state: str
    answer: str
    opened_at: datetime
    goods: tuple[Goods, ...] = ()
    happened: tuple[Happened, ...] = ()
    refunds: tuple[CountedRefund, ...] = ()
    solved: str = ""
    is_at_once: bool = False


@dataclass(frozen=True, slots=True)
class OrderHistory:
    """All of an order that is counted. `refunds`: money that went back without an application."""

    cases: tuple[CountedCase, ...] = ()
    refunds: tuple[CountedRefund, ...] = ()
