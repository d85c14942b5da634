"""What 我的订单 shows of an order, kept on its row: the list must cost the same for one line and for 1,200."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.domain.orders.order import Order, Restriction

PICTURES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class CameGoods:
    """What decides until when goods can be returned that came `at` (aware UTC); the rest as of a Line. `paid_at`: of
    what was sold prepaid, the moment it is counted from (CN-24)."""

    at: datetime
    tags: tuple[str, ...] = ()
    return_days: int | None = None
    opened_at: datetime | None = None
    restriction: Restriction | None = None
    paid_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodsThere:
    """Goods of an order with its customer; `last_at`: when the last of the order came, None where that is not known."""

    goods: tuple[CameGoods, ...] = ()
    last_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """`pictures` are (title, address) of the first lines; `sent`/`waiting` count units not cancelled.

    The mark `late` is not here: it comes with time, from `ship_due_at` of the order row.
    """

    pictures: tuple[tuple[str, str], ...]
    line_count: int
    marks: tuple[str, ...]
    sent: int
    waiting: int
    cancelled: int
    carrier: str = ""
    tracking_no: str = ""
    delivered_at: datetime | None = None
    is_paid: bool = False
    there: GoodsThere = GoodsThere()


_NEVER_LATE = timedelta(days=36500)


def card_of(order: Order, pictures: tuple[tuple[str, str], ...], there: GoodsThere = GoodsThere()) -> Card:
    """`pictures`: (title, address) of the order's lines in order; only the first three are kept. `there`: what came and
    is still with the customer."""
    live = [line for line in order.lines if line.cancelled < line.quantity]
    latest = max(order.shipments, key=lambda parcel: parcel.shipped_at, default=None)
    signed = [parcel.delivered_at for parcel in order.shipments if parcel.delivered_at]
    marks = order.marks(order.placed_at, _NEVER_LATE)
    return Card(
        pictures=pictures[:PICTURES],
        line_count=len(order.lines),
        marks=tuple(mark for mark in marks if mark != "late"),
        sent=sum(min(line.shipped, line.quantity - line.cancelled) for line in live),
        waiting=sum(max(0, line.quantity - line.cancelled - line.shipped) for line in live),
        cancelled=sum(line.cancelled for line in order.lines),
        carrier=latest.carrier if latest else "",
        tracking_no=latest.tracking_no if latest else "",
        delivered_at=max(signed) if signed else None,
        is_paid=bool(order.payments),
        there=there,
    )
