"""The answer to an appeal, by somebody other than the first decider: granted, partly, or upheld (POLICY, timers)."""

from __future__ import annotations

from typing import Any

from portal.domain.deadlines.spans import ROUND_THE_CLOCK, due
from portal.domain.errors import Conflict, Invalid
from portal.domain.identity.access import Actor
from portal.domain.orders import effects
from portal.domain.records.events import Event
from portal.ports import Deps
from portal.repos.cases import CaseRecord
from portal.repos.order_record import OrderRecord
from portal.repos.unit_of_work import UnitOfWork
from portal.services.actor_source import event_source
from portal.services.applying.grant import Grant, Granting, grant
from portal.services.notify import tell
from portal.services.returning.inspect import accept_rejected
from portal.services.situation import situation_of


def may_decide_appeal(case: CaseRecord, actor: Actor) -> bool:
    """Whoever said no first does not decide whether that was right."""
    return bool(case.row["appeal"]["first"] != actor.key)


def check_second_person(case: CaseRecord, actor: Actor) -> None:
    """Raises Conflict(same_decider) for whoever gave the first answer."""
    if not may_decide_appeal(case, actor):
        raise Conflict("same_decider")


def grant_appeal(
    work: UnitOfWork,
    record: OrderRecord,
    case: CaseRecord,
    granted: Grant,
    by: Granting,
    deps: Deps,
) -> None:
    """The case goes the way it would have gone had the first answer been this one."""
    work.cases.note(case, appeal=_answered(work, case, by.actor, "granted", by.reason))
    _tell_of_answer(work, record, case, by.actor, "granted")
    if case.state == "received":
        outcome = case.row["outcome"] | {"answer": by.answer, "at": work.now.isoformat()}
        if by.answer != "accept":
            raise Invalid((("decision", "not_offered"),))
        accept_rejected(work, record, case, by.policy, by.actor, by.settings, deps, outcome=outcome)
        return
    grant(work, record, case, granted, by, deps)


def uphold(work: UnitOfWork, record: OrderRecord, case: CaseRecord, actor: Actor, deps: Deps, reason: str) -> None:
    """The first answer stands, and that is final; goods that were not accepted wait for the customer's choice again."""
    if not reason:
        raise Invalid((("reason", "required"),))
    settings = work.shops.settings_of(record.shop_id)
    found = situation_of(work, record, settings, deps)
    appeal, is_here = _answered(work, case, actor, "upheld", reason), case.state == "received"
    span, zone = found.policy.timers.customer_chooses_rejected, found.around.zone
    by = due(span, work.now, zone=zone, hours=ROUND_THE_CLOCK) if is_here else None
    kind = "customer_chooses_rejected" if is_here else None
    work.cases.step(case, "uphold", appeal=appeal, deadline_at=by, deadline_kind=kind, escalated_at=None)
    if not is_here:
        work.orders.save(record, effects.released(record.order, case.units))
        work.cases.release(case)
    _tell_of_answer(work, record, case, actor, "upheld")
    line = found.policy.complaint_line
    params = {
        "order_no": record.order.no,
        "case_no": case.case_no,
        "reason": reason,
        "complaint_line": line.zh if line else "",
        "deadline": by,
    }
    tell(work, record, case.case_no, "appeal_upheld", params)


def _answered(work: UnitOfWork, case: CaseRecord, actor: Actor, state: str, reason: str) -> dict[str, Any]:
    answer = {"state": state, "decided_by": actor.key, "decided_at": work.now.isoformat(), "reason": reason}
    return {**case.row["appeal"], **answer}


def _tell_of_answer(work: UnitOfWork, record: OrderRecord, case: CaseRecord, actor: Actor, what: str) -> None:
    event = Event(kind=f"{event_source(actor)}:appeal:{what}", case_no=case.case_no)
    work.events.append(record, actor, event)
    work.tasks.close(f"appeal_unanswered:{case.case_no}")
