"""申诉: the customer contests a refusal, a part that was granted, or the goods that were not accepted; somebody else
decides (S39, N11)."""

from __future__ import annotations

from collections.abc import Sequence

from portal.domain.applying.after_part import part_of
from portal.domain.applying.refusals import not_for_these_units
from portal.domain.applying.units import pool_of, units_left
from portal.domain.cases import steps
from portal.domain.cases.after_refusal import after_refusal, why_no_appeal
from portal.domain.cases.case import Appeal, Case, Deadline
from portal.domain.codec import fingerprint
from portal.domain.errors import Invalid, RefusedError
from portal.domain.identity.access import Actor
from portal.domain.orders import effects
from portal.domain.orders.decisions import Refused
from portal.domain.orders.order import Units
from portal.domain.results import CaseAppealed
from portal.domain.sent import RequestKey
from portal.ports import Deps
from portal.repos.unit_of_work import unit_of_work
from portal.services.act import CaseAct, lock_case
from portal.services.evidence.receive_files import attach_evidence
from portal.services.situation import terms_at


def appeal_case(
    *, case_no: str, body: str, evidence_ids: Sequence[str] = (), actor: Actor, request_id: RequestKey, deps: Deps
) -> CaseAppealed:
    """The words and the files are a message of the case as well; the appeal names it.

    Errors: NotFound, RefusedError (no appeal, or its units are elsewhere by now), Invalid (no words), EvidenceRefused,
    Reused.
    """
    if not body.strip():
        raise Invalid((("body", "required"),))
    with unit_of_work(deps) as work:
        asked = fingerprint(["appeal", case_no, body, list(evidence_ids)])
        if done := work.requests.claim(actor, request_id, asked, CaseAppealed):
            return done
        act = lock_case(work, case_no, actor, deps)
        if refused := no_appeal(act):
            raise RefusedError(refused)
        if units := _contested_units(act.case):
            act.case = work.cases.replace_claims(act.case, units)
            act.save_order(effects.claimed(act.order, units))
        message = work.messages.add(act.case, body.strip(), actor)
        attach_evidence(act, evidence_ids, message_id=message)
        _open(act, body.strip(), message)
        return work.requests.finish(actor, request_id, CaseAppealed(case_no=case_no))


def no_appeal(act: CaseAct) -> Refused | None:
    """For the page that offers it and for the act. None: it can be appealed.

    A refusal freed its units, so they are to be held again, or where they are by now is said (T23).
    """
    case = act.case
    facts = after_refusal(case, is_part=is_part_open(case), again=act.work.cases.follower_of(case.id))
    if refused := why_no_appeal(facts, act.now):
        return refused
    if not (units := _contested_units(case)):
        return None
    ask, found = case.application, act.situation
    lines = {line.id: line for line in act.order.lines}
    asked = tuple((lines[line_id], count) for line_id, count in units)
    terms, pool = terms_at(found, line_ids=list(dict(ask.units))), pool_of(ask.kind, ask.reason)
    if any(count > units_left(line, found.claims).of(pool) for line, count in asked):
        return not_for_these_units(act.order, asked, pool, terms)
    return None


def is_part_open(case: Case) -> bool:
    """The shop granted a part, and money that was asked for has not been."""
    part = part_of(case)
    return part is not None and part.owed.minor > 0


def _contested_units(case: Case) -> Units:
    """What the appeal is about and holds while it is open; goods that were not accepted are held already."""
    if case.state == "rejected":
        return case.application.units
    part = part_of(case)
    return part.units if part else ()


def _open(act: CaseAct, body: str, message: int) -> None:
    case, by = act.case, act.due(act.policy.timers.appeal_decided)
    inspector = case.inspection.by if case.inspection and case.state == "received" else None
    appeal = Appeal(
        by=act.actor.key, at=act.now, body=body, message=message, first=inspector or case.decided_by, state="open"
    )
    act.save(steps.appealed(case, appeal, Deadline("appeal_decided", by), at=act.now))
    act.happened("case:appealed", message=message, until=by.isoformat())
    act.notify_customer("appeal_received", deadline=by)
    act.notify_staff("appeal_waiting")
