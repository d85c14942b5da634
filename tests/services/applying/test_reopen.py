"""Reopening what a deadline closed: with its units where they are still free, and its full time (N6)."""

from datetime import timedelta

import pytest

from portal.domain.cases.results import CaseReopened
from portal.domain.errors import Conflict, Forbidden, Invalid
from portal.services.applying.reopen import reopen_case
from portal.services.deadlines.run import run_deadlines
from portal.services.messages.ask_customer import ask_customer
from portal.services.messages.write_message import answer_shop
from tests.services.applying.test_apply_for import apply, case_of, no_differences
from tests.services.cases.test_decide_case import decide, waiting
from tests.services.returning.test_inspect import ship
from tests.support.applications import bought
from tests.support.order_facts import NOON, make_line

pytestmark = pytest.mark.req("N6")


def reopen(world, case_no, request_id="again", role="agent", reason="您来电说已经寄出"):
    by = {"actor": world.made.staff(role), "request_id": request_id, "deps": world.deps}
    return reopen_case(case_no=case_no, reason=reason, **by)


def expired(world, days=9):
    run_deadlines(as_of=world.clock.now() + timedelta(days=days), deps=world.deps)


def not_sent(world):
    """A return whose goods were not sent in time; its order."""
    number = world.take(bought(make_line("1", 2, 5000)))
    case_no = apply(world, number, units=(("1", 2),))
    expired(world)
    assert case_of(world, case_no)["state"] == "expired"
    return number, case_no


def test_a_return_goes_on_with_its_number_its_units_and_its_full_time(world):
    number, case_no = not_sent(world)
    before = case_of(world, case_no)["return_no"]
    assert reopen(world, case_no) == CaseReopened(case_no=case_no)
    row = case_of(world, case_no)
    assert (row["state"], row["return_no"], row["closed_at"]) == ("awaiting_return", before, None)
    assert row["deadline_kind"] == "customer_sends_back" and row["deadline_at"] > NOON + timedelta(days=7)
    assert row["reminder_at"] and world.order(number).lines[0].claimed == 2
    assert world.notices[-1] == "application_reopened"
    assert world.events(number)[-2:] == ["staff:case:reopened", "staff:case:claimed"]
    assert reopen(world, case_no) == CaseReopened(case_no=case_no)
    ship(world, case_no)
    assert case_of(world, case_no)["state"] == "in_transit"
    no_differences(world)


def test_one_that_lacked_an_answer_waits_for_it_again_and_can_be_decided(world):
    number, case_no = waiting(world)
    by = {"actor": world.made.staff("agent"), "request_id": "q", "deps": world.deps}
    ask_customer(case_no=case_no, body="请补充", **by)
    expired(world)
    reopen(world, case_no)
    row = case_of(world, case_no)
    assert (row["state"], row["deadline_kind"]) == ("needs_info", "customer_adds_information")
    assert world.order(number).lines[0].claimed == 3
    answer_shop(case_no=case_no, body="在这里", actor=world.shopper, request_id="m", deps=world.deps)
    decide(world, case_no)
    assert case_of(world, case_no)["state"] == "refunding"


def test_not_where_its_goods_are_asked_for_elsewhere_by_now(world):
    number, case_no = not_sent(world)
    apply(world, number, units=(("1", 1),))
    with pytest.raises(Conflict, match="units_gone"):
        reopen(world, case_no)
    assert world.order(number).lines[0].claimed == 1 and case_of(world, case_no)["state"] == "expired"


def test_nothing_else_is_reopened_and_only_by_who_works_on_cases_with_a_reason(world):
    _, case_no = waiting(world)
    with pytest.raises(Conflict, match="decided"):
        reopen(world, case_no)
    decide(world, case_no, "refuse", reason_code="evidence", reason="看不清")
    with pytest.raises(Conflict, match="decided"):
        reopen(world, case_no)
    _, other = not_sent(world)
    with pytest.raises(Invalid):
        reopen(world, other, reason="  ")
    with pytest.raises(Forbidden):
        reopen(world, other, role="warehouse")


def test_it_expires_once_more(world):
    number, case_no = not_sent(world)
    reopen(world, case_no)
    expired(world, days=18)
    assert (case_of(world, case_no)["state"], world.order(number).lines[0].claimed) == ("expired", 0)
