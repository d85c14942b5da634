"""What a refund paid at hand-over is still owed for, and an order as if it had not been paid (P17).

The law: with A paid early, and W what the accepted units are worth by F(k) on the order as if nothing had been paid,
max(0, W − A) is paid and max(0, A − W) is invoiced, so that refunded − invoiced = W, and never more is invoiced than
was refunded.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from portal.domain.cases.case import Case
from portal.domain.money import Money, zero
from portal.domain.orders.decisions import Plan, PlanTender
from portal.domain.orders.order import Order, Payment
from portal.domain.orders.tenders import over_tenders


@dataclass(frozen=True, slots=True)
class Settlement:
    """`tenders`: what is paid now; `owed`: what is invoiced."""

    tenders: tuple[PlanTender, ...]
    owed: Money


def early_plan(case: Case) -> Plan | None:
    """What was paid when the parcel was handed to the carrier."""
    return case.parcel.paid if case.parcel else None


def early_left(case: Case, currency: str) -> Money:
    """What of it no accepted units stand for: all of it until they are inspected, then what was invoiced."""
    paid = early_plan(case)
    if paid is None:
        return zero(currency)
    return Money(max(0, paid.refund.minor - _worth(case)), currency)


def as_if_not_paid(order: Order, case: Case) -> Order:
    """The order with what `early_left` says in its payments again, and in its lines what the inspection left there."""
    paid, left = early_plan(case), early_left(case, order.currency).minor
    if paid is None or not left:
        return order
    back = {tender.payment_id: tender.amount.minor for tender in paid.tenders}
    payments = []
    for payment in order.payments:
        step = min(left, back.get(payment.id, 0), payment.refunded + payment.in_flight)
        left -= step
        payments.append(_with_less(payment, step))
    kept = _kept_of_lines(case) if case.inspection else {}
    lines = tuple(replace(line, refunded=line.refunded - kept.get(line.id, 0)) for line in order.lines)
    return replace(order, payments=tuple(payments), lines=lines)


def settle(order: Order, case: Case, plan: Plan) -> Settlement:
    """`plan`: what the units accepted now are worth, computed on `as_if_not_paid`; `order` as it is."""
    left = early_left(case, order.currency)
    if early_plan(case) is None:
        return Settlement(plan.tenders, left)
    more = max(0, plan.refund.minor - left.minor)
    owed = max(0, left.minor - plan.refund.minor)
    return Settlement(over_tenders(Money(more, order.currency), order.payments), Money(owed, order.currency))


def with_early_money(order: Order, case: Case, plan: Plan) -> Order:
    """`order`, on which `plan` has been carried out, with the early money of what was not accepted kept in its lines:
    it was refunded, so no unit of them is paid for twice. Of a line the case then stands for max(A, W)."""
    paid = early_plan(case)
    if paid is None:
        return order
    given, now = _by_line(case.plan) if case.inspection else {}, _by_line(plan)
    changes = {}
    for line_id, early in _by_line(paid).items():
        before = max(early, given.get(line_id, 0)) if case.inspection else 0
        step = now.get(line_id, 0)
        changes[line_id] = max(early, given.get(line_id, 0) + step) - before - step
    lines = tuple(replace(line, refunded=line.refunded + changes.get(line.id, 0)) for line in order.lines)
    return replace(order, lines=lines)


def kept_whole(order: Order, case: Case) -> Order:
    """The goods never came: all of the early money stays in the lines."""
    paid = early_plan(case)
    early = _by_line(paid) if paid else {}
    lines = tuple(replace(line, refunded=line.refunded + early.get(line.id, 0)) for line in order.lines)
    return replace(order, lines=lines)


def _kept_of_lines(case: Case) -> dict[str, int]:
    """What the inspection left in the lines: paid early and not accepted."""
    paid, given = early_plan(case), _by_line(case.plan)
    return {name: max(0, early - given.get(name, 0)) for name, early in _by_line(paid).items()} if paid else {}


def _by_line(plan: Plan) -> dict[str, int]:
    return {line.line_id: line.amount for line in plan.lines}


def _worth(case: Case) -> int:
    return case.plan.refund.minor if case.inspection else 0


def _with_less(payment: Payment, minor: int) -> Payment:
    from_flight = min(payment.in_flight, minor)
    return replace(
        payment, in_flight=payment.in_flight - from_flight, refunded=payment.refunded - (minor - from_flight)
    )
