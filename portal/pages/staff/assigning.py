"""Several cases on their way to one person: what goes, what does not any more, and who may have it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from portal.domain.identity.access import Actor
from portal.ports import Deps
from portal.repos.unit_of_work import reading
from portal.services.cases.assign_cases import MOST_AT_ONCE, may_be_given


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenCase:
    """`assignee`: whose it is now, "" for nobody's; `is_free`: it can be given to somebody."""

    case_no: str
    kind: str
    state: str
    order_no: str
    assignee: str
    is_free: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignPage:
    """`people`: logins that may be chosen, the reader's own first; `count` of the cases can be given away."""

    cases: tuple[ChosenCase, ...]
    people: tuple[str, ...]
    count: int


def assign_page(*, case_nos: Sequence[str], actor: Actor, deps: Deps) -> AssignPage:
    """In the order of the queue's page. Two queries."""
    numbers = tuple(dict.fromkeys(case_nos))[:MOST_AT_ONCE]
    with reading(deps) as work:
        found = {case.case_no: case for case in work.queue.called(actor, numbers)}
        people = work.staff_sessions.colleagues(actor.shop_id)
    logins = {person.id: person.login for person in people}
    able = sorted((person for person in people if may_be_given(person, actor)), key=lambda one: one.id != actor.id)
    chosen = tuple(
        ChosenCase(
            case_no=case.case_no,
            kind=case.kind,
            state=case.label,
            order_no=case.order_no,
            assignee=logins.get(case.assignee_id or 0, ""),
            is_free=case.is_open and (case.assignee_id is None or actor.role == "supervisor"),
        )
        for case in (found[number] for number in numbers if number in found)
    )
    return AssignPage(
        cases=chosen,
        people=tuple(person.login for person in able),
        count=sum(case.is_free for case in chosen),
    )
