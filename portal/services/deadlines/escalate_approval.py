"""A proposal that nobody has answered in time: everybody who may is mailed again. It is never paid by silence."""

from __future__ import annotations

from portal.domain.identity.access import system
from portal.domain.records.events import NewEvent
from portal.ports import Deps
from portal.repos.goodwill import LateApproval
from portal.repos.unit_of_work import unit_of_work
from portal.services.act import CaseAct
from portal.services.notify_staff import notify_staff
from portal.services.waiting_proposals import facts_of


def escalate_approval(late: LateApproval, deps: Deps) -> bool:
    """`late` as GoodwillRows.past_due gives it. False where it has been answered or escalated meanwhile."""
    with unit_of_work(deps) as work:
        record = work.orders.get_by_id_for_update(late.order_id)
        one = work.goodwill.escalate(late.number)
        if one is None:
            return False
        case = work.cases.get_by_id_for_update(one.case_id)
        act = CaseAct(work, record, case, system(record.shop_id), deps)
        act.record_events(NewEvent(kind="system:goodwill:escalated", data=facts_of(one), case_no=case.case_no))
        notify_staff(work, "approval_overdue", record, case.case_no, turn=record.events_count)
        return True
