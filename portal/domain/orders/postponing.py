"""延后发货 (S17): before anything is picked a customer may ask to be shipped to later, within the shop's bound.

The date chosen lies after the one promised, else nothing would be asked for. From then on the order is late only once
that day is over: the right to cancel for late shipment counts from it, which is said before it is confirmed. Until the
warehouse picks, it can be taken back. Changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from portal.domain.orders.order import Order

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class LaterOffer:
    """Days between which may be chosen, both included, of the shop's calendar. `promised`: by when it ships otherwise;
    `agreed`: by when it does since it was asked for, None where it was not."""

    first: date
    last: date
    promised: datetime | None
    agreed: datetime | None

    def has(self, day: date) -> bool:
        return self.first <= day <= self.last


def can_postpone(order: Order) -> bool:
    """Before picking, while nothing has left and no cancel waits."""
    return order.state == "paid" and not order.is_shipped_at_all and not order.waiting_case


def offer_later(
    order: Order, *, promised: datetime | None, now: datetime, zone: tzinfo, most_days: int
) -> LaterOffer | None:
    """`promised` (aware UTC): without what was agreed; `most_days` after it, or after today where that is later, the
    bound ends; 0: the shop does not offer it. None where it is not on offer."""
    if most_days < 1 or not can_postpone(order):
        return None
    today = now.astimezone(zone).date()
    latest = max(today, last_day(promised, zone)) if promised else today
    return LaterOffer(
        first=latest + _DAY, last=latest + most_days * _DAY, promised=promised, agreed=order.agreed_ship_by
    )


def last_day(moment: datetime, zone: tzinfo) -> date:
    """The day that a term ends on: of a midnight it is the day before (24:00)."""
    return (moment.astimezone(zone) - timedelta(microseconds=1)).date()
