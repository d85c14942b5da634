"""申诉: the customer contests a refusal, or the goods that were not accepted; somebody else decides (S39, N11)."""

from __future__ import annotations

from collections.abc import Sequence

from portal.domain.applying.refusals import not_for_these_units
from portal.domain.applying.units import pool_of, units_left
from portal.domain.cases.after_refusal import after_refusal, why_no_appeal
from portal.domain.codec import fingerprint
from portal.domain.deadlines.spans import ROUND_THE_CLOCK, due
from portal.domain.errors import Invalid
from portal.domain.errors import Refused as RefusedError
from portal.domain.identity.access import Actor
from portal.domain.orders import effects
from portal.domain.orders.decisions import Refused
from portal.domain.records.events import Event
from portal.ports import Deps
from portal.repos.cases import CaseRecord
from portal.repos.order_record import OrderRecord
from portal.repos.unit_of_work import UnitOfWork, unit_of_work
from portal.services.actor_source import event_source
from portal.services.applying.grant import asked_of
from portal.services.evidence.receive_files import attach_evidence
from portal.services.notify import tell
from portal.services.notify_staff import tell_staff
from portal.services.situation import Situation, situation_of, terms_at


def appeal_case(
    *, case_no: str, body: str, evidence_ids: Sequence[str] = (), actor: Actor, request_id: str, deps: Deps
) -> str:
    """Returns `case:<no>`. The words and the files are a message of the case as well; the appeal names it.

    Errors: NotFound, Refused (no appeal, or its units are elsewhere by now), Invalid (no words), EvidenceRefused,
    Reused.
    """
    if not body.strip():
        raise Invalid((("body", "required"),))
    with unit_of_work(deps) as work:
        if done := work.requests.claim(actor, request_id, fingerprint(["appeal", case_no, body, list(evidence_ids)])):
            return done
        record = work.orders.get_by_id_for_update(work.cases.order_id_of(case_no, actor))
        case = work.cases.get_for_update(case_no, actor)
        found = situation_of(work, record, work.shops.settings_of(record.shop_id), deps)
        if refused := no_appeal(work, record, case, found):
            raise RefusedError(refused)
        if case.state == "rejected":
            units = asked_of(case).units
            work.cases.claim_instead(case, units)
            work.orders.save(record, effects.claimed(record.order, units))
        message = work.messages.add(case.id, body.strip(), actor)
        attach_evidence(work, ids=evidence_ids, actor=actor, order_id=record.id, case_id=case.id, message_id=message)
        _open(work, record, case, found, body.strip(), message, actor)
        return work.requests.finish(actor, request_id, f"case:{case_no}")


def no_appeal(work: UnitOfWork, record: OrderRecord, case: CaseRecord, found: Situation) -> Refused | None:
    """For the page that offers it and for the act. None: it can be appealed.

    A refusal freed its units, so they are to be held again, or where they are by now is said (T23).
    """
    if refused := why_no_appeal(after_refusal(case.row, again=work.cases.follower_of(case.id)), work.now):
        return refused
    if case.state != "rejected":
        return None
    ask = asked_of(case)
    lines = {line.id: line for line in record.order.lines}
    asked = tuple((lines[line_id], count) for line_id, count in ask.units)
    terms, pool = terms_at(found, line_ids=list(dict(ask.units))), pool_of(ask.kind, ask.reason)
    if any(count > units_left(line, found.claims).of(pool) for line, count in asked):
        return not_for_these_units(record.order, asked, pool, terms)
    return None


def _open(
    work: UnitOfWork, record: OrderRecord, case: CaseRecord, found: Situation, body: str, message: int, actor: Actor
) -> None:
    span, zone = found.policy.timers.appeal_decided, found.around.zone
    by = due(span, work.now, zone=zone, hours=ROUND_THE_CLOCK)
    appeal = {"by": actor.key, "at": work.now.isoformat(), "body": body, "message": message, "state": "open"}
    first = (case.row["inspection"] or {}).get("by") if case.state == "received" else None
    work.cases.step(
        case,
        "appeal",
        appeal=appeal | {"first": first or case.row["decided_by"]},
        priority=0,
        assignee_id=None,
        closed_at=None,
        escalated_at=None,
        deadline_at=by,
        deadline_kind="appeal_decided",
    )
    data = {"message": message, "until": by.isoformat()}
    event = Event(kind=f"{event_source(actor)}:case:appealed", data=data, case_no=case.case_no)
    work.events.append(record, actor, event)
    params = {"order_no": record.order.no, "case_no": case.case_no, "deadline": by}
    tell(work, record, case.case_no, "appeal_received", params)
    tell_staff(work, "appeal_waiting", record, case.case_no)
