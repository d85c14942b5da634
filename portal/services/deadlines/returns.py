"""The clocks of goods that come back: reminders to send them, and what happens where nobody inspects or chooses.

Each acts in the transaction of case_deadlines that has checked that it is due (T30).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from portal.domain.cases import steps
from portal.domain.cases.case import Deadline
from portal.domain.errors import Conflict, Invalid, NotFound
from portal.domain.identity.access import system
from portal.domain.returning.inspection import all_accepted
from portal.ports import Deps
from portal.repos.unit_of_work import unit_of_work
from portal.services.act import CaseAct, lock_case
from portal.services.applying.apply_again import again_until
from portal.services.applying.grant import next_reminder
from portal.services.returning.choose_rejected import send_back
from portal.services.returning.inspect import conclude

KINDS = ("shop_inspects", "refunded_uninspected", "customer_chooses_rejected")
TASK = "goods_uninspected"
_A_DAY = timedelta(days=1)


def act_on_return(act: CaseAct) -> str:
    """What was done: case_escalated, case_approved, case_sent_back, or "" where the state no longer fits."""
    kind = act.case.deadline.kind if act.case.deadline else None
    if kind == "shop_inspects" and act.case.is_to_be_inspected:
        return _escalate(act)
    if kind == "refunded_uninspected" and act.case.is_to_be_inspected:
        return _refund(act)
    if act.case.awaits_choice:
        send_back(act)
        return "case_sent_back"
    return ""


def _escalate(act: CaseAct) -> str:
    """The shop's people are told once; the money follows by rule two days later."""
    refund_by = act.case.parcel.refund_by if act.case.parcel else None
    then = Deadline("refunded_uninspected", refund_by) if refund_by else None
    act.save(steps.escalated(act.case, at=act.now, deadline=then))
    act.happened("case:escalated")
    act.open_task(TASK)
    act.tell_staff(TASK)
    return "case_escalated"


def _refund(act: CaseAct) -> str:
    """All that was sent counts as accepted; of what can be sold again nothing is known."""
    try:
        conclude(act, all_accepted(act.case.units))
    except Invalid:
        # Collected at the door: a person agrees on where the money goes, and the task says so.
        act.save(steps.left_to_staff(act.case))
        return "case_escalated"
    return "case_approved"


def remind(case_no: str, shop_id: int, moment: datetime, deps: Deps) -> bool:
    """Mails the customer that goods are to be sent, once per reminder: the next one is set in the same transaction."""
    try:
        with unit_of_work(deps) as work:
            act = lock_case(work, case_no, system(shop_id), deps)
            return _remind(act, moment)
    except (Conflict, NotFound):
        return False


def _remind(act: CaseAct, moment: datetime) -> bool:
    case, deadline = act.case, act.case.due_at
    if case.reminder_at is None or case.reminder_at > moment:
        return False
    act.save(steps.reminded(case, again_at=next_reminder(deadline, act.policy, moment)))
    if case.state != "awaiting_return" or deadline is None or deadline <= moment:
        return False
    days = -((moment - deadline) // _A_DAY)
    act.happened("case:reminded", until=deadline.isoformat())
    if case.kind == "contract_withdrawal":
        act.tell("withdrawal_reminder", days=days, deadline=deadline)
    else:
        act.tell("return_reminder", days=days, deadline=deadline, again_until=again_until(act).of(deadline))
    return True
