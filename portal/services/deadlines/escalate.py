"""What nobody has done in time becomes somebody's task: the one way there, every time it happens (law 15)."""

from __future__ import annotations

from datetime import datetime

from portal.domain.cases import steps
from portal.domain.cases.case import Deadline
from portal.domain.deadlines.table import OF_CASES, DeadlineKind
from portal.services.act import CaseAct


def escalate(act: CaseAct, kind: DeadlineKind, *, next_at: datetime | None = None) -> str:
    """`kind` is the deadline that is over: opens its task, or opens it again; tells staff, and the customer where the
    table says so. `next_at`: when the table's `then` is due. Returns what was done: case_escalated, cancel_escalated.
    """
    row = OF_CASES[kind]
    then = Deadline(row.then, next_at) if row.then and next_at else None
    act.save(steps.escalated(act.case, at=act.now, deadline=then))
    act.happened(f"{row.subject}:escalated")
    act.open_task_again(row.task)
    if row.told:
        act.notify_customer(row.told, **({"return_no": act.case.return_no} if act.case.return_no else {}))
    act.notify_staff(row.task, is_new_turn=True)
    return f"{row.subject}_escalated"
