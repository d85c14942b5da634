"""Over which payments a refund goes back, and how much of it to each."""

from __future__ import annotations

from portal.domain.money import Money
from portal.domain.orders.decisions import PlanTender
from portal.domain.orders.order import Payment

_PORTAL_MONEY = ("gift_card", "store_credit")


def in_refund_order(payments: tuple[Payment, ...]) -> list[Payment]:
    """Gift card and store credit first, then latest `paid_at` first, ties by id (ARCHITECTURE law 3, TRAPS T10)."""
    by_id = sorted(payments, key=lambda payment: payment.id)
    latest_first = sorted(by_id, key=lambda payment: payment.paid_at, reverse=True)
    return sorted(latest_first, key=lambda payment: payment.method not in _PORTAL_MONEY)


def over_tenders(amount: Money, payments: tuple[Payment, ...]) -> tuple[PlanTender, ...]:
    """`amount` in that order, to each up to what is left of it; the caller has capped it at the sum of that."""
    parts, rest = [], amount.minor
    for payment in in_refund_order(payments):
        step = min(rest, payment.left)
        if step > 0:
            parts.append(PlanTender(payment_id=payment.id, method=payment.method, amount=Money(step, amount.currency)))
            rest -= step
    if rest:
        raise ValueError(f"{rest} more than the payments have left")
    return tuple(parts)
