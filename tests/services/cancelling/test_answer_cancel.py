from datetime import timedelta

import pytest

from portal.domain.errors import Conflict, Forbidden, Invalid
from portal.domain.results import CancelAnswered
from portal.services.cancelling.answer_cancel import answer_cancel
from portal.services.deadlines.run import run_deadlines
from tests.support.order_facts import NOON, make_line, make_order


def waiting(world, **values):
    number = world.take(make_order(make_line("1", 2, 5000), status="picking", **values))
    return number, world.cancel(number).case_no


def answer(world, case_no, what="stopped", left_at=None, role="warehouse", request_id="a1"):
    return answer_cancel(
        case_no=case_no,
        answer=what,
        left_at=left_at,
        actor=world.made.staff(role),
        request_id=request_id,
        deps=world.deps,
    )


def case_row(world):
    from portal.models.case import Case

    return world.rows(Case)[-1]


@pytest.mark.req("S42", "P14")
def test_stopped_means_cancelled_and_refunded_with_what_was_shown(world):
    number, case_no = waiting(world)
    assert answer(world, case_no) == CancelAnswered(case_no=case_no, answer="stopped")
    assert world.order(number).state == "cancelled"
    assert case_row(world)["state"] == "refunding"
    world.settle()
    assert case_row(world)["state"] == "completed"
    assert world.payments[0]["refunded_minor"] == 5000


@pytest.mark.req("S11", "P14")
def test_too_late_says_when_it_left_and_frees_the_units(world):
    number, case_no = waiting(world)
    left_at = NOON - timedelta(minutes=5)
    answer(world, case_no, "too_late", left_at)
    order = world.order(number)
    assert (order.state, order.lines[0].claimed, order.waiting_case) == ("picking", 0, None)
    row = case_row(world)
    assert (row["state"], row["outcome"]["left_at"]) == ("rejected", left_at.isoformat())
    assert "cancel_too_late" in world.notices
    assert world.refunds == []


def test_too_late_needs_a_time_that_has_been(world):
    _, case_no = waiting(world)
    with pytest.raises(Invalid):
        answer(world, case_no, "too_late")
    with pytest.raises(Invalid):
        answer(world, case_no, "too_late", NOON + timedelta(days=1))


def test_an_answered_cancel_cannot_be_answered_again(world):
    _, case_no = waiting(world)
    answer(world, case_no)
    with pytest.raises(Conflict):
        answer(world, case_no, "too_late", NOON, request_id="a2")
    assert answer(world, case_no) == CancelAnswered(case_no=case_no, answer="stopped")


@pytest.mark.parametrize("role", ["auditor", "admin"])
def test_who_only_reads_may_not_answer(world, role):
    _, case_no = waiting(world)
    with pytest.raises(Forbidden):
        answer(world, case_no, role=role)


@pytest.mark.req("S9", "S36", "P15", "N6")
def test_a_silent_warehouse_is_escalated_once_and_never_taken_for_a_yes(world):
    number, _ = waiting(world)
    deadline = case_row(world)["deadline_at"]
    assert deadline == NOON + timedelta(hours=2)
    assert run_deadlines(as_of=deadline, deps=world.deps)["cancel_escalated"] == 0
    assert run_deadlines(as_of=deadline + timedelta(seconds=1), deps=world.deps)["cancel_escalated"] == 1
    assert run_deadlines(as_of=deadline + timedelta(hours=1), deps=world.deps)["cancel_escalated"] == 0
    row = case_row(world)
    assert (row["state"], row["escalated_at"] is not None) == ("submitted", True)
    assert [task["kind"] for task in world.tasks] == ["cancel_unanswered"]
    assert "cancel_escalated" in world.notices
    assert world.order(number).state == "picking"


@pytest.mark.req("S36", "S7")
def test_an_order_nobody_paid_in_time_is_cancelled_by_the_system(world):
    number = world.take(make_order(status="awaiting_payment", pay_by=NOON + timedelta(minutes=30)))
    forever = world.take(make_order(status="awaiting_payment"))
    assert run_deadlines(as_of=NOON + timedelta(minutes=30), deps=world.deps)["unpaid_expired"] == 0
    assert run_deadlines(as_of=NOON + timedelta(minutes=30, seconds=1), deps=world.deps)["unpaid_expired"] == 1
    assert world.order(number).state == "cancelled"
    assert world.order(forever).state == "awaiting_payment"
    assert "system:order:cancelled" in world.events(number)
    assert world.notices == ["order_expired"]
