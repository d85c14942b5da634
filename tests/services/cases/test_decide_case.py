from datetime import timedelta

import pytest

from portal.domain.errors import Conflict, Forbidden, Invalid
from portal.domain.results import CaseDecided
from portal.services.deadlines.run import run_deadlines
from portal.services.messages.ask_customer import ask_customer
from portal.services.messages.write_message import answer_shop
from tests.services.applying.test_apply_for import apply, case_of, no_differences
from tests.support.applications import bought
from tests.support.order_facts import NOON, make_line
from tests.support.said import decide_case


def waiting(world, **values):
    number = world.take(bought(make_line("1", 3, 30000), make_line("2", 1, 1000)))
    asked = {"kind": "refund_only", "reason": "quality", "units": (("1", 3),)} | values
    return number, apply(world, number, **asked)


def decide(world, case_no, decision="accept", role="agent", request_id="d1", **values):
    return decide_case(
        case_no=case_no,
        decision=decision,
        actor=world.made.staff(role),
        request_id=request_id,
        deps=world.deps,
        **values,
    )


@pytest.mark.req("S42", "S29")
def test_accepted_means_paid_with_what_was_shown(world):
    number, case_no = waiting(world)
    assert decide(world, case_no) == CaseDecided(case_no=case_no, decision="accept")
    row = case_of(world, case_no)
    assert (row["state"], row["decided_by"], row["outcome"]["answer"]) == ("refunding", "staff:1", "accept")
    assert (world.order(number).lines[0].gone, world.order(number).lines[0].faulted) == (3, 3)
    world.settle()
    assert case_of(world, case_no)["state"] == "completed"
    assert world.payments[0]["refunded_minor"] == 30000
    no_differences(world)


@pytest.mark.req("S42", "S26")
def test_an_accepted_return_gets_its_number_and_its_day(world):
    _, case_no = waiting(world, kind="return_refund", reason="other")
    decide(world, case_no)
    row = case_of(world, case_no)
    assert (row["state"], row["return_no"][0], row["deadline_kind"]) == ("awaiting_return", "R", "customer_sends_back")
    assert world.notices[-1] == "return_approved"


@pytest.mark.req("S42", "P4")
def test_fewer_units_may_be_accepted_and_the_others_are_free(world):
    number, case_no = waiting(world)
    decide(world, case_no, "partly", units=(("1", 2),), reason="只有两件有问题")
    line = world.order(number).lines[0]
    assert (line.gone, line.claimed, line.refunded) == (2, 0, 20000)
    assert case_of(world, case_no)["summary"]["refund"]["minor"] == 20000
    _, other = waiting(world, kind="return_refund", reason="other")
    decide(world, other, "partly", units=(("1", 1),), request_id="d2")
    assert case_of(world, other)["state"] == "awaiting_return"
    assert [row["claimed_now"] for row in claims(world, other)] == [1]


@pytest.mark.req("S42", "P18")
def test_a_smaller_amount_with_the_goods_kept_lowers_the_money_and_not_the_units(world):
    number, case_no = waiting(world)
    decide(world, case_no, "partly", amount="12.30")
    line = world.order(number).lines[0]
    assert (line.gone, line.claimed, line.refunded) == (0, 0, 1230)


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"amount": "300.01"}, ("amount", "above_computed")),
        ({"amount": "300.00"}, ("amount", "not_less")),
        ({"amount": "abc"}, ("amount", "not_an_amount")),
        ({"amount": "-1"}, ("amount", "too_small")),
        ({"units": (("1", 4),)}, ("quantity-1", "too_many")),
        ({"units": (("1", -1),)}, ("quantity-1", "negative")),
        ({}, ("amount", "not_less")),
    ],
)
def test_more_than_was_asked_for_is_not_this_answer_and_nothing_is_cut(world, values, problem):
    number, case_no = waiting(world)
    with pytest.raises(Invalid) as refused:
        decide(world, case_no, "partly", **values)
    assert refused.value.problems == (problem,)
    assert (world.refunds, world.order(number).lines[0].claimed) == ([], 3)


@pytest.mark.req("S39")
def test_refused_says_why_in_words_for_the_customer_and_frees_the_units(world):
    number, case_no = waiting(world)
    with pytest.raises(Invalid):
        decide(world, case_no, "refuse", reason_code="evidence")
    with pytest.raises(Invalid):
        decide(world, case_no, "refuse", reason_code="mood", reason="不行")
    decide(world, case_no, "refuse", reason_code="evidence", reason="照片看不清序列号")
    row = case_of(world, case_no)
    assert (row["state"], row["outcome"]["reason_code"]) == ("rejected", "evidence")
    assert world.order(number).lines[0].claimed == 0
    assert world.notices[-1] == "application_refused"
    world.settle(2)
    assert "凭证看不清或不完整：照片看不清序列号" in world.mailer.sent[-1].body
    assert "12315" in world.mailer.sent[-1].body
    with pytest.raises(Conflict):
        decide(world, case_no, request_id="d9")


@pytest.mark.req("S42", "S36")
def test_asked_for_more_waits_for_the_customer_whose_message_brings_it_back(world):
    number, case_no = waiting(world)
    staff = {"case_no": case_no, "actor": world.made.staff("agent"), "deps": world.deps}
    ask_customer(body="请拍一张标签", request_id="q", **staff)
    row = case_of(world, case_no)
    assert (row["state"], row["deadline_kind"]) == ("needs_info", "customer_adds_information")
    assert world.notices[-1] == "needs_info"
    answer_shop(case_no=case_no, body="见附件", actor=world.shopper, request_id="a", deps=world.deps)
    row = case_of(world, case_no)
    assert (row["state"], row["deadline_at"]) == ("submitted", NOON + timedelta(hours=48))
    answer_shop(case_no=case_no, body="还有", actor=world.shopper, request_id="b", deps=world.deps)
    assert "shopper:case:answered" in world.events(number)


@pytest.mark.req("S36")
def test_no_answer_in_time_closes_it_and_frees_the_units(world):
    number, case_no = waiting(world)
    actor = world.made.staff("agent")
    ask_customer(case_no=case_no, body="请拍一张标签", actor=actor, request_id="q", deps=world.deps)
    deadline = case_of(world, case_no)["deadline_at"]
    assert not any(run_deadlines(as_of=deadline, deps=world.deps).values())
    assert run_deadlines(as_of=deadline + timedelta(seconds=1), deps=world.deps)["case_expired"] == 1
    assert case_of(world, case_no)["state"] == "expired"
    assert world.order(number).lines[0].claimed == 0


@pytest.mark.parametrize("role", ["warehouse", "auditor", "admin"])
def test_who_may_not_decide_does_not(world, role):
    _, case_no = waiting(world)
    with pytest.raises(Forbidden):
        decide(world, case_no, role=role)


def claims(world, case_no):
    from portal.models.case import CaseLine

    case_id = case_of(world, case_no)["id"]
    return [{"claimed_now": row["claimed"]} for row in world.rows(CaseLine) if row["case_id"] == case_id]
