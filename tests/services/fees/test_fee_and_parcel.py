"""The fee and the parcel it is for: paid at the door, refused, or there before the money (S31, S32, N10)."""

from datetime import timedelta

import pytest

from portal.domain.errors import Conflict, ProviderUnavailable
from portal.domain.results import FeeTried
from portal.services.deadlines.run import run_deadlines
from portal.services.refunds.reconcile import reconcile_refunds
from portal.services.returning.receive_parcel import receive_goods
from tests.services.applying.test_apply_for import case_of
from tests.services.cancelling.test_races import at_once
from tests.services.returning.test_inspect import inspect
from tests.support.fees import AMOUNT, by, fee_of, hand_over, pay, state, tries, under_way, withdraw

SECOND = timedelta(seconds=1)


@pytest.mark.req("S32", "N10")
def test_cash_on_delivery_pauses_the_case_and_paid_at_the_door_it_is_withdrawn(world):
    number, case_no = under_way(world)
    withdraw(world, case_no)
    assert pay(world, case_no, "cod") == FeeTried(case_no=case_no, state="on_delivery")
    assert state(world, case_no) == ("sending_back", "on_delivery")
    assert run_deadlines(as_of=world.clock.now() + timedelta(days=30), deps=world.deps)["fee_voided"] == 0
    hand_over(world, case_no, accepted=True)
    assert state(world, case_no) == ("withdrawn", "paid")
    assert (tries(world), world.order(number).lines[0].claimed) == ([("paid", "", AMOUNT)], 0)
    assert reconcile_refunds(deps=world.deps) == []


@pytest.mark.req("S32", "N10")
def test_cash_on_delivery_refused_at_the_door_brings_the_parcel_back_and_the_case_goes_on(world):
    number, case_no = under_way(world)
    withdraw(world, case_no)
    pay(world, case_no, "cod")
    hand_over(world, case_no, accepted=False)
    assert state(world, case_no) == ("in_transit", "voided")
    assert (world.order(number).lines[0].claimed, "withdrawn_for" in case_of(world, case_no)["outcome"]) == (3, False)
    inspect(world, case_no, ("1", 3, 0))
    world.settle(3)
    assert case_of(world, case_no)["state"] == "completed"


@pytest.mark.req("S31")
def test_the_fee_goes_back_where_the_case_ends_for_the_customer_after_all(world):
    _, case_no = under_way(world)
    withdraw(world, case_no)
    pay(world, case_no, "wechat")
    hand_over(world, case_no, accepted=False)
    assert state(world, case_no) == ("in_transit", "paid")
    inspect(world, case_no, ("1", 3, 0))
    world.settle(4)
    assert (state(world, case_no), tries(world)) == (("completed", "refunded"), [("returned", "", AMOUNT)])
    assert world.rail.moved(f"{case_no}-F1-1") == AMOUNT
    assert reconcile_refunds(deps=world.deps) == []


@pytest.mark.req("S31")
def test_the_fee_stays_where_nothing_of_it_is_accepted(world):
    _, case_no = under_way(world)
    withdraw(world, case_no)
    pay(world, case_no)
    hand_over(world, case_no, accepted=False)
    inspect(world, case_no, ("1", 0, 3), reason="不是我们的商品")
    assert fee_of(world, case_no)["state"] == "paid"


@pytest.mark.req("N6", "N10")
def test_goods_that_arrive_first_make_the_fee_void(world):
    _, case_no = under_way(world)
    withdraw(world, case_no)
    receive_goods(case_no=case_no, **by(world, "warehouse", "receive"))
    assert state(world, case_no) == ("received", "voided")
    with pytest.raises(Conflict):
        pay(world, case_no)
    with pytest.raises(Conflict) as raised:
        withdraw(world, case_no, "again")
    assert raised.value.what == "goods_received"


@pytest.mark.req("N6", "N7")
def test_a_payment_that_is_confirmed_after_the_goods_arrived_goes_back(world):
    _, case_no = under_way(world)
    withdraw(world, case_no)
    world.rail.next_collect(ProviderUnavailable("fake", "timeout"), booked=True)
    pay(world, case_no)
    receive_goods(case_no=case_no, **by(world, "warehouse", "receive"))
    assert state(world, case_no) == ("received", "processing")
    world.settle(3)
    assert (state(world, case_no), world.rail.moved(f"{case_no}-F1-1")) == (("received", "refunded"), AMOUNT)
    assert [kind for kind in world.notices if "fee" in kind] == ["fee_due", "fee_voided", "fee_returned"]


@pytest.mark.req("N6", "S36")
def test_pay_against_the_deadline_has_one_winner(world):
    for turn in range(4):
        _, case_no = under_way(world)
        withdraw(world, case_no, f"w-{turn}")
        as_of = fee_of(world, case_no)["due_at"] + SECOND

        def paying(case_no=case_no, turn=turn):
            return pay(world, case_no, request_id=f"p-{turn}")

        def ending(as_of=as_of):
            return run_deadlines(as_of=as_of, deps=world.deps)

        at_once([paying, ending] if turn % 2 else [ending, paying])
        assert state(world, case_no) in (("sending_back", "paid"), ("in_transit", "voided"))
        took = AMOUNT if state(world, case_no)[1] == "paid" else 0
        assert world.rail.collected(case_no) == took


@pytest.mark.req("N6", "N10")
def test_pay_against_receive_leaves_goods_and_money_on_one_side(world):
    for turn in range(4):
        _, case_no = under_way(world)
        withdraw(world, case_no, f"w-{turn}")

        def paying(case_no=case_no, turn=turn):
            return pay(world, case_no, request_id=f"p-{turn}")

        def receiving(case_no=case_no, turn=turn):
            return receive_goods(case_no=case_no, **by(world, "warehouse", f"r-{turn}"))

        at_once([paying, receiving] if turn % 2 else [receiving, paying])
        world.settle(3)
        kept = world.rail.collected(case_no) - world.rail.moved(f"{case_no}-F1-1")
        if case_of(world, case_no)["state"] == "sending_back":
            assert (fee_of(world, case_no)["state"], kept) == ("paid", AMOUNT)
        else:
            assert (case_of(world, case_no)["state"], kept) == ("received", 0)
            assert fee_of(world, case_no)["state"] in ("voided", "refunded")
