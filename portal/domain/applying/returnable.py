"""Until when goods that came can be returned without a reason, for a list: from a few facts kept with the order's card.

The page of an order asks the decision itself (`offer.kinds_available`); this says the same of twenty orders at once.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from portal.domain.applying.judge import excluding_rule
from portal.domain.applying.terms import Surroundings
from portal.domain.applying.units import deliveries_of, last_delivered_at, parcels_by_line, units_left
from portal.domain.applying.windows import SignedGoods, return_window
from portal.domain.orders.card import CameGoods, GoodsThere
from portal.domain.orders.order import Line, Order
from portal.domain.policy.pack import Policy
from portal.domain.policy.prepaid import PREPAID

_MOST_KEPT = 20
_LONGEST_MOVE = timedelta(days=40)
"""No row of rest days is longer: what ended that long ago is over whatever the calendar says."""


def goods_there(order: Order) -> GoodsThere:
    """What is still with the customer of an order whose goods have all come; goods alike are there once, in the order
    in which they came."""
    if order.state not in ("delivered", "completed"):
        return GoodsThere()
    parcels, came = parcels_by_line(order), list[CameGoods]()
    for line in order.lines:
        went = units_left(line).went
        for delivery in deliveries_of(order, line, parcels):
            if delivery.at and delivery.units > went:
                came.append(_came(line, delivery.at, order))
            went = max(0, went - delivery.units)
    first = sorted(dict.fromkeys(came), key=lambda goods: goods.at)
    return GoodsThere(goods=tuple(first[:_MOST_KEPT]), last_at=last_delivered_at(order, parcels))


def _came(line: Line, at: datetime, order: Order) -> CameGoods:
    return CameGoods(
        at=at,
        tags=line.tags,
        return_days=line.return_days,
        opened_at=line.opened_at,
        restriction=line.restriction,
        paid_at=(order.paid_at or order.placed_at) if PREPAID in line.tags else None,
    )


def returnable_until(
    there: GoodsThere, placed_at: datetime, policy: Policy, around: Surroundings, now: datetime
) -> datetime | None:
    """The first end of their windows without a reason that is still ahead; None for none, or where there is no end."""
    if "return_refund" not in policy.kinds:
        return None
    ends = (_end(goods, there, placed_at, policy, around, now) for goods in there.goods)
    return min((end for end in ends if end and now < end), default=None)


def _end(
    goods: CameGoods, there: GoodsThere, placed_at: datetime, policy: Policy, around: Surroundings, now: datetime
) -> datetime | None:
    start = there.last_at if policy.windows.starts_with == "last_goods" else goods.at
    if start is None or _is_long_over(start, goods, policy, around, now):
        return None
    if excluding_rule(goods, placed_at, policy):
        return None
    signed = SignedGoods(
        signed_at=goods.at,
        last_signed_at=there.last_at,
        tags=goods.tags,
        return_days=goods.return_days,
        paid_at=goods.paid_at,
    )
    window = return_window(policy, around.place, around.calendar, signed, informed=around.informed)
    return window.ends_at if window else None


def _is_long_over(start: datetime, goods: CameGoods, policy: Policy, around: Surroundings, now: datetime) -> bool:
    """Without a calendar, which most orders of a list do not need."""
    days, months = policy.windows.no_reason_days, policy.windows.months_without_information or 0
    if days == "unlimited" or (months and not around.informed):
        return False
    return start + timedelta(days=max(days, goods.return_days or 0)) + _LONGEST_MOVE < now
