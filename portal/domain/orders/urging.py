"""催发货 (S41): an order that waits to be shipped may be urged once a day, and the answer names the promised time.

A day is one of the shop's calendar. Pressed again on the same day nothing happens, and that is said. An order whose
customer has asked for a later date does not wait: taking that back is the way on. Changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Literal

from portal.domain.orders.order import Order

UrgeState = Literal["may", "pressed", "later", "not_waiting"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Urging:
    """may: it can be pressed now; pressed: it was today; later: the customer asked to be shipped to later; not_waiting:
    nothing waits to be shipped, or a cancel holds it.

    `due`: until when the shop has promised to ship (None: it has not), `is_late`: it has not kept that.
    """

    state: UrgeState
    due: datetime | None
    is_late: bool = False

    @property
    def is_on_offer(self) -> bool:
        """Whether pressing means anything: what was pressed today says so again."""
        return self.state in ("may", "pressed")


def decide_urging(
    order: Order, *, urged_at: datetime | None, due: datetime | None, now: datetime, zone: tzinfo
) -> Urging:
    """`urged_at`: when it was pressed last, `due`: as kept with the order; all aware UTC; `zone`: the shop's."""
    is_late = due is not None and now > due
    if not waits_to_ship(order):
        return Urging(state="not_waiting", due=due)
    if order.agreed_ship_by and not is_late:
        return Urging(state="later", due=due)
    is_pressed = urged_at is not None and same_day(urged_at, now, zone)
    return Urging(state="pressed" if is_pressed else "may", due=due, is_late=is_late)


def waits_to_ship(order: Order) -> bool:
    """Paid for (or to be paid at the door), something has not left, and no cancel waits for the warehouse."""
    is_taken = order.state in ("paid", "picking", "shipped")
    return is_taken and not order.waiting_case and bool(order.units_unshipped())


def same_day(one: datetime, other: datetime, zone: tzinfo) -> bool:
    """Of the calendar in `zone`."""
    return one.astimezone(zone).date() == other.astimezone(zone).date()
