"""When an order may leave for the archive: nothing about it is open, owed or under way, and its legal time is over.

E-Commerce Law art. 31 (电子商务法 31, CN-23): records of goods and transactions are kept for three years at least from
the completion of the transaction; the portal keeps them longer, and only moves them after that. Payments, refunds and
fees stay where they are: vouchers are kept for thirty years (会计档案管理办法, 2016, annex 1).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, get_args

YEARS = 3
"""From the completion of the transaction (E-Commerce Law art. 31)."""

Reason = Literal[
    "under_way",
    "case",
    "refund",
    "dispute",
    "fee",
    "approval",
    "units",
    "guarantee",
    "unread",
    "task",
    "declaration",
    "mail",
    "draft",
    "platform",
    "job",
    "newest",
    "too_new",
]
"""Why an order stays where it is. `too_new`: something has happened about it since the date that was given. `newest`:
one of its rows has the highest number of its table, and SQLite would give that number to the next row."""
REASONS: tuple[Reason, ...] = get_args(Reason)
OVER_STATES = ("delivered", "completed", "cancelled")


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """An order as the archive looks at it. `open`: what of it is not over; `closed_at`: when the last thing about it
    happened, the completion of the transaction being one of them."""

    order_id: int
    shop_id: int
    placed_at: datetime
    closed_at: datetime
    open: frozenset[Reason]


def latest_date(today: date) -> date:
    """The latest date before which orders may leave. The day itself is not counted: of a transaction that was completed
    on 29 February the time is over with 28 February."""
    try:
        return today.replace(year=today.year - YEARS)
    except ValueError:
        return today.replace(year=today.year - YEARS, day=28)


def too_late(before: date, today: date) -> str:
    """Why orders up to `before` may not leave yet, "" where they may."""
    latest = latest_date(today)
    if before <= latest:
        return ""
    return (
        f"{before} is later than the law allows: records of a transaction stay within reach for {YEARS} years from its "
        f"completion (E-Commerce Law of the PRC, art. 31); today --before {latest} or earlier would do"
    )


def why_it_stays(standing: Standing, before: datetime) -> Reason | None:
    """The first that holds, in the order of Reason; None where it may leave."""
    for reason in REASONS:
        if reason in standing.open:
            return reason
    return "too_new" if standing.closed_at >= before else None
