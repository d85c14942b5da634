"""What happens to an application when its time is over, in the transaction that checks that it still is (T30).

A silent shop: approved by rule where the decision said so, else escalated once. A silent customer: closed, and the
units are free to be applied for again inside the window.
"""

from __future__ import annotations

from datetime import datetime

from portal.domain.cases import steps
from portal.domain.errors import Conflict, NotFound
from portal.domain.identity.access import system
from portal.ports import Deps
from portal.repos.unit_of_work import unit_of_work
from portal.services.act import CaseAct, lock_case
from portal.services.applying.apply_again import again_until
from portal.services.applying.grant import Answer, effect_of_granting, grant
from portal.services.cases.decide_case import free_units
from portal.services.deadlines.returns import KINDS as GOODS_ARE_BACK
from portal.services.deadlines.returns import act_on_return
from portal.services.deadlines.withdrawals import goods_overdue, pay_by_law


def act_on_case(case_no: str, shop_id: int, moment: datetime, deps: Deps) -> str:
    """What was done: case_approved, case_escalated, case_expired, case_sent_back, or "" where it is no longer due."""
    try:
        with unit_of_work(deps) as work:
            act = lock_case(work, case_no, system(shop_id), deps)
            if act.case.due_at is None or act.case.due_at > moment:
                return ""
            return _on_time_over(act)
    except (Conflict, NotFound):
        return ""


def _on_time_over(act: CaseAct) -> str:
    kind = act.case.deadline.kind if act.case.deadline else None
    match kind:
        case "shop_answers_question":
            return _escalate(act, what="question")
        case "shop_answers_refund" | "shop_answers_return":
            return _shop_was_silent(act)
        case "appeal_decided":
            return _escalate(act, what="appeal")
        case "customer_adds_information" | "customer_sends_back":
            return _customer_was_silent(act)
        case "withdrawal_sends_back":
            return goods_overdue(act)
        case "withdrawal_refunded":
            return pay_by_law(act)
    return act_on_return(act) if kind in GOODS_ARE_BACK else ""


def _shop_was_silent(act: CaseAct) -> str:
    if act.case.outcome.at_zero != "approve":
        return _escalate(act)
    grant(act, effect_of_granting(act.order, act.case, act.policy), Answer("deadline"))
    return "case_approved"


def _escalate(act: CaseAct, what: str = "application") -> str:
    """`what`: application, appeal or question, whichever was not answered."""
    act.save(steps.escalated(act.case, at=act.now))
    act.happened("case:escalated")
    act.open_task(f"{what}_unanswered")
    act.tell(f"{what}_escalated")
    act.tell_staff(f"{what}_unanswered")
    return "case_escalated"


def _customer_was_silent(act: CaseAct) -> str:
    act.save(steps.expired(act.case, at=act.now))
    kind = act.case.outcome.expired
    free_units(act)
    act.happened("case:expired", code=kind)
    ends = again_until(act)
    act.tell("application_expired", why=kind, again_until=ends.of(act.now), is_over=ends.is_over(act.now))
    return "case_expired"
