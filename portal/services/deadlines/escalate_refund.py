"""A failed refund, or a fee that did not go back, which nobody has resolved in time is somebody's business again
(POLICY, timers: refund failed)."""

from __future__ import annotations

from portal.domain.identity.access import system
from portal.domain.records.events import NewEvent
from portal.ports import Deps
from portal.repos.tasks import LateTask
from portal.repos.unit_of_work import unit_of_work
from portal.services.notify_staff import notify_staff


def escalate_refund(late: LateTask, deps: Deps) -> bool:
    """`late` as Tasks.past_due gives it. False where it has been resolved or escalated meanwhile.

    The refund goes on being tried under its number; its order tells that it was escalated, and staff are mailed again.
    """
    with unit_of_work(deps) as work:
        record = work.orders.get_by_id_for_update(late.order_id)
        task = work.tasks.escalate(late.id)
        if task is None:
            return False
        actor = system(record.shop_id)
        work.events.append(record, actor, NewEvent(kind="system:refund:escalated", data={"refund": task.refund}))
        notify_staff(work, "refund_overdue", record, "", refund_id=task.about)
        return True
