"""The clocks of goods that come back: reminders to send them, and what happens where nobody inspects or chooses.

Each acts in the transaction of case_deadlines that has checked that it is due (T30).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from portal.domain.errors import Conflict, Invalid, NotFound
from portal.domain.identity.access import Actor, system
from portal.domain.records.events import Event
from portal.domain.returning.inspection import all_accepted
from portal.ports import Deps
from portal.repos.cases import CaseRecord
from portal.repos.order_record import OrderRecord
from portal.repos.unit_of_work import UnitOfWork, unit_of_work
from portal.services.applying.apply_again import again_until
from portal.services.applying.grant import next_reminder
from portal.services.notify import tell
from portal.services.notify_staff import tell_staff
from portal.services.returning.choose_rejected import awaits_choice, send_back
from portal.services.returning.inspect import conclude
from portal.services.returning.inspection_effect import is_to_be_inspected
from portal.services.returning.receive_parcel import REFUNDED_UNINSPECTED, SHOP_INSPECTS
from portal.services.situation import situation_of

KINDS = (SHOP_INSPECTS, REFUNDED_UNINSPECTED, "customer_chooses_rejected")
TASK = "goods_uninspected"
_A_DAY = timedelta(days=1)


def act_on_return(work: UnitOfWork, record: OrderRecord, case: CaseRecord, actor: Actor, deps: Deps) -> str:
    """What was done: case_escalated, case_approved, case_sent_back, or "" where the state no longer fits."""
    kind = case.row["deadline_kind"]
    if kind == SHOP_INSPECTS and is_to_be_inspected(case):
        return _escalate(work, record, case, actor)
    if kind == REFUNDED_UNINSPECTED and is_to_be_inspected(case):
        return _refund(work, record, case, actor, deps)
    if awaits_choice(case.row):
        send_back(work, record, case, actor)
        return "case_sent_back"
    return ""


def _escalate(work: UnitOfWork, record: OrderRecord, case: CaseRecord, actor: Actor) -> str:
    """The shop's people are told once; the money follows by rule two days later."""
    refund_by = datetime.fromisoformat(case.row["parcel"]["refund_by"])
    values = {"deadline_at": refund_by, "deadline_kind": REFUNDED_UNINSPECTED}
    work.cases.note(case, escalated_at=work.now, **values)
    work.events.append(record, actor, Event(kind="system:case:escalated", case_no=case.case_no))
    ids = {"order_id": record.id, "case_id": case.id}
    work.tasks.open(record.shop_id, TASK, dedup_key=f"{TASK}:{case.case_no}", detail={}, **ids)
    tell_staff(work, TASK, record, case.case_no)
    return "case_escalated"


def _refund(work: UnitOfWork, record: OrderRecord, case: CaseRecord, actor: Actor, deps: Deps) -> str:
    """All that was sent counts as accepted; of what can be sold again nothing is known."""
    here = situation_of(work, record, work.shops.settings_of(record.shop_id), deps)
    try:
        conclude(work, record, case, all_accepted(case.units), here, actor, deps)
    except Invalid:
        # Collected at the door: a person agrees on where the money goes, and the task says so.
        work.cases.note(case, deadline_at=None)
        return "case_escalated"
    return "case_approved"


def remind(case_no: str, shop_id: int, moment: datetime, deps: Deps) -> bool:
    """Mails the customer that goods are to be sent, once per reminder: the next one is set in the same transaction."""
    actor = system(shop_id)
    try:
        with unit_of_work(deps) as work:
            record = work.orders.get_by_id_for_update(work.cases.order_id_of(case_no, actor))
            case = work.cases.get_for_update(case_no, actor)
            at, deadline = case.row["reminder_at"], case.row["deadline_at"]
            if at is None or at > moment:
                return False
            settings = work.shops.settings_of(record.shop_id)
            policy = situation_of(work, record, settings, deps).policy
            work.cases.note(case, reminder_at=next_reminder(deadline, policy, moment))
            if case.state != "awaiting_return" or deadline is None or deadline <= moment:
                return False
            days = -((moment - deadline) // _A_DAY)
            work.events.append(
                record,
                actor,
                Event(kind="system:case:reminded", data={"until": deadline.isoformat()}, case_no=case_no),
            )
            params = {"order_no": record.order.no, "case_no": case_no, "days": days, "deadline": deadline}
            if case.row["kind"] == "contract_withdrawal":
                tell(work, record, case_no, "withdrawal_reminder", params)
                return True
            ends = again_until(work, record, case.row, policy, settings, deps)
            tell(work, record, case_no, "return_reminder", params | {"again_until": ends.of(deadline)})
            return True
    except (Conflict, NotFound):
        return False
