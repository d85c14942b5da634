"""What a customer wrote waits for the shop, whosever the case is and however it stands, until somebody takes it up."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from portal.domain.deadlines.table import OF_CASES
from portal.domain.identity.access import may
from portal.domain.records.events import NewEvent
from portal.services.act import CaseAct
from portal.services.notify_staff import notify_staff


def message_waits(act: CaseAct, message_id: int, answer_by: datetime) -> None:
    """The case is unread; whose it is is mailed, or everybody who may answer. Work with a deadline, unless the case has
    one of the shop's already."""
    case = act.case
    if case.unread_since is None:
        act.work.queue.mark_unread(case.id, act.now)
    if case.snoozed_until:
        act.work.queue.snooze(case.id, None)
    owner = case.assignee_id
    notify_staff(act.work, "customer_wrote", act.record, case.case_no, only=owner, turn=0 if owner else message_id)
    is_ours = case.deadline is not None and OF_CASES[case.deadline.kind].who == "shop"
    if case.unread_since is None and not is_ours:
        ids: dict[str, Any] = {"order_id": act.record.id, "case_id": case.id, "deadline_at": answer_by}
        told: dict[str, Any] = {
            "dedup_key": f"customer_wrote:{case.case_no}:{message_id}",
            "detail": {"case": case.case_no},
        }
        act.work.tasks.open(act.record.shop_id, "customer_wrote", **told, **ids)


def take_up(act: CaseAct) -> None:
    """Somebody of the shop writes or decides: nothing is unread any more, and nobody's case is theirs."""
    case = act.case
    if act.actor.kind != "staff":
        return
    read_up(act)
    if case.assignee_id is None and act.actor.id:
        act.work.cases.assign(case, act.actor.id)
        act.record_events(NewEvent(kind="staff:case:claimed", case_no=case.case_no))


def read_up(act: CaseAct) -> None:
    """What the customer wrote has its answer by what was just done, where that was done by somebody who answers cases:
    what the warehouse says of a parcel answers nobody's question."""
    if act.actor.kind == "staff" and may(act.actor, "write", "cases") and act.case.unread_since is not None:
        act.work.queue.mark_unread(act.case.id, None)
        act.work.tasks.close_of_case(act.case.id, "customer_wrote")
