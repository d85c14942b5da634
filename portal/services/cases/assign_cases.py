"""Several cases are given to one person: to oneself, or by a supervisor to a colleague. One transaction each."""

from __future__ import annotations

from collections.abc import Sequence

from portal.domain.cases.case import Case
from portal.domain.cases.results import CasesAssigned
from portal.domain.codec import fingerprint
from portal.domain.errors import Conflict, Forbidden, Invalid, NotFound
from portal.domain.identity.access import Actor, may
from portal.domain.records.events import NewEvent
from portal.domain.sent import RequestKey, Sent
from portal.ports import Deps
from portal.repos.staff_sessions import Colleague
from portal.repos.unit_of_work import UnitOfWork, reading, unit_of_work
from portal.services.act import lock_case

MOST_AT_ONCE = 50


def may_be_given(person: Colleague, actor: Actor) -> bool:
    """Oneself; by a supervisor whoever is here and may work on cases."""
    if person.id == actor.id:
        return True
    works = may(Actor(kind="staff", shop_id=actor.shop_id, id=person.id, role=person.role), "write", "cases")
    return actor.role == "supervisor" and works and person.disabled_at is None and not person.is_away


def may_give(case: Case, actor: Actor, to: int) -> bool:
    """Nobody's open case; a supervisor also what a colleague has."""
    is_free = case.assignee_id is None or actor.role == "supervisor"
    return case.is_open and is_free and case.assignee_id != to


def assign_cases(
    *, case_nos: Sequence[str], to: str, actor: Actor, request_id: RequestKey, deps: Deps
) -> CasesAssigned:
    """`to`: a login. What has been taken or closed meanwhile is left as it is, and counted.

    Errors: Forbidden, Invalid (to: not_here), Reused.
    """
    if not may(actor, "write", "cases"):
        raise Forbidden("cases")
    numbers = tuple(dict.fromkeys(case_nos))[:MOST_AT_ONCE]
    sent = request_id if isinstance(request_id, Sent) else Sent(request_id, fingerprint(["assign", *numbers, to]))
    with reading(deps) as work:
        if isinstance(done := work.requests.answer(actor, sent), CasesAssigned):
            return done
        staff_id = _person(work, to, actor).id
    count = sum(_assign(case_no, staff_id, actor, deps) for case_no in numbers)
    with unit_of_work(deps) as work:
        if done := work.requests.claim(actor, sent, sent.digest, CasesAssigned):
            return done
        skipped = len(numbers) - count
        done = CasesAssigned(count=count, skipped=skipped, which="some" if skipped else "all")
        return work.requests.finish(actor, sent, done)


def _person(work: UnitOfWork, login: str, actor: Actor) -> Colleague:
    for person in work.staff_sessions.colleagues(actor.shop_id):
        if person.login == login and may_be_given(person, actor):
            return person
    raise Invalid((("to", "not_here"),))


def _assign(case_no: str, staff_id: int, actor: Actor, deps: Deps) -> bool:
    """Whether it is theirs now. Sent again, what went before is theirs already."""
    try:
        with unit_of_work(deps) as work:
            act = lock_case(work, case_no, actor, deps)
            if act.case.assignee_id == staff_id and act.case.is_open:
                return True
            if not may_give(act.case, actor, staff_id):
                return False
            work.cases.assign(act.case, staff_id)
            is_own = staff_id == actor.id
            what, data = ("claimed", {}) if is_own else ("handed_over", {"to": staff_id})
            act.record_events(NewEvent(kind=f"staff:case:{what}", data=data, case_no=case_no))
            return True
    except (NotFound, Conflict):
        return False
