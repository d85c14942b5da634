from dataclasses import replace
from datetime import timedelta

import pytest

from portal.domain.applying.decide import CONDITIONS
from portal.domain.cases.ask import ApplicationAsk
from portal.domain.errors import Conflict, Invalid, NotFound, RefusedError, Reused
from portal.domain.money import Money
from portal.domain.orders.order import Discount
from portal.domain.results import CaseWithdrawn
from portal.models.case import Case, CaseLine, Decision
from portal.services.applying.apply_for import apply_for
from portal.services.applying.edit_application import edit_application
from portal.services.deadlines.run import run_deadlines
from portal.services.policy.replay import replay
from portal.services.withdrawing.withdraw_case import withdraw_case
from tests.services.cancelling.test_races import at_once
from tests.support.applications import bought, sent
from tests.support.order_facts import NOON, make_line, make_order
from tests.support.said import decide_case


def asking(kind="return_refund", reason="no_reason", units=(("1", 1),), **values):
    values = {"conditions": CONDITIONS, "received": reason not in ("not_received", "parcel_refused")} | values
    return ApplicationAsk(kind=kind, reason=reason, units=units, **values)


def apply(world, order_no, request_id="", actor=None, **values):
    ask = asking(**values)
    return apply_for(
        order_no=order_no,
        ask=ask,
        actor=actor or world.shopper,
        request_id=request_id or f"r-{order_no}-{len(world.rows(Case))}",
        deps=world.deps,
    ).case_no


def case_of(world, case_no):
    return next(row for row in world.rows(Case) if row["case_no"] == case_no)


def no_differences(world):
    assert not [found for found in replay(since=None, deps=world.deps) if found.differs]


@pytest.mark.req("S25", "S26", "N4")
def test_a_return_in_the_window_is_approved_at_once_with_its_number_and_a_day_to_send_by(world):
    number = world.take(bought(make_line("1", 2, 5000)))
    row = case_of(world, apply(world, number))
    assert (row["state"], row["deadline_kind"]) == ("awaiting_return", "customer_sends_back")
    assert row["return_no"].startswith("R261120")
    assert row["deadline_at"] > NOON + timedelta(days=7)
    assert (world.order(number).lines[0].claimed, world.refunds) == (1, [])
    assert world.notices == ["return_approved"]
    assert world.events(number) == ["shopper:application:submitted", "shopper:case:approved"]
    no_differences(world)


@pytest.mark.req("S18", "S21", "S36", "N6")
def test_a_refund_without_return_waits_for_the_shop_and_a_fault_goes_ahead(world):
    number = world.take(bought(make_line("1", 1, 4000)))
    row = case_of(world, apply(world, number, kind="refund_only", reason="quality"))
    assert (row["state"], row["priority"], row["deadline_kind"]) == ("submitted", 0, "shop_answers_refund")
    assert row["deadline_at"] == NOON + timedelta(hours=48)
    assert row["outcome"]["at_zero"] == "approve"
    assert world.notices == ["application_received"]


@pytest.mark.req("S18", "S29", "N3")
def test_money_starts_at_once_where_a_rule_says_yes(world):
    number = world.take(bought(make_line("1", 3, 1000)), policy="open")
    row = case_of(world, apply(world, number, kind="refund_only", reason="other", units=(("1", 2),)))
    assert row["state"] == "refunding"
    line = world.order(number).lines[0]
    assert (line.gone, line.claimed, line.refunded) == (2, 0, 666)
    assert [refund["amount_minor"] for refund in world.refunds] == [666]
    world.settle()
    assert case_of(world, row["case_no"])["state"] == "completed"
    assert world.notices == ["refund_approved", "refund_succeeded"]


@pytest.mark.req("S19", "P4", "N3")
def test_every_sequence_of_cases_gives_back_exactly_what_was_paid(world):
    coupon = Discount(kind="coupon", code="C-9", amount=Money(101, "CNY"))
    order = sent(make_order(make_line("1", 3, 1000), discounts=(coupon,), placed_at=NOON - timedelta(days=9)))
    number = world.take(order, policy="open")
    for _ in range(3):
        apply(world, number, kind="refund_only", reason="other")
    assert sum(refund["amount_minor"] for refund in world.refunds) == 899
    assert world.events(number).count("system:coupon:returned") == 1


