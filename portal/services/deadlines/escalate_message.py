"""A message of a customer that nobody has answered in time: everybody who may answer is mailed again."""

from __future__ import annotations

from portal.domain.identity.access import system
from portal.domain.records.events import NewEvent
from portal.ports import Deps
from portal.repos.tasks import LateTask
from portal.repos.unit_of_work import unit_of_work
from portal.services.notify_staff import notify_staff


def escalate_message(late: LateTask, deps: Deps) -> bool:
    """`late` as Tasks.messages_past_due gives it. False where it has been answered or escalated meanwhile."""
    with unit_of_work(deps) as work:
        record = work.orders.get_by_id_for_update(late.order_id)
        task = work.tasks.escalate(late.id)
        if task is None:
            return False
        case_no = task.about.partition(":")[0]
        work.events.append(record, system(record.shop_id), NewEvent(kind="system:message:escalated", case_no=case_no))
        notify_staff(work, "customer_wrote", record, case_no, turn=record.events_count)
        return True
