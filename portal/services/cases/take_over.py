"""接手: a case that a colleague has is answered by somebody else only once they have taken it over, for all to see.

A colleague who is away, gone, or has no access to the shop holds nothing up; deadlines ask nobody. What the
warehouse does with goods is nobody's case.
"""

from __future__ import annotations

from collections.abc import Iterable

from portal.domain.cases.case import Case
from portal.domain.codec import fingerprint
from portal.domain.errors import Conflict, Forbidden
from portal.domain.identity.access import Actor, may
from portal.domain.records.events import NewEvent
from portal.domain.results import CaseAssigned
from portal.domain.sent import RequestKey
from portal.ports import Deps
from portal.repos.staff_sessions import Colleague
from portal.repos.unit_of_work import reading, unit_of_work
from portal.services.act import CaseAct, lock_case
from portal.services.notify_staff import notify_staff


def holder_of(act: CaseAct) -> str:
    """The login of the colleague who has the case and is here; "" where the actor may answer it. One query, none for
    one's own case or nobody's."""
    if act.actor.kind != "staff" or not is_held(act.case, act.actor):
        return ""
    return holder_among(act.work.staff_sessions.colleagues(act.record.shop_id), act.case, act.actor)


def holder_among(people: Iterable[Colleague], case: Case, actor: Actor) -> str:
    """The same, for who has read the colleagues already."""
    if not case.is_open or not is_held(case, actor):
        return ""
    here = (one for one in people if one.id == case.assignee_id and one.disabled_at is None and not one.is_away)
    return next((one.login for one in here), "")


def is_held(case: Case, actor: Actor) -> bool:
    """By another account, whether or not they are here."""
    return case.assignee_id not in (None, actor.id)


def check_holder(act: CaseAct) -> None:
    """Raises Conflict("held") where a colleague has it: it is taken over first."""
    if holder_of(act):
        raise Conflict("held")


def may_take_over(case: Case, actor: Actor) -> bool:
    """An open case that somebody else has."""
    return case.is_open and is_held(case, actor) and may(actor, "write", "cases")


def take_over_case(*, case_no: str, actor: Actor, request_id: RequestKey, deps: Deps) -> CaseAssigned:
    """Whoever had it is told by mail. Errors: NotFound, Forbidden, Conflict (nobody else has it, or it is over)."""
    if not may(actor, "write", "cases"):
        raise Forbidden("cases")
    with unit_of_work(deps) as work:
        asked = fingerprint(["taken_over", case_no])
        if done := work.requests.claim(actor, request_id, asked, CaseAssigned):
            return done
        act = lock_case(work, case_no, actor, deps)
        if not may_take_over(act.case, actor):
            raise Conflict("claimed" if act.case.is_open else "decided", at=act.case.closed_at)
        before = act.case.assignee_id
        work.cases.assign(act.case, actor.id)
        act.record_events(NewEvent(kind="staff:case:taken_over", data={"from": before}, case_no=case_no))
        notify_staff(work, "case_taken_over", act.record, case_no, only=before)
        return work.requests.finish(actor, request_id, CaseAssigned(case_no=case_no, to="taken_over"))


def take_over_if_held(*, case_no: str, actor: Actor, request_id: RequestKey, deps: Deps) -> None:
    """For scripts, whose one command says both."""
    with reading(deps) as work:
        case = work.cases.get(case_no, actor)
    if may_take_over(case, actor):
        take_over_case(case_no=case_no, actor=actor, request_id=request_id, deps=deps)