@pytest.mark.req("S37", "P4")
def test_a_second_application_is_led_to_the_first_and_other_units_are_free(world):
    number = world.take(bought(make_line("1", 3, 3000)))
    first = apply(world, number, units=(("1", 2),))
    with pytest.raises(RefusedError) as refused:
        apply(world, number, units=(("1", 2),))
    assert refused.value.decision.rules == ("SHOP-6",)
    assert refused.value.decision.facts["case_no"] == first
    assert apply(world, number, units=(("1", 1),)) != first
    assert world.order(number).lines[0].claimed == 3
    assert [line["claimed"] for line in world.rows(CaseLine)] == [2, 1]


@pytest.mark.req("S37", "S40")
def test_the_same_form_again_gets_the_first_answer_and_another_body_is_refused(world):
    number = world.take(bought(make_line("1", 3, 3000)))
    first = apply(world, number, request_id="same")
    assert apply(world, number, request_id="same") == first
    with pytest.raises(Reused):
        apply(world, number, request_id="same", units=(("1", 2),))
    assert len(world.rows(Case)) == 1


@pytest.mark.req("S22")
def test_refusals_name_their_rule_and_leave_nothing_behind(world):
    number = world.take(bought(make_line("1", 1, 3000, tags=("custom",))))
    for _ in range(2):
        with pytest.raises(RefusedError) as refused:
            apply(world, number, request_id="again")
    assert refused.value.decision.rules[0] == "SHOP-5"
    assert (world.rows(Case), world.order(number).lines[0].claimed) == ([], 0)
    assert not world.rows(Decision)


def test_what_belongs_to_somebody_else_does_not_exist(world):
    number = world.take(bought(make_line("1", 1, 3000)))
    with pytest.raises(NotFound):
        apply(world, number, actor=replace(world.shopper, id=99))


@pytest.mark.req("S19")
def test_less_may_be_asked_for_and_more_may_not(world):
    number = world.take(bought(make_line("1", 2, 4000)))
    with pytest.raises(Invalid) as above:
        apply(world, number, kind="refund_only", reason="quality", amount=Money(2001, "CNY"))
    assert above.value.problems == (("amount", "above_computed"),)
    row = case_of(world, apply(world, number, kind="refund_only", reason="quality", amount=Money(500, "CNY")))
    run_deadlines(as_of=NOON + timedelta(hours=49), deps=world.deps)
    line = world.order(number).lines[0]
    assert (line.gone, line.claimed, line.refunded) == (0, 0, 500)
    assert case_of(world, row["case_no"])["state"] == "refunding"
    with pytest.raises(Conflict):
        withdraw_case(case_no=row["case_no"], reason="mistake", actor=world.shopper, request_id="w", deps=world.deps)


@pytest.mark.req("S36", "P15", "N6")
def test_a_silent_shop_approves_a_small_refund_and_is_escalated_over_a_large_one(world):
    small = world.take(bought(make_line("1", 1, 5000)))
    large = world.take(bought(make_line("1", 1, 5001)))
    cases = [apply(world, number, kind="refund_only", reason="quality") for number in (small, large)]
    on_time = run_deadlines(as_of=NOON + timedelta(hours=48), deps=world.deps)
    assert (on_time["case_approved"], on_time["case_escalated"]) == (0, 0)
    late = run_deadlines(as_of=NOON + timedelta(hours=48, seconds=1), deps=world.deps)
    assert (late["case_approved"], late["case_escalated"]) == (1, 1)
    rows = [case_of(world, case_no) for case_no in cases]
    assert [row["state"] for row in rows] == ["refunding", "submitted"]
    assert (rows[0]["decided_by"], rows[1]["escalated_at"] is not None) == ("system", True)
    assert [task["kind"] for task in world.tasks] == ["application_unanswered"]
    again = run_deadlines(as_of=NOON + timedelta(hours=60), deps=world.deps)
    assert not any(again.values())


@pytest.mark.req("S36")
def test_goods_not_sent_in_time_close_the_case_and_free_its_units(world):
    number = world.take(bought(make_line("1", 1, 5000)))
    row = case_of(world, apply(world, number))
    assert run_deadlines(as_of=row["deadline_at"] + timedelta(seconds=1), deps=world.deps)["case_expired"] == 1
    assert case_of(world, row["case_no"])["state"] == "expired"
    assert world.order(number).lines[0].claimed == 0
    assert world.notices == ["return_approved", "application_expired"]


