"""Reminders before a deadline: the customer hears that goods are to be sent, once per reminder (POLICY, timers)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from portal.domain.cases import steps
from portal.domain.deadlines.table import OF_CASES
from portal.domain.errors import Conflict, NotFound
from portal.domain.identity.access import system
from portal.ports import Deps
from portal.repos.unit_of_work import unit_of_work
from portal.services.act import CaseAct, lock_case
from portal.services.applying.apply_again import again_until
from portal.services.applying.grant import next_reminder


def remind(case_no: str, shop_id: int, moment: datetime, deps: Deps) -> bool:
    """False where nobody is to be reminded any more. The next one is set in the same transaction (T30)."""
    try:
        with unit_of_work(deps) as work:
            return _remind(lock_case(work, case_no, system(shop_id), deps), moment)
    except (Conflict, NotFound):
        return False


def _remind(act: CaseAct, moment: datetime) -> bool:
    case, deadline, due_at = act.case, act.case.deadline, act.case.due_at
    if case.reminder_at is None or case.reminder_at > moment:
        return False
    act.save(steps.reminded(case, again_at=next_reminder(due_at, act.policy, moment)))
    if case.state not in ("awaiting_return", "in_transit") or deadline is None or due_at is None or due_at <= moment:
        return False
    act.happened("case:reminded", until=due_at.isoformat())
    notice = OF_CASES[deadline.kind].reminder
    known: dict[str, Any] = {"deadline": due_at}
    if notice == "return_reminder":
        again = again_until(act)
        known |= {"again_until": again.of(due_at), "is_over": again.is_over(due_at)}
    act.notify_customer(notice, **known)
    return True
