"""Beyond policy: within the limits by one person alone, over them by a second, and whoever tries around it (S44)."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from portal.domain.errors import Conflict, Forbidden, Invalid, Reused
from portal.domain.goodwill.results import ProposalAnswered
from portal.models.goodwill import Goodwill
from portal.repos.unit_of_work import unit_of_work
from portal.services.cases.appeal import appeal_case
from portal.services.deadlines.run import run_deadlines
from portal.services.messages.ask_question import ask_question
from portal.services.records.verify_audit import verify_audit
from tests.services.applying.test_apply_for import case_of
from tests.services.cancelling.test_races import at_once
from tests.support.applications import bought
from tests.support.beyond_policy import LONG_AGO, answer, decide, give, late, only, person, question
from tests.support.order_facts import make_line, make_order
from tests.support.world import World

pytestmark = pytest.mark.req("S44")


def test_within_the_limits_one_person_pays_at_once_and_the_customer_is_told(world: World) -> None:
    case_no = question(world)
    assert give(world, case_no, "20.00", by=person(world, role="agent")) == "granted"
    assert [(refund["amount_minor"], refund["why"]) for refund in world.refunds] == [(2000, "goodwill")]
    assert world.notices[-1] == "goodwill_granted"
    world.settle()
    assert world.payments[0]["refunded_minor"] == 2000 and world.payments[0]["in_flight_minor"] == 0
    assert "另外补偿您¥20.00" in "".join(mail.body for mail in world.mailer.sent)
    assert case_of(world, case_no)["state"] == "submitted"
    assert verify_audit(deps=world.deps).broken is None


def test_over_the_limit_it_is_claimed_and_paid_only_once_a_second_person_has_approved(world: World) -> None:
    case_no = question(world)
    assert give(world, case_no, "50.01") == "waiting"
    assert (world.refunds, world.payments[0]["in_flight_minor"]) == ([], 5001)
    assert "goodwill_granted" not in world.notices
    assert [task["kind"] for task in world.tasks if not task["done_at"]] == ["approval_waiting"]
    assert answer(world) == ProposalAnswered(number=only(world)["number"], what="approved")
    assert [refund["amount_minor"] for refund in world.refunds] == [5001]
    assert (only(world)["answered_by"], only(world)["state"]) == ("staff:2", "granted")
    said = [event for event in world.events("A-1") if "goodwill" in event]
    assert said == ["staff:goodwill:proposed", "staff:goodwill:approved", "staff:goodwill:granted"]
    assert not [task for task in world.tasks if not task["done_at"] and task["kind"] == "approval_waiting"]
    world.settle()
    assert world.payments[0]["refunded_minor"] == 5001
    assert verify_audit(deps=world.deps).broken is None


def test_nothing_else_spends_what_waits_and_declined_it_is_free(world: World) -> None:
    case_no = question(world)
    assert give(world, case_no, "300.00") == "waiting"
    with pytest.raises(Invalid) as no:
        give(world, case_no, "10.01")
    assert no.value.problems == (("amount", "above_room"),)
    with pytest.raises(Invalid):
        answer(world, "decline")
    answer(world, "decline", reason="太多了", request_id="no")
    assert (world.payments[0]["in_flight_minor"], world.refunds) == (0, [])
    assert [line.refunded for line in world.order("A-1").lines] == [0, 0]
    assert give(world, case_no, "10.01") == "granted"


def test_taken_back_it_is_free_by_its_proposer_or_a_supervisor_alone(world: World) -> None:
    case_no = question(world)
    agent = person(world, 1, "agent")
    give(world, case_no, "60.00", by=agent)
    with pytest.raises(Forbidden):
        answer(world, "take_back", by=person(world, 2, "agent"))
    answer(world, "take_back", by=agent)
    assert (only(world)["state"], world.payments[0]["in_flight_minor"]) == ("taken_back", 0)


def test_nobody_approves_their_own_by_another_role_or_another_account(world: World) -> None:
    give(world, question(world), "60.00", by=person(world, 1, "agent"))
    for by in (person(world, 1, "supervisor"), person(world, 1, "agent")):
        with pytest.raises((Conflict, Forbidden)):
            answer(world, by=by)
    with unit_of_work(world.deps) as work:
        work.connection.execute(text("UPDATE staff SET mail = 'Li@Example.com' WHERE id = 1"))
        work.connection.execute(text("UPDATE staff SET mail = ' li@example.com' WHERE id = 2"))
    with pytest.raises(Conflict) as no:
        answer(world, by=person(world, 2))
    assert (no.value.what, world.refunds) == ("same_person", [])


@pytest.mark.parametrize("role", ["agent", "warehouse", "auditor", "admin"])
def test_only_a_supervisor_approves(world: World, role: str) -> None:
    give(world, question(world), "60.00")
    with pytest.raises(Forbidden):
        answer(world, by=person(world, 2, role))


@pytest.mark.parametrize("role", ["warehouse", "auditor", "admin"])
def test_who_may_not_propose_does_not(world: World, role: str) -> None:
    with pytest.raises(Forbidden):
        give(world, question(world), "1.00", by=person(world, 1, role))


def test_split_over_one_case_the_sum_counts(world: World) -> None:
    case_no = question(world)
    assert [give(world, case_no, amount) for amount in ("30.00", "20.00", "0.01")] == ["granted", "granted", "waiting"]
    answer(world)
    assert give(world, case_no, "0.01", by=person(world, 2)) == "waiting"


def test_split_over_the_cases_of_a_day_the_persons_sum_counts_and_begins_anew_the_next(world: World) -> None:
    cases = [question(world) for _ in range(4)]
    given = [give(world, case_no, "40.00") for case_no in cases[:3]]
    assert given == ["granted", "granted", "waiting"]
    assert give(world, cases[3], "40.00", by=person(world, 2)) == "granted"
    world.clock.move(days=1)
    assert give(world, cases[3], "10.00") == "granted"


def test_two_accounts_of_one_person_share_their_day(world: World) -> None:
    person(world)
    with unit_of_work(world.deps) as work:
        work.connection.execute(text("UPDATE staff SET mail = 'li@example.com'"))
    given = [give(world, question(world), "40.00", by=person(world, number)) for number in (1, 2, 2)]
    assert given == ["granted", "granted", "waiting"]


def test_many_at_once_do_not_give_more_alone_than_a_day_has(world: World) -> None:
    cases, who = [question(world) for _ in range(8)], person(world)
    tries = at_once([lambda no=no: give(world, no, "30.00", by=who, request_id=f"g-{no}") for no in cases])
    assert sorted(tries) == ["granted"] * 2 + ["waiting"] * 6
    assert sum(refund["amount_minor"] for refund in world.refunds) == 6000


def test_many_approve_at_once_and_it_is_paid_once(world: World) -> None:
    give(world, question(world), "60.00")
    by = person(world, 2)
    tries = at_once([lambda n=n: answer(world, by=by, request_id=f"a-{n}") for n in range(8)])
    assert sum(isinstance(one, ProposalAnswered) for one in tries) == 1
    assert [refund["amount_minor"] for refund in world.refunds] == [6000]


def test_the_same_form_again_has_its_first_answer(world: World) -> None:
    case_no = question(world)
    assert {give(world, case_no, "60.00", request_id="same") for _ in range(2)} == {"waiting"}
    with pytest.raises(Reused):
        give(world, case_no, "61.00", request_id="same")
    assert answer(world) == answer(world)
    with pytest.raises(Conflict) as no:
        answer(world, request_id="another")
    assert (no.value.what, len(world.refunds), len(world.rows(Goodwill))) == ("decided", 1, 1)


def test_nobody_answers_and_it_is_escalated_and_not_paid(world: World) -> None:
    give(world, question(world), "60.00")
    world.clock.move(days=3)
    assert run_deadlines(deps=world.deps)["approval_escalated"] == 1
    assert run_deadlines(deps=world.deps)["approval_escalated"] == 0
    assert (world.refunds, only(world)["state"]) == ([], "waiting")
    assert "system:goodwill:escalated" in world.events("A-1")
    answer(world)
    assert len(world.refunds) == 1


def test_money_of_another_currency_than_the_limits_always_needs_a_second(world: World) -> None:
    line = make_line("1", 1, 9000, currency="EUR")
    number = world.take(bought(line, at=LONG_AGO, currency="EUR", country="DE"), policy="cn")
    by: dict[str, Any] = {"actor": world.shopper, "request_id": "ask", "deps": world.deps}
    case_no = ask_question(order_no=number, body="有点小问题", **by).case_no
    assert give(world, case_no, "0.01") == "waiting"


# A late return.
def test_goods_that_went_meanwhile_are_paid_in_full_once_it_is_not_given(world: World) -> None:
    number = world.take(make_order(make_line("1", 3, 30000), make_line("2", 1, 1000)))
    by: dict[str, Any] = {"actor": world.shopper, "request_id": "ask", "deps": world.deps}
    case_no = ask_question(order_no=number, body="有点小问题", **by).case_no
    give(world, case_no, "60.00")
    world.cancel(number)
    assert sum(refund["amount_minor"] for refund in world.refunds) == 25000
    answer(world, "decline", reason="太多了")
    assert [(refund["amount_minor"], refund["why"]) for refund in world.refunds][1:] == [(6000, "owed")]
    world.settle()
    assert (world.payments[0]["refunded_minor"], world.payments[0]["in_flight_minor"]) == (31000, 0)
    assert "refund_rest" in world.notices


def test_given_after_the_goods_went_it_is_no_more_than_was_paid(world: World) -> None:
    number = world.take(make_order(make_line("1", 3, 30000)))
    by: dict[str, Any] = {"actor": world.shopper, "request_id": "ask", "deps": world.deps}
    case_no = ask_question(order_no=number, body="有点小问题", **by).case_no
    give(world, case_no, "60.00")
    world.cancel(number)
    answer(world)
    world.settle()
    assert (world.payments[0]["refunded_minor"], world.payments[0]["in_flight_minor"]) == (30000, 0)


def test_an_appeal_beyond_policy_takes_somebody_who_neither_refused_nor_proposed(world: World) -> None:
    case_no = late(world)
    decide(world, case_no, "refuse", reason_code="other", reason="过期了")
    by: dict[str, Any] = {"actor": world.shopper, "request_id": "appeal", "deps": world.deps}
    appeal_case(case_no=case_no, body="快递晚到", **by)
    second, third = person(world, 2), person(world, 3)
    with unit_of_work(world.deps) as work:
        row = "INSERT INTO staff (id, login, role, password_hash, totp_secret, totp_step, created_at)"
        work.connection.execute(text(f"{row} VALUES (3, 'third', 'supervisor', '', '', 0, '2026-01-01 00:00:00')"))
    assert decide(world, case_no, by=second, request_id="yes").decision == "proposed"
    for by_whom, code in ((person(world, 1), "same_decider"), (second, "same_person")):
        with pytest.raises(Conflict) as no:
            answer(world, by=by_whom, request_id=by_whom.key)
        assert no.value.what == code
    answer(world, by=third, request_id="third")
    row = case_of(world, case_no)
    assert (row["state"], row["appeal"]["state"]) == ("awaiting_return", "granted")


# What the database itself refuses, whatever a program does.
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE goodwill SET state = 'granted'",
        "UPDATE goodwill SET state = 'granted', answered_by = proposed_by, answered_person = proposed_person",
        "UPDATE goodwill SET state = 'granted', answered_by = 'staff:9', answered_person = proposed_person",
        "UPDATE goodwill SET needs_second = NOT needs_second",
        "UPDATE goodwill SET amount_minor = 1",
        "UPDATE goodwill SET proposed_by = 'staff:9', proposed_person = 9",
        "DELETE FROM goodwill",
        "UPDATE after_sales_case SET state = 'awaiting_return' WHERE kind = 'return_refund'",
    ],
)
def test_the_database_refuses_to_grant_without_a_second_person(world: World, statement: str) -> None:
    decide(world, late(world))
    with pytest.raises(DBAPIError), world.deps.database.writing() as connection:
        connection.execute(text(statement))


def test_the_database_refuses_a_refund_that_no_granted_row_covers(world: World) -> None:
    give(world, question(world), "20.00")
    give(world, question(world), "60.00")
    columns = ", ".join(name for name in world.refunds[0] if name not in ("id", "goodwill_id"))
    changed = columns.replace("refund_id", "'x' || refund_id").replace("number", "'x' || number", 1)
    for goodwill_id in ("NULL", "1", "2"):
        copy = f"INSERT INTO refund ({columns}, goodwill_id) SELECT {changed}, {goodwill_id} FROM refund"
        with pytest.raises(DBAPIError), world.deps.database.writing() as connection:
            connection.execute(text(copy))


def test_what_was_answered_is_not_answered_again(world: World) -> None:
    give(world, question(world), "60.00")
    answer(world)
    with pytest.raises(DBAPIError), world.deps.database.writing() as connection:
        connection.execute(text("UPDATE goodwill SET state = 'waiting'"))
