"""Whose case it is: claimed by somebody, put back into the queue."""

from __future__ import annotations

from typing import Literal

from portal.domain.cases.case import Case
from portal.domain.codec import fingerprint
from portal.domain.errors import Conflict, Forbidden
from portal.domain.identity.access import Actor, may
from portal.domain.records.events import NewEvent
from portal.domain.results import CaseAssigned
from portal.domain.sent import RequestKey
from portal.ports import Deps
from portal.repos.unit_of_work import unit_of_work
from portal.services.act import lock_case


def may_claim(case: Case, actor: Actor) -> bool:
    """Nobody's open case."""
    return case.is_open and case.assignee_id is None and may(actor, "write", "cases")


def may_release(case: Case, actor: Actor) -> bool:
    """One's own; a supervisor's as well somebody else's, who may be away."""
    is_free = case.assignee_id == actor.id or actor.role == "supervisor"
    return case.assignee_id is not None and is_free and may(actor, "write", "cases")


def claim_case(*, case_no: str, actor: Actor, request_id: RequestKey, deps: Deps) -> CaseAssigned:
    """Errors: NotFound, Forbidden, Conflict (claimed by somebody else, or decided)."""
    return _assign(case_no, actor, request_id, "claimed", deps)


def release_case(*, case_no: str, actor: Actor, request_id: RequestKey, deps: Deps) -> CaseAssigned:
    """Errors: NotFound, Forbidden, Conflict (it is not theirs to put back)."""
    return _assign(case_no, actor, request_id, "released", deps)


def _assign(
    case_no: str, actor: Actor, request_id: RequestKey, what: Literal["claimed", "released"], deps: Deps
) -> CaseAssigned:
    if not may(actor, "write", "cases"):
        raise Forbidden("cases")
    with unit_of_work(deps) as work:
        asked = fingerprint([what, case_no])
        if done := work.requests.claim(actor, request_id, asked, CaseAssigned):
            return done
        act = lock_case(work, case_no, actor, deps)
        if not (may_claim if what == "claimed" else may_release)(act.case, actor):
            raise Conflict("claimed" if act.case.is_open else "decided")
        work.cases.assign(act.case, actor.id if what == "claimed" else None)
        act.record_events(NewEvent(kind=f"staff:case:{what}", case_no=case_no))
        return work.requests.finish(actor, request_id, CaseAssigned(case_no=case_no, to=what))
