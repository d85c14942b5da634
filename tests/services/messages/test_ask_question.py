"""A question about an order without a claim: whose turn it is, until when, and what it leaves alone (S41, S36)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.domain.errors import Conflict, Invalid, NotFound
from portal.models.case import Case, CaseLine
from portal.models.message import Message
from portal.repos.unit_of_work import unit_of_work
from portal.services.deadlines.run import run_deadlines
from portal.services.intake.merge_order import _stored
from portal.services.messages.ask_question import ask_question
from portal.services.messages.write_message import answer_shop, message_customer, note_internally
from portal.services.withdrawing.withdraw_case import withdraw_case
from tests.services.applying.test_apply_for import apply, case_of
from tests.support.applications import bought
from tests.support.make import make_customer
from tests.support.order_facts import NOON, make_line

S41 = pytest.mark.req("S41")


def ask(world, number, body="什么时候到？", request_id="q1", **values):
    values = {"actor": world.shopper, "deps": world.deps} | values
    return ask_question(order_no=number, body=body, request_id=request_id, **values).case_no


@pytest.fixture
def number(world):
    return world.take(bought(make_line("1", 3, 30000)))


@pytest.mark.req("S41", "S36")
def test_a_question_waits_for_the_shop_and_its_message_answers_it(world, number):
    case_no = ask(world, number)
    row = case_of(world, case_no)
    assert (row["kind"], row["state"], row["deadline_kind"]) == ("question", "submitted", "shop_answers_question")
    assert row["deadline_at"] == NOON + timedelta(hours=48)
    staff = {"actor": world.made.staff("agent"), "deps": world.deps, "case_no": case_no}
    note_internally(body="问仓库", request_id="n", **staff)
    assert case_of(world, case_no)["state"] == "submitted"
    message_customer(body="明天到。", request_id="m", **staff)
    row = case_of(world, case_no)
    assert (row["state"], row["deadline_at"], row["closed_at"]) == ("completed", None, NOON)
    assert world.notices == ["message_from_shop"]
    answer_shop(case_no=case_no, body="还没到？", actor=world.shopper, request_id="a", deps=world.deps)
    row = case_of(world, case_no)
    assert (row["state"], row["closed_at"]) == ("submitted", None) and row["deadline_at"] is not None


@S41
def test_who_asks_again_writes_on_and_a_form_sent_twice_asks_once(world, number):
    case_no = ask(world, number)
    assert ask(world, number) == case_no
    assert ask(world, number, "可以开发票吗？", "q2") == case_no
    assert [row["body"] for row in world.rows(Message)] == ["什么时候到？", "可以开发票吗？"]
    assert len(world.rows(Case)) == 1
    assert world.events(number) == ["shopper:question:asked", "shopper:message:sent", "shopper:message:sent"]


@S41
def test_it_claims_nothing_and_freezes_nothing(world, number):
    case_no = ask(world, number)
    assert world.rows(CaseLine) == [] and world.order(number).lines[0].claimed == 0
    with unit_of_work(world.deps) as work:
        assert not _stored(work, work.orders.get_for_update(number, world.shopper)).after_sales
    applied = apply(world, number, kind="return_refund", units=(("1", 3),))
    assert applied != case_no
    with unit_of_work(world.deps) as work:
        assert _stored(work, work.orders.get_for_update(number, world.shopper)).after_sales


@pytest.mark.req("S41", "S36", "N6")
def test_a_question_nobody_answers_is_escalated_once(world, number):
    case_no = ask(world, number)
    world.clock.move(hours=48, seconds=1)
    assert run_deadlines(deps=world.deps)["case_escalated"] == 1
    assert [task["kind"] for task in world.tasks] == ["question_unanswered"]
    assert world.notices == ["question_escalated"]
    actor = world.made.staff("agent")
    message_customer(case_no=case_no, body="抱歉，明天到。", actor=actor, request_id="m", deps=world.deps)
    assert world.tasks[0]["done_at"] is not None and case_of(world, case_no)["escalated_at"] is None


@S41
def test_nothing_can_be_taken_back_of_it_and_an_empty_one_is_none(world, number):
    with pytest.raises(Invalid):
        ask(world, number, "  ")
    case_no = ask(world, number)
    with pytest.raises(Conflict):
        withdraw_case(case_no=case_no, reason="solved", actor=world.shopper, request_id="w", deps=world.deps)


@S41
def test_somebody_elses_order_is_not_there(world, number):
    make_customer(world.deps, world.made.shop_id, 2)
    stranger = type(world.shopper)(kind="shopper", shop_id=world.made.shop_id, id=world.shopper.id + 1)
    with pytest.raises(NotFound):
        ask(world, number, actor=stranger)