@pytest.mark.req("S11")
def test_a_refused_parcel_is_waited_for_without_a_deadline(world):
    order = sent(make_order(make_line("1", 1, 5000)), delivered_at=None, shipped_at=NOON - timedelta(hours=2))
    number = world.take(replace(order, status="shipped"))
    row = case_of(world, apply(world, number, reason="parcel_refused"))
    assert (row["state"], row["deadline_at"], bool(row["return_no"])) == ("approved", None, True)


@pytest.mark.req("S30")
def test_a_withdrawn_application_leaves_the_order_as_it_was(world):
    number = world.take(bought(make_line("1", 3, 3000)))
    case_no = apply(world, number, units=(("1", 3),))
    about = {"case_no": case_no, "actor": world.shopper, "deps": world.deps}
    withdraw_case(reason="changed_mind", units=(("1", 2),), request_id="w1", **about)
    assert world.order(number).lines[0].claimed == 1
    assert case_of(world, case_no)["state"] == "awaiting_return"
    withdraw_case(reason="changed_mind", request_id="w2", **about)
    assert withdraw_case(reason="changed_mind", request_id="w2", **about) == CaseWithdrawn(case_no=case_no)
    assert case_of(world, case_no)["state"] == "withdrawn"
    assert world.order(number).lines[0].claimed == 0
    with pytest.raises(Conflict):
        withdraw_case(reason="mistake", request_id="w3", **about)
    assert apply(world, number, units=(("1", 3),)) != case_no


@pytest.mark.req("S30", "P14")
def test_a_cancel_that_waits_can_be_taken_back(world):
    number = world.take(make_order(status="picking"))
    case_no = world.cancel(number).case_no
    withdraw_case(case_no=case_no, reason="changed_mind", actor=world.shopper, request_id="w", deps=world.deps)
    order = world.order(number)
    assert (order.waiting_case, order.lines[0].claimed, order.state) == (None, 0, "picking")


@pytest.mark.req("N1", "S30")
def test_an_application_is_edited_while_nobody_has_decided(world):
    number = world.take(bought(make_line("1", 2, 4000), make_line("2", 1, 1000)))
    case_no = apply(world, number, kind="refund_only", reason="quality", units=(("1", 2),))
    about = {"case_no": case_no, "actor": world.shopper, "deps": world.deps}
    ask = asking(kind="refund_only", reason="damaged", units=(("1", 1), ("2", 1)))
    edit_application(ask=ask, request_id="e1", **about)
    row = case_of(world, case_no)
    assert (row["reason"], row["summary"]["refund"]["minor"]) == ("damaged", 3000)
    assert [line.claimed for line in world.order(number).lines] == [1, 1]
    no_differences(world)
    run_deadlines(as_of=NOON + timedelta(hours=49), deps=world.deps)
    with pytest.raises(Conflict):
        edit_application(ask=ask, request_id="e2", **about)


@pytest.mark.req("S37", "P4")
def test_twenty_at_once_for_two_units_claim_two(world):
    number = world.take(bought(make_line("1", 2, 2000)))
    results = at_once([lambda n=n: apply(world, number, request_id=f"click-{n}") for n in range(20)])
    assert sum(isinstance(result, str) for result in results) == 2
    assert (world.order(number).lines[0].claimed, len(world.rows(Case))) == (2, 2)


@pytest.mark.req("S37", "N6")
def test_a_person_and_a_deadline_never_both_win(world):
    number = world.take(bought(make_line("1", 1, 4000)))
    case_no = apply(world, number, kind="refund_only", reason="quality")
    about = {"case_no": case_no, "deps": world.deps}
    staff = world.made.staff("agent")
    at_once(
        [
            lambda: run_deadlines(as_of=NOON + timedelta(hours=49), deps=world.deps),
            lambda: decide_case(decision="refuse", reason="不行", actor=staff, request_id="d", **about),
            lambda: withdraw_case(reason="mistake", actor=world.shopper, request_id="w", **about),
        ]
    )
    paid = sum(refund["amount_minor"] for refund in world.refunds)
    assert (case_of(world, case_no)["state"] == "refunding") == (paid == 4000)
    assert world.order(number).lines[0].claimed == 0
