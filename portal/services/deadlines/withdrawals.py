"""The clocks of a withdrawal from contract: goods that are to be sent back, money that the law wants sent (EU-5).

Neither ends the case: the withdrawal was declared, and the portal never revives the contract silently.
"""

from __future__ import annotations

from portal.domain.cases import steps
from portal.services.act import CaseAct
from portal.services.applying.grant import Grant, pay_back
from portal.services.returning.inspection_effect import effect_of_accepting


def pay_by_law(act: CaseAct) -> str:
    """Nobody has inspected the goods, and the shop may wait no longer: all that the case still holds is paid."""
    all_of_it = effect_of_accepting(act.order, act.case, act.policy)
    granted = Grant(all_of_it.order, all_of_it.plan)
    if act.order.payment_terms == "cod" and granted.plan.refund:
        return _escalate(act, "application_unanswered")
    known = steps.answered(act.case, granted.plan, answer="deadline", at=act.now)
    pay_back(act, known, granted, step=steps.paid_by_law)
    return "case_approved"


def goods_overdue(act: CaseAct) -> str:
    """The shop need not pay before it has goods or proof; a person sees to it, and the customer is told."""
    act.tell("withdrawal_overdue", return_no=act.case.return_no)
    return _escalate(act, "goods_not_sent")


def _escalate(act: CaseAct, task: str) -> str:
    act.save(steps.escalated(act.case, at=act.now))
    act.happened("case:escalated")
    act.open_task(task)
    act.tell_staff(task)
    return "case_escalated"
