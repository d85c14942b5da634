"""The shop has agreed to send something: somebody has to pack it, and staff see that it waits (P9, P20)."""

from __future__ import annotations

from portal.domain.cases.case import Case
from portal.services.act import CaseAct

TASK = "replacement_to_send"


def begin_replacing(act: CaseAct, after: Case) -> None:
    """The step into `replacing`. The task is done when the parcel has left, or its money was given back instead."""
    act.save(after)
    act.open_task_again(TASK)
    act.notify_staff(TASK)
