"""Withdrawing while the goods are on their way: a fee of its own, a way back for the parcel, nothing lost (S30–S33)."""

from datetime import timedelta

import pytest

from portal.domain.errors import Conflict, Forbidden, Invalid, ProviderUnavailable
from portal.services.deadlines.run import run_deadlines
from portal.services.refunds.reconcile import reconcile_refunds
from portal.services.withdrawing.close_with_consent import close_with_consent
from portal.services.withdrawing.pay_fee import pay_fee
from tests.services.applying.test_apply_for import apply, case_of, no_differences
from tests.support.fees import AMOUNT, by, charge, fee_of, hand_over, pay, state, under_way, withdraw

SECOND = timedelta(seconds=1)


@pytest.mark.req("S31", "S33")
def test_a_withdrawal_waits_for_its_fee_and_the_application_stays_as_it_is(world):
    number, case_no = under_way(world)
    withdraw(world, case_no)
    fee = fee_of(world, case_no)
    assert (state(world, case_no), fee["amount_minor"]) == (("in_transit", "due"), AMOUNT)
    assert fee["due_at"] == world.clock.now() + timedelta(hours=72)
    assert (world.order(number).lines[0].claimed, world.notices[-1]) == (3, "fee_due")


@pytest.mark.req("S32", "N10")
@pytest.mark.parametrize("method", ["card", "alipay", "wechat"])
def test_once_it_is_paid_the_parcel_turns_back_and_at_the_door_it_is_withdrawn(world, method):
    number, case_no = under_way(world)
    withdraw(world, case_no)
    assert pay(world, case_no, method).state == ("on_delivery" if method == "cod" else "paid")
    assert state(world, case_no) == ("sending_back", "paid")
    assert (world.order(number).lines[0].claimed, world.notices[-1]) == (3, "withdrawal_begun")
    assert world.tasks[-1]["kind"] == "goods_to_send_back"
    hand_over(world, case_no, accepted=True)
    assert (state(world, case_no), world.notices[-1]) == (("withdrawn", "paid"), "application_withdrawn")
    assert (world.order(number).lines[0].claimed, world.rail.collected()) == (0, AMOUNT)
    assert reconcile_refunds(deps=world.deps) == []
    no_differences(world)


@pytest.mark.req("N10")
def test_without_a_fee_the_parcel_turns_back_at_once(world):
    number, case_no = under_way(world, return_freight_cap="30.00")
    withdraw(world, case_no)
    assert case_of(world, case_no)["state"] == "sending_back"
    assert world.order(number).lines[0].claimed == 3
    hand_over(world, case_no, accepted=True)
    assert case_of(world, case_no)["state"] == "withdrawn"


@pytest.mark.req("S31")
@pytest.mark.parametrize(
    ("fees", "reason", "amount"),
    [
        ({"withdrawal_percent": "10"}, "no_reason", 3000),
        ({"withdrawal_fixed": "12.00", "withdrawal_percent": "1.5"}, "no_reason", 1650),
        ({"withdrawal_fixed": "5000.00"}, "no_reason", 30000),
        ({"withdrawal_fixed": "0.00"}, "no_reason", None),
        ({"withdrawal_fixed": "12.00"}, "quality", None),
    ],
)
def test_a_fee_is_what_the_shop_says_never_above_the_goods_and_never_for_a_fault(world, fees, reason, amount):
    _, case_no = under_way(world, reason, **fees)
    withdraw(world, case_no)
    if amount is None:
        assert case_of(world, case_no)["state"] == "sending_back"
    else:
        assert fee_of(world, case_no)["amount_minor"] == amount


