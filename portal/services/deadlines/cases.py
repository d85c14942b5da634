"""What happens to an application when its time is over, in the transaction that checks that it still is (T30).

A silent shop: approved by rule where the decision said so, else escalated once. A silent customer: closed, and the
units are free to be applied for again inside the window.
"""

from __future__ import annotations

from datetime import datetime

from portal.domain.errors import Conflict, NotFound
from portal.domain.identity.access import Actor, system
from portal.domain.records.events import Event
from portal.ports import Deps
from portal.repos.cases import CaseRecord
from portal.repos.order_record import OrderRecord
from portal.repos.unit_of_work import UnitOfWork, unit_of_work
from portal.services.applying.apply_again import again_until
from portal.services.applying.grant import Granting, effect_of_granting, grant
from portal.services.cases.decide_case import free_units
from portal.services.deadlines.returns import KINDS as GOODS_ARE_BACK
from portal.services.deadlines.returns import act_on_return
from portal.services.deadlines.withdrawals import GOODS_ARE_SENT, MONEY_IS_SENT, goods_overdue, pay_by_law
from portal.services.notify import tell
from portal.services.notify_staff import tell_staff
from portal.services.situation import situation_of

SHOP_ANSWERS = ("shop_answers_refund", "shop_answers_return")
APPEAL_IS_DECIDED = "appeal_decided"
QUESTION_IS_ANSWERED = "shop_answers_question"
CUSTOMER_ACTS = ("customer_adds_information", "customer_sends_back")


def act_on_case(case_no: str, shop_id: int, moment: datetime, deps: Deps) -> str:
    """What was done: case_approved, case_escalated, case_expired, case_sent_back, or "" where it is no longer due."""
    actor = system(shop_id)
    try:
        with unit_of_work(deps) as work:
            record = work.orders.get_by_id_for_update(work.cases.order_id_of(case_no, actor))
            case = work.cases.get_for_update(case_no, actor)
            deadline = case.row["deadline_at"]
            if deadline is None or deadline > moment:
                return ""
            if case.row["deadline_kind"] == QUESTION_IS_ANSWERED:
                return _escalate(work, record, case, actor, what="question")
            if case.row["deadline_kind"] in SHOP_ANSWERS:
                return _shop_was_silent(work, record, case, actor, deps)
            if case.row["deadline_kind"] == APPEAL_IS_DECIDED:
                return _escalate(work, record, case, actor, what="appeal")
            if case.row["deadline_kind"] in CUSTOMER_ACTS:
                return _customer_was_silent(work, record, case, actor, deps)
            if case.row["deadline_kind"] == GOODS_ARE_SENT:
                return goods_overdue(work, record, case, actor)
            if case.row["deadline_kind"] == MONEY_IS_SENT:
                return pay_by_law(work, record, case, actor, deps)
            if case.row["deadline_kind"] in GOODS_ARE_BACK:
                return act_on_return(work, record, case, actor, deps)
            return ""
    except (Conflict, NotFound):
        return ""


def _shop_was_silent(work: UnitOfWork, record: OrderRecord, case: CaseRecord, actor: Actor, deps: Deps) -> str:
    if case.row["outcome"].get("at_zero") != "approve":
        return _escalate(work, record, case, actor)
    settings = work.shops.settings_of(record.shop_id)
    policy = situation_of(work, record, settings, deps).policy
    granted = effect_of_granting(record.order, case, policy)
    by = Granting(policy=policy, actor=actor, settings=settings, answer="deadline")
    grant(work, record, case, granted, by, deps)
    return "case_approved"


def _escalate(work: UnitOfWork, record: OrderRecord, case: CaseRecord, actor: Actor, what: str = "application") -> str:
    """`what`: application, appeal or question, whichever was not answered."""
    work.cases.escalate(case)
    work.events.append(record, actor, Event(kind="system:case:escalated", case_no=case.case_no))
    task, ids = f"{what}_unanswered", {"order_id": record.id, "case_id": case.id}
    work.tasks.open(record.shop_id, task, dedup_key=f"{task}:{case.case_no}", detail={}, **ids)
    params = {"order_no": record.order.no, "case_no": case.case_no}
    tell(work, record, case.case_no, f"{what}_escalated", params)
    tell_staff(work, task, record, case.case_no)
    return "case_escalated"


def _customer_was_silent(work: UnitOfWork, record: OrderRecord, case: CaseRecord, actor: Actor, deps: Deps) -> str:
    kind = case.row["deadline_kind"]
    outcome = case.row["outcome"] | {"answer": "deadline", "expired": kind, "at": work.now.isoformat()}
    work.cases.step(case, "expire", deadline_at=None, deadline_kind=None, outcome=outcome)
    free_units(work, record, case)
    work.events.append(record, actor, Event(kind="system:case:expired", data={"code": kind}, case_no=case.case_no))
    settings = work.shops.settings_of(record.shop_id)
    policy = situation_of(work, record, settings, deps).policy
    ends = again_until(work, record, case.row, policy, settings, deps)
    params = {"order_no": record.order.no, "case_no": case.case_no, "why": kind}
    params |= {"again_until": ends.of(work.now), "is_over": ends.is_over(work.now)}
    tell(work, record, case.case_no, "application_expired", params)
    return "case_expired"
