"""A refund at hand-over, as the form, the case's page and the desk show it (P17)."""

from __future__ import annotations

from portal.domain.cases.case import Case
from portal.domain.cases.early_refund import early_left, early_plan
from portal.domain.orders.decisions import Handling, Plan
from portal.pages.values.amounts import EarlyRefund


def early_promised(handling: Handling | None, plan: Plan) -> EarlyRefund | None:
    """What the form says before it is sent."""
    is_early = handling is not None and handling.pays == "handed_over"
    return EarlyRefund(standing="promised", amount=plan.refund) if is_early else None


def early_of_case(case: Case) -> EarlyRefund | None:
    """None where its money waits for the inspection, and where it ended before any was paid."""
    paid = early_plan(case)
    if paid is None:
        return early_promised(case.outcome.handling, case.plan) if case.state == "awaiting_return" else None
    is_awaited = case.deadline is not None and case.deadline.kind == "early_goods_arrive"
    owed = early_left(case, paid.refund.currency)
    if case.inspection is None and case.is_open and (is_awaited or case.state == "received"):
        return EarlyRefund(standing="paid", amount=paid.refund, deadline=case.due_at if is_awaited else None)
    return EarlyRefund(standing="owed" if owed else "settled", amount=paid.refund, owed=owed)