@pytest.mark.req("S36", "N6")
def test_a_fee_may_be_paid_in_its_last_second_and_is_void_in_the_next(world):
    _, case_no = under_way(world)
    withdraw(world, case_no)
    due_at = fee_of(world, case_no)["due_at"]
    assert run_deadlines(as_of=due_at, deps=world.deps)["fee_voided"] == 0
    assert run_deadlines(as_of=due_at + SECOND, deps=world.deps)["fee_voided"] == 1
    assert run_deadlines(as_of=due_at + SECOND, deps=world.deps)["fee_voided"] == 0
    assert (state(world, case_no), world.notices[-1]) == (("in_transit", "voided"), "fee_voided")
    assert "system:fee:voided" in world.events()
    withdraw(world, case_no, "second thoughts")
    world.clock.set(fee_of(world, case_no)["due_at"])
    pay(world, case_no)
    assert state(world, case_no) == ("sending_back", "paid")


@pytest.mark.req("S36")
def test_a_fee_past_its_time_cannot_be_paid_even_before_the_worker_comes(world):
    _, case_no = under_way(world)
    withdraw(world, case_no)
    world.clock.set(fee_of(world, case_no)["due_at"] + SECOND)
    with pytest.raises(Conflict) as raised:
        pay(world, case_no)
    assert (raised.value.what, world.rail.calls) == ("deadline", [])


def test_a_second_withdrawal_does_not_add_a_second_fee(world):
    _, case_no = under_way(world)
    withdraw(world, case_no)
    with pytest.raises(Conflict) as raised:
        withdraw(world, case_no, "again")
    assert raised.value.what == "fee_open"


def test_nothing_is_taken_out_of_a_parcel_that_is_on_its_way(world):
    _, case_no = under_way(world)
    with pytest.raises(Invalid):
        withdraw(world, case_no, units=(("1", 1),))
    withdraw(world, case_no, "whole", units=(("1", 3),))
    assert fee_of(world, case_no)["state"] == "due"


def test_what_was_not_shown_is_not_done(world):
    _, case_no = under_way(world)
    with pytest.raises(Conflict):
        withdraw(world, case_no, shown="something else")
    withdraw(world, case_no)
    with pytest.raises(Conflict):
        pay_fee(case_no=case_no, method="card", shown="something else", **by(world, "shopper", "pay"))
    assert world.rail.calls == []


@pytest.mark.req("S30")
def test_staff_close_a_case_with_the_consent_of_the_customer_on_record(world):
    charge(world)
    number, case_no = under_way(world)
    other = apply(world, number, units=(("2", 1),))
    words = "11月20日电话确认，客户同意撤销"
    close_with_consent(case_no=other, reason=words, **by(world, "agent", "close"))
    row = case_of(world, other)
    assert (row["state"], row["outcome"]["consent"], row["outcome"]["closed_by"]) == ("withdrawn", words, "staff:1")
    assert ("staff:case:withdrawn" in world.events(), world.notices[-1]) == (True, "application_withdrawn")
    assert world.order(number).lines[1].claimed == 0
    withdraw(world, case_no)
    close_with_consent(case_no=case_no, reason=words, **by(world, "agent", "turn"))
    assert state(world, case_no) == ("sending_back", "waived")
    with pytest.raises(Conflict):
        close_with_consent(case_no=case_no, reason=words, **by(world, "agent", "again"))


def test_a_case_is_not_closed_without_words_or_by_who_may_not(world):
    _, case_no = under_way(world)
    with pytest.raises(Invalid):
        close_with_consent(case_no=case_no, reason=" ", **by(world, "agent", "empty"))
    for role in ("warehouse", "auditor", "admin"):
        with pytest.raises(Forbidden):
            close_with_consent(case_no=case_no, reason="同意", **by(world, role, "close"))


def test_a_case_whose_payment_is_being_confirmed_is_not_closed(world):
    _, case_no = under_way(world)
    withdraw(world, case_no)
    world.rail.next_collect(ProviderUnavailable("fake", "timeout"))
    pay(world, case_no)
    with pytest.raises(Conflict):
        close_with_consent(case_no=case_no, reason="同意", **by(world, "agent", "close"))
