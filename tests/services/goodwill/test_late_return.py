"""An application after its window, granted by staff: it counts as goodwill, and waits for a second person (S44)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from portal.domain.errors import Conflict, Invalid
from portal.domain.goodwill.results import GoodwillGiven
from portal.domain.results import CaseDecided
from portal.models.goodwill import Goodwill
from portal.repos.unit_of_work import unit_of_work
from portal.services.applying.edit_application import edit_application
from portal.services.goodwill.late_return import open_late_return
from portal.services.withdrawing.withdraw_case import withdraw_case
from tests.services.applying.test_apply_for import apply, asking, case_of, no_differences
from tests.support.applications import bought
from tests.support.beyond_policy import answer, decide, give, late, only, person, question
from tests.support.order_facts import NOON, make_line
from tests.support.world import World

pytestmark = pytest.mark.req("S44")


def test_an_application_beyond_the_window_counts_as_goodwill(world: World) -> None:
    case_no = late(world)
    assert decide(world, case_no) == CaseDecided(case_no=case_no, decision="proposed")
    assert (case_of(world, case_no)["state"], only(world)["amount_minor"]) == ("submitted", 10000)
    assert (world.order("A-1").lines[0].claimed, world.notices) == (1, ["application_received"])
    with pytest.raises(Conflict) as no:
        decide(world, case_no, request_id="again")
    assert no.value.what == "awaits_second"
    answer(world)
    assert case_of(world, case_no)["state"] == "awaiting_return"
    assert world.notices[-1] == "return_approved"
    assert "staff:goodwill:return_granted" in world.events("A-1")
    no_differences(world)


def test_a_part_within_the_limit_is_granted_by_one_person(world: World) -> None:
    case_no = late(world)
    decide(world, case_no, "partly", amount="50.00", reason="退一半")
    assert (case_of(world, case_no)["state"], only(world)["needs_second"]) == ("awaiting_return", False)


def test_an_approved_part_is_the_part_that_was_proposed(world: World) -> None:
    case_no = late(world, units=(("1", 2),))
    decide(world, case_no, "partly", units=(("1", 1),), reason="只退一件")
    answer(world)
    row = case_of(world, case_no)
    assert (row["state"], row["summary"]["refund"]["minor"]) == ("awaiting_return", 10000)
    assert row["outcome"]["reason"] == "只退一件"


def test_refused_or_withdrawn_meanwhile_it_lapses(world: World) -> None:
    refused, withdrawn = late(world), late(world)
    for case_no in (refused, withdrawn):
        decide(world, case_no, request_id=f"yes-{case_no}")
    decide(world, refused, "refuse", reason_code="other", reason="再想想")
    by: dict[str, Any] = {"actor": world.shopper, "request_id": "w", "deps": world.deps}
    withdraw_case(case_no=withdrawn, reason="changed_mind", **by)
    assert [row["state"] for row in world.rows(Goodwill)] == ["lapsed", "lapsed"]
    for row in world.rows(Goodwill):
        with pytest.raises(Conflict):
            answer(world, number=row["number"], request_id=row["number"])
    assert not [task for task in world.tasks if task["kind"] == "approval_waiting" and not task["done_at"]]


def test_edited_meanwhile_it_lapses_and_the_new_application_is_answered_anew(world: World) -> None:
    case_no = late(world)
    decide(world, case_no)
    ask = asking(reason="other", units=(("1", 3),))
    edit_application(case_no=case_no, ask=ask, actor=world.shopper, request_id="edit", deps=world.deps)
    with pytest.raises(Conflict):
        answer(world)
    assert (only(world)["state"], case_of(world, case_no)["state"]) == ("lapsed", "submitted")
    assert decide(world, case_no, request_id="anew").decision == "proposed"


def test_an_amount_is_not_approved_once_the_case_was_answered_otherwise(world: World) -> None:
    number = world.take(bought(make_line("1", 3, 30000)))
    case_no = apply(world, number, kind="refund_only", reason="quality")
    give(world, case_no, "60.00")
    decide(world, case_no)
    with pytest.raises(Conflict) as no:
        answer(world)
    assert (no.value.what, only(world)["state"]) == ("edited", "waiting")
    answer(world, "take_back", by=person(world))
    assert world.payments[0]["in_flight_minor"] == 10000


def test_staff_open_a_late_return_for_the_customer(world: World) -> None:
    case_no = question(world)
    by: dict[str, Any] = {"actor": person(world, 1, "agent"), "deps": world.deps}
    done = open_late_return(case_no=case_no, units=(("1", 1),), reason="老客户", request_id="l", **by)
    assert isinstance(done, GoodwillGiven) and done.what == "waiting" and done.case_no != case_no
    assert (case_of(world, done.case_no)["state"], world.order("A-1").lines[0].claimed) == ("submitted", 1)
    answer(world)
    assert case_of(world, done.case_no)["state"] == "awaiting_return"
    with unit_of_work(world.deps) as work:
        assert work.goodwill.given_to(case_of(world, done.case_no)["id"]) == 10000
    no_differences(world)


def test_a_right_is_no_goodwill(world: World) -> None:
    case_no = question(world, at=NOON - timedelta(days=2))
    by: dict[str, Any] = {"actor": person(world), "deps": world.deps}
    with pytest.raises(Invalid) as no:
        open_late_return(case_no=case_no, units=(("1", 1),), reason="老客户", request_id="l", **by)
    assert no.value.problems == (("quantities", "in_window"),)
