"""Several cases given to one person: who may give and be given what, and what a second form of it does."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from portal.domain.errors import Forbidden, Invalid, Reused
from portal.domain.identity.access import Actor
from portal.repos.unit_of_work import reading
from portal.services.cases.assign_cases import assign_cases
from tests.pages.staff.test_queue import waits
from tests.support.make import make_shop, make_staff
from tests.support.world import World

S42 = pytest.mark.req("S42")


def people(world: World) -> dict[str, Actor]:
    for login, role in (("wang", "agent"), ("chen", "agent"), ("chief", "supervisor"), ("cang1", "warehouse")):
        make_staff(world.deps, login, role)
    with reading(world.deps) as work:
        found = work.staff_sessions.colleagues(world.made.shop_id)
    shop_id = world.made.shop_id
    return {one.login: Actor(kind="staff", shop_id=shop_id, id=one.id, role=one.role) for one in found}


def owners(world: World, case_nos: list[str], actor: Actor) -> list[int | None]:
    with reading(world.deps) as work:
        return [work.cases.get(case_no, actor).assignee_id for case_no in case_nos]


@S42
def test_a_supervisor_gives_a_colleague_what_anybody_has_and_an_agent_takes_what_is_nobodys(world: World) -> None:
    cases, staff = [waits(world) for _ in range(3)], people(world)

    def give(by: str, to: str, request_id: str, numbers: list[str] = cases) -> Any:
        return assign_cases(case_nos=numbers, to=to, actor=staff[by], request_id=request_id, deps=world.deps)

    assert give("wang", "wang", "1", cases[:1]).count == 1
    done = give("chen", "chen", "2")
    assert (done.count, done.skipped, done.which) == (2, 1, "some") and give("chen", "chen", "2") == done
    assert owners(world, cases, staff["chief"]) == [staff["wang"].id, staff["chen"].id, staff["chen"].id]
    assert give("chief", "wang", "3").count == 3 and set(owners(world, cases, staff["chief"])) == {staff["wang"].id}
    assert world.events("A-2")[-2:] == ["staff:case:claimed", "staff:case:handed_over"]
    with pytest.raises(Reused):
        give("chief", "chen", "3")
    assert set(owners(world, cases, staff["chief"])) == {staff["wang"].id}


@S42
def test_nobody_gives_what_is_not_theirs_to_give(world: World) -> None:
    case_no, staff = waits(world), people(world)
    by = {"case_nos": [case_no], "request_id": "1", "deps": world.deps}
    for giver, to in (("wang", "chen"), ("chief", "cang1"), ("chief", "nobody")):
        with pytest.raises(Invalid):
            assign_cases(to=to, actor=staff[giver], **by)
    with pytest.raises(Forbidden):
        assign_cases(to="cang1", actor=staff["cang1"], **by)
    other = make_shop(world.deps, key="other", name="二号店").shop_id
    make_staff(world.deps, "li", "agent", "other")
    with reading(world.deps) as work:
        li = work.staff_sessions.colleagues(other)[0].id
    done = assign_cases(to="li", actor=replace(staff["wang"], shop_id=other, id=li), **by)
    assert (done.count, done.skipped) == (0, 1) and owners(world, [case_no], staff["chief"]) == [None]
