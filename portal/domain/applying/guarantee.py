"""The legal guarantee of goods that were repaired: lengthened once by twelve months (EU-15)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from portal.domain.applying.units import deliveries_of, parcels_by_line
from portal.domain.applying.windows import months_later
from portal.domain.deadlines.spans import end_of_day
from portal.domain.orders.order import Line, Order
from portal.domain.policy.jurisdictions import Place
from portal.domain.policy.pack import Policy

LEGAL_MONTHS = 24
"""Of the legal guarantee, from the day the goods came (Directive 2019/771, art. 10)."""
MONTHS_OF_REPAIR = 12
RULE = "EU-15"


def lengthened(order: Order, line_ids: Iterable[str], policy: Policy, place: Place) -> Order:
    """`order` after a repair of these lines: each has its guarantee lengthened, but not a second time; the same order
    where the law has no such rule."""
    repaired = frozenset(line_ids)
    if RULE not in policy.rules:
        return order
    return replace(
        order,
        lines=tuple(
            replace(line, guarantee_until=_until(order, line, place))
            if line.id in repaired and line.guarantee_until is None
            else line
            for line in order.lines
        ),
    )


def _until(order: Order, line: Line, place: Place) -> datetime:
    """The end of the day in the customer's zone, of several the latest; from the last of its units that came, or left
    where no day of delivery is known."""
    deliveries = deliveries_of(order, line, parcels_by_line(order))
    start = max((came.at or came.shipped_at for came in deliveries), default=order.placed_at)
    months = LEGAL_MONTHS + MONTHS_OF_REPAIR
    return max(end_of_day(months_later(start.astimezone(zone).date(), months), zone) for zone in place.zones)
