"""A courier is booked once, whatever crashes; called off with what made it needless; its parcel is the return (P16)."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from portal.domain.errors import Conflict, Invalid, NotFound, ProviderUnavailable
from portal.domain.identity.access import Actor
from portal.domain.returning.pickup_results import PickupBooked
from portal.models.event import Event
from portal.models.job import Job
from portal.models.pickup import Pickup
from portal.ports import PickupAnswer
from portal.services.deadlines.run import run_deadlines
from portal.services.jobs.work_jobs import work_all_jobs
from portal.services.records.erase_customer import erase_customer
from portal.services.records.export_customer import export_customer
from portal.services.returning.receive_parcel import receive_goods
from portal.services.returning.settle_pickup import settle_pickup
from portal.services.withdrawing.withdraw_case import withdraw_case
from tests.services.applying.test_apply_for import case_of, no_differences
from tests.services.cancelling.test_races import at_once
from tests.support.make import make_customer
from tests.support.pickups import SENDER, book, bookings, call_off, number_of, slots, states, switch_on, to_fetch
from tests.support.said import ship_back
from tests.support.world import World

pytestmark = pytest.mark.req("P16")


def withdraw(world: World, case_no: str) -> Any:
    by = {"actor": world.shopper, "request_id": f"withdraw {case_no}", "deps": world.deps}
    return withdraw_case(case_no=case_no, reason="changed_mind", **by)


def work(world: World) -> None:
    work_all_jobs(deps=world.deps)


def until_the_courier_comes(world: World) -> None:
    world.clock.set(world.rows(Pickup)[-1]["slot_from"])


@pytest.mark.parametrize(("reason", "payer"), [("no_reason", "customer"), ("quality", "shop")])
def test_a_courier_is_booked_and_whoever_bears_return_freight_pays(world: World, reason: str, payer: str) -> None:
    _, case_no = to_fetch(world, reason)
    done = book(world, case_no)
    assert bookings(world) == [("requested", payer)] and world.couriers.coming == []
    work(world)
    (ask,) = world.couriers.asks
    assert (ask.number, ask.payer, ask.sender, ask.slot.start) == (f"{case_no}-P1", payer, SENDER, done.start)
    assert (states(world), world.notices[-1]) == (["booked"], "pickup_booked")
    texts = str([json.loads(row["text"]) for row in world.rows(Event)])
    assert not any(said in texts for said in (SENDER.name, SENDER.phone, SENDER.address))


def test_what_the_courier_takes_is_the_parcel_that_comes_back(world: World) -> None:
    number, case_no = to_fetch(world, "quality")
    book(world, case_no)
    work(world)
    until_the_courier_comes(world)
    world.couriers.collect(number_of(world), "SF1234567890123")
    work(world)
    row = case_of(world, case_no)
    there = row["parcel"]["there"]
    assert (row["state"], there["carrier"], there["tracking_no"]) == ("in_transit", "SF", "SF1234567890123")
    assert (states(world), world.notices[-1]) == (["picked_up"], "goods_picked_up")
    assert "system:parcel:picked_up" in world.events(number)
    no_differences(world)


def test_freight_that_the_shop_paid_to_the_carrier_is_not_paid_to_the_customer(world: World) -> None:
    _, case_no = to_fetch(world, "quality")
    book(world, case_no)
    work(world)
    world.couriers.collect(number_of(world))
    until_the_courier_comes(world)
    work(world)
    for turn in ("1", "2"):
        by = {"actor": world.shopper, "request_id": f"ship {turn}", "deps": world.deps}
        ship_back(case_no=case_no, carrier="SF", tracking_no="SF7770", freight_paid="20.00", **by)
    assert "freight" not in case_of(world, case_no)["parcel"]["there"]


def test_the_same_form_books_one_courier(world: World) -> None:
    _, case_no = to_fetch(world)
    slot = slots(world)[0]
    done = at_once([lambda: book(world, case_no, slot, "the form") for _ in range(10)])
    assert {type(one) for one in done} == {PickupBooked} and states(world) == ["requested"]
    work(world)
    assert world.couriers.coming == [number_of(world)]


def test_another_time_calls_the_first_courier_off(world: World) -> None:
    _, case_no = to_fetch(world)
    first, second = slots(world)[:2]
    book(world, case_no, first)
    work(world)
    book(world, case_no, second)
    assert states(world) == ["cancelling", "requested"]
    work(world)
    assert states(world) == ["cancelled", "booked"] and world.couriers.coming == [number_of(world)]


def test_many_choices_at_once_leave_one_courier(world: World) -> None:
    _, case_no = to_fetch(world)
    times = slots(world)[:6]
    at_once([lambda time=time: book(world, case_no, time) for time in times])
    work(world)
    assert sorted(states(world)) == ["booked", *["cancelled"] * 5] and len(world.couriers.coming) == 1


def test_a_withdrawal_calls_the_courier_off(world: World) -> None:
    number, case_no = to_fetch(world)
    book(world, case_no)
    work(world)
    withdraw(world, case_no)
    assert states(world) == ["cancelling"]
    work(world)
    assert (states(world), world.couriers.coming) == (["cancelled"], [])
    assert case_of(world, case_no)["state"] == "withdrawn" and world.order(number).lines[0].claimed == 0


def test_a_withdrawal_before_anybody_was_called_calls_nobody(world: World) -> None:
    _, case_no = to_fetch(world)
    book(world, case_no)
    withdraw(world, case_no)
    world.couriers.calls.clear()
    work(world)
    assert (states(world), world.couriers.calls) == (["cancelled"], [])


def test_the_customer_calls_it_off_and_the_same_form_does_so_once(world: World) -> None:
    _, case_no = to_fetch(world)
    book(world, case_no)
    work(world)
    assert call_off(world, case_no) == call_off(world, case_no)
    work(world)
    assert states(world) == ["cancelled"]
    with pytest.raises(Conflict):
        call_off(world, case_no, "again")


def test_goods_sent_another_way_or_received_call_the_courier_off(world: World) -> None:
    _, sent = to_fetch(world)
    book(world, sent, request_id="1")
    ship_back(case_no=sent, carrier="SF", tracking_no="SF1000", actor=world.shopper, request_id="s", deps=world.deps)
    _, brought = to_fetch(world)
    book(world, brought, request_id="2")
    receive_goods(case_no=brought, actor=world.made.staff("warehouse"), request_id="r", deps=world.deps)
    work(world)
    assert states(world) == ["cancelled", "cancelled"]


def test_an_answer_that_was_lost_is_asked_for_and_books_nobody_twice(world: World) -> None:
    _, case_no = to_fetch(world)
    book(world, case_no)
    world.couriers.next_book(ProviderUnavailable("fake", "timeout"), booked=True)
    work(world)
    assert states(world) == ["requested"]
    world.clock.move(minutes=10)
    work(world)
    assert states(world) == ["booked"] and len(world.couriers.asks) == 1


def test_a_worker_that_dies_between_call_and_record_is_followed_by_another(world: World) -> None:
    _, case_no = to_fetch(world)
    book(world, case_no)
    number = number_of(world)
    world.couriers.next_book(KeyboardInterrupt(), booked=True)
    with pytest.raises(KeyboardInterrupt):
        settle_pickup(number=number, deps=world.deps)
    settle_pickup(number=number, deps=world.deps)
    assert states(world) == ["booked"] and len(world.couriers.asks) == 1


def test_a_courier_who_was_called_off_while_being_booked_is_called_off_again(world: World) -> None:
    """The customer withdraws while the carrier is asked: the carrier has it only after it was called off."""
    _, case_no = to_fetch(world)
    book(world, case_no)
    number, real = number_of(world), world.couriers.book

    def meanwhile(ask: Any) -> PickupAnswer:
        withdraw(world, case_no)
        settle_pickup(number=number, deps=world.deps)
        assert states(world) == ["cancelled"]
        return real(ask)

    world.couriers.book = meanwhile  # type: ignore[method-assign]
    work(world)
    assert (states(world), world.couriers.coming) == (["cancelled"], [])


def test_goods_taken_after_the_application_ended_are_a_task(world: World) -> None:
    _, case_no = to_fetch(world)
    book(world, case_no)
    work(world)
    world.couriers.collect(number_of(world))
    withdraw(world, case_no)
    work(world)
    assert (states(world), world.tasks[-1]["kind"]) == (["picked_up"], "pickup_after_all")
    assert case_of(world, case_no)["state"] == "withdrawn"


@pytest.mark.parametrize("outcome", ["refused", "missed"])
def test_a_courier_who_does_not_come_costs_the_customer_no_time(world: World, outcome: str) -> None:
    _, case_no = to_fetch(world)
    book(world, case_no)
    if outcome == "refused":
        world.couriers.next_book(PickupAnswer(outcome="refused", reason="没有快递员"))
    work(world)
    if outcome == "missed":
        world.couriers.miss(number_of(world))
        world.clock.set(case_of(world, case_no)["deadline_at"] - timedelta(hours=1))
        work(world)
    assert (states(world), world.notices[-1]) == ([outcome], "pickup_failed")
    assert case_of(world, case_no)["deadline_at"] >= world.clock.now() + timedelta(days=2)
    assert book(world, case_no)


def test_an_application_is_not_closed_while_a_courier_is_to_come(world: World) -> None:
    _, case_no = to_fetch(world)
    book(world, case_no)
    work(world)
    world.clock.set(case_of(world, case_no)["deadline_at"] + timedelta(minutes=1))
    run_deadlines(as_of=world.clock.now(), deps=world.deps)
    row = case_of(world, case_no)
    assert row["state"] == "awaiting_return" and row["deadline_at"] > world.clock.now()


def test_a_carrier_that_never_answers_is_given_up_before_the_courier_would_come(world: World) -> None:
    _, case_no = to_fetch(world)
    book(world, case_no)
    world.couriers.is_down = True
    work(world)
    world.clock.set(world.rows(Pickup)[0]["cancel_by"])
    world.couriers.is_down = False
    work(world)
    assert (states(world), world.notices[-1]) == (["cancelled"], "pickup_failed") and world.couriers.coming == []
    assert [row["kind"] for row in world.rows(Job) if row["dead_at"]] == []


def test_only_what_is_on_offer_can_be_booked(world: World) -> None:
    number, case_no = to_fetch(world)
    with pytest.raises(Invalid):
        book(world, case_no, "20200101T0100-0400")
    stranger = Actor(kind="shopper", shop_id=world.made.shop_id, id=make_customer(world.deps, world.made.shop_id, 2))
    with pytest.raises(NotFound):
        book(world, case_no, actor=stranger)
    world.couriers.is_down = True
    with pytest.raises(ProviderUnavailable):
        book(world, case_no, "20201201T0100-0400")
    world.couriers.is_down = False
    switch_on(world, pickup={})
    with pytest.raises(NotFound):
        book(world, case_no, request_id="off")
    assert states(world) == [] and not any("pickup" in kind for kind in world.events(number))


def test_once_the_courier_is_on_the_way_the_time_is_fixed(world: World) -> None:
    _, case_no = to_fetch(world)
    book(world, case_no)
    work(world)
    world.clock.set(world.rows(Pickup)[0]["cancel_by"])
    with pytest.raises(Conflict):
        book(world, case_no, request_id="later")
    with pytest.raises(Conflict):
        call_off(world, case_no)
    withdraw(world, case_no)
    work(world)
    assert states(world) == ["cancelled"]


def test_a_repeat_is_answered_while_the_carrier_is_away(world: World) -> None:
    _, case_no = to_fetch(world)
    slot = slots(world)[0]
    first = book(world, case_no, slot)
    world.couriers.is_down = True
    assert book(world, case_no, slot) == first


def test_a_customer_may_have_the_booking_in_hand_and_nothing_of_it_is_left_once_erased(world: World) -> None:
    _, case_no = to_fetch(world)
    book(world, case_no)
    withdraw(world, case_no)
    work(world)
    (row,) = export_customer(shop_key="tepai", login="c-1", deps=world.deps)["pickups"]
    assert (row["name"], row["phone"], row["address"]) == (SENDER.name, SENDER.phone, SENDER.address)
    erase_customer(shop_key="tepai", login="c-1", deps=world.deps)
    (row,) = world.rows(Pickup)
    assert (row["name"], row["phone"], row["address"], row["state"]) == ("", "", "", "cancelled")
