"""The clocks of a withdrawal from contract: goods that are to be sent back, money that the law wants sent (EU-5).

Neither ends the case: the withdrawal was declared, and the portal never revives the contract silently.
"""

from __future__ import annotations

from portal.domain.codec import to_plain
from portal.domain.identity.access import Actor
from portal.domain.records.events import Event
from portal.ports import Deps
from portal.repos.cases import CaseRecord
from portal.repos.order_record import OrderRecord
from portal.repos.unit_of_work import UnitOfWork
from portal.services.applying.grant import Grant, pay_back
from portal.services.notify import tell
from portal.services.notify_staff import tell_staff
from portal.services.returning.inspection_effect import effect_of_accepting
from portal.services.returning.refund_clock import MONEY_IS_SENT
from portal.services.situation import situation_of

__all__ = ["GOODS_ARE_SENT", "MONEY_IS_SENT", "goods_overdue", "pay_by_law"]
GOODS_ARE_SENT = "withdrawal_sends_back"


def pay_by_law(work: UnitOfWork, record: OrderRecord, case: CaseRecord, actor: Actor, deps: Deps) -> str:
    """Nobody has inspected the goods, and the shop may wait no longer: all that the case still holds is paid."""
    settings = work.shops.settings_of(record.shop_id)
    policy = situation_of(work, record, settings, deps).policy
    all_of_it = effect_of_accepting(record.order, case, policy)
    granted = Grant(all_of_it.order, all_of_it.plan)
    if record.order.payment_terms == "cod" and granted.plan.refund:
        return _escalate(work, record, case, actor, "application_unanswered")
    values = {
        "summary": to_plain(granted.plan),
        "outcome": case.row["outcome"] | {"answer": "deadline", "at": work.now.isoformat()},
        "escalated_at": None,
    }
    steps = ("refund_by_law", "refund_by_law_free")
    pay_back(work, record, case, granted, values, actor, settings, deps, steps=steps)
    return "case_approved"


def goods_overdue(work: UnitOfWork, record: OrderRecord, case: CaseRecord, actor: Actor) -> str:
    """The shop need not pay before it has goods or proof; a person sees to it, and the customer is told."""
    tell(
        work,
        record,
        case.case_no,
        "withdrawal_overdue",
        {"order_no": record.order.no, "case_no": case.case_no, "return_no": case.row["return_no"]},
    )
    return _escalate(work, record, case, actor, "goods_not_sent")


def _escalate(work: UnitOfWork, record: OrderRecord, case: CaseRecord, actor: Actor, task: str) -> str:
    work.cases.escalate(case)
    work.events.append(record, actor, Event(kind="system:case:escalated", case_no=case.case_no))
    ids = {"order_id": record.id, "case_id": case.id}
    work.tasks.open(record.shop_id, task, dedup_key=f"{task}:{case.case_no}", detail={}, **ids)
    tell_staff(work, task, record, case.case_no)
    return "case_escalated"
