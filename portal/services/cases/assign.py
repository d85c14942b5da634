"""Whose case it is: claimed by somebody, put back into the queue."""

from __future__ import annotations

from typing import Literal

from portal.domain.codec import fingerprint
from portal.domain.errors import Conflict, Forbidden
from portal.domain.identity.access import Actor, may
from portal.domain.records.events import Event
from portal.ports import Deps
from portal.repos.rows import Row
from portal.repos.unit_of_work import unit_of_work


def may_claim(row: Row, actor: Actor) -> bool:
    """Nobody's open case."""
    return row["closed_at"] is None and row["assignee_id"] is None and may(actor, "write", "cases")


def may_release(row: Row, actor: Actor) -> bool:
    """One's own; a supervisor's as well somebody else's, who may be away."""
    is_free = row["assignee_id"] == actor.id or actor.role == "supervisor"
    return row["assignee_id"] is not None and is_free and may(actor, "write", "cases")


def claim_case(*, case_no: str, actor: Actor, request_id: str, deps: Deps) -> str:
    """Returns `case:<no>`. Errors: NotFound, Forbidden, Conflict (claimed by somebody else, or decided)."""
    return _assign(case_no, actor, request_id, "claimed", deps)


def release_case(*, case_no: str, actor: Actor, request_id: str, deps: Deps) -> str:
    """Returns `case:<no>`. Errors: NotFound, Forbidden, Conflict (it is not theirs to put back)."""
    return _assign(case_no, actor, request_id, "released", deps)


def _assign(case_no: str, actor: Actor, request_id: str, what: Literal["claimed", "released"], deps: Deps) -> str:
    if not may(actor, "write", "cases"):
        raise Forbidden("cases")
    with unit_of_work(deps) as work:
        if done := work.requests.claim(actor, request_id, fingerprint([what, case_no])):
            return done
        record = work.orders.get_by_id_for_update(work.cases.order_id_of(case_no, actor))
        case = work.cases.get_for_update(case_no, actor)
        if not (may_claim if what == "claimed" else may_release)(case.row, actor):
            raise Conflict("decided" if case.row["closed_at"] else "claimed")
        work.cases.assign(case, actor.id if what == "claimed" else None)
        work.events.append(record, actor, Event(kind=f"staff:case:{what}", case_no=case_no))
        return work.requests.finish(actor, request_id, f"case:{case_no}")
