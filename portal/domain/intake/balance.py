"""Whether what was paid is what the order costs. An order that does not add up is rejected, never corrected."""

from __future__ import annotations

from portal.domain.intake.imported_order import ImportedOrder, OrderProblem
from portal.domain.money import Money

UNPAID = "awaiting_payment"


def balance_problem(order: ImportedOrder) -> OrderProblem | None:
    """Σ lines − Σ discounts + freight + freight_tax + Σ fees = Σ payments, to the minor unit (INTERFACE, order).

    Asked of a prepaid order that is paid, of one on delivery once money was collected, and of a cancelled one that
    was paid before. Not for the caller to ask where the portal has cancelled (part of) the order itself.
    """
    if not order.payments and (order.payment_terms == "cod" or order.status == "cancelled"):
        return None
    if order.status == UNPAID and order.payment_terms == "prepaid":
        return None
    paid, due = order.paid, order.total
    if paid == due:
        return None
    return OrderProblem("payments", difference("payments", paid, "order total", due))


def difference(what: str, amount: Money, other: str, expected: Money) -> str:
    """`payments 10.00, order total 11.30, difference -1.30`."""
    return f"{what} {amount}, {other} {expected}, difference {amount - expected}"
