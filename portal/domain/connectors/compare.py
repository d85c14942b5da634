"""What an order here and the same order on the platform disagree on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from portal.domain.intake.imported_order import ImportedOrder
from portal.domain.money import Money, total
from portal.domain.orders.order import Order

MOST_KEPT = 200
"""Differences that are listed and compared again."""
DifferenceKind = Literal["rejected", "cancelled_here", "cancelled_there", "total", "refunded"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderDifference:
    """`ours`, `theirs`: as far as there is something to set side by side; `why` of what is rejected."""

    external_id: str
    order_no: str
    what: DifferenceKind
    ours: str = ""
    theirs: str = ""
    why: str = ""


def differences_of(external_id: str, order: Order, theirs: ImportedOrder) -> list[OrderDifference]:
    """Refunds on their way count on both sides. `order` has taken in what `theirs` says."""
    found: list[OrderDifference] = []

    def differ(what: DifferenceKind, ours: str, there: str) -> None:
        found.append(OrderDifference(external_id=external_id, order_no=order.no, what=what, ours=ours, theirs=there))

    is_off_here, is_off_there = order.state == "cancelled", theirs.status == "cancelled"
    if is_off_here != is_off_there:
        differ("cancelled_here" if is_off_here else "cancelled_there", order.state, theirs.status)
    paid = total((payment.captured for payment in order.payments), order.currency)
    if theirs.payments and paid != theirs.paid:
        differ("total", _said(paid), _said(theirs.paid))
    back = sum(payment.refunded + payment.in_flight for payment in order.payments)
    there = total((one.amount for one in theirs.refunds if one.status != "failed"), order.currency)
    if back != there.minor:
        differ("refunded", _said(Money(back, order.currency)), _said(there))
    return found


def _said(money: Money) -> str:
    return f"{money.decimal()} {money.currency}"
