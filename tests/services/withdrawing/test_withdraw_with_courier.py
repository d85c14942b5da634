"""Withdrawing while a courier is on the way: what the pack takes for it, paid before it takes effect (S31; P16)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from portal.domain.errors import Conflict, Invalid
from portal.domain.policy.pack import Amounts, FeeRule, FeeRules
from portal.models.fee import Fee
from portal.models.pickup import Pickup
from portal.repos.unit_of_work import unit_of_work
from portal.services.deadlines.run import run_deadlines
from portal.services.jobs.work_jobs import work_all_jobs
from portal.services.withdrawing.close_with_consent import close_with_consent
from tests.services.applying.test_apply_for import apply, case_of
from tests.support.applications import bought
from tests.support.fees import by, fee_of, pay, state, withdraw
from tests.support.order_facts import make_line
from tests.support.packs import PACKS
from tests.support.pickups import book, number_of, states, switch_on
from tests.support.world import World

pytestmark = pytest.mark.req("S31", "P16")
AMOUNT = 800


def on_the_way(world: World, reason: str = "no_reason", fee: str = "8.00") -> tuple[str, str]:
    """A courier comes, and can no longer be called off for nothing: the shop's pack takes `fee` for it."""
    rule = FeeRule(how="charged", fixed=Amounts((("*", Decimal(fee)),)))
    with unit_of_work(world.deps) as work:
        work.policies.ensure(world.made.shop_id, replace(PACKS["open"], fees=FeeRules(pickup=rule)), by="test")
    switch_on(world)
    number = world.take(bought(make_line("1", 3, 30000), make_line("2", 1, 1000)), policy="open")
    case_no = apply(world, number, reason=reason, units=(("1", 3),))
    book(world, case_no, request_id=f"book {case_no}")
    work_all_jobs(deps=world.deps)
    world.clock.set(world.rows(Pickup)[-1]["cancel_by"])
    return number, case_no


def test_a_withdrawal_waits_for_its_fee_and_then_no_courier_comes(world: World) -> None:
    number, case_no = on_the_way(world)
    withdraw(world, case_no)
    assert (state(world, case_no), fee_of(world, case_no)["amount_minor"]) == (("awaiting_return", "due"), AMOUNT)
    assert (states(world), world.notices[-1]) == (["booked"], "fee_due")
    assert pay(world, case_no).state == "done"
    work_all_jobs(deps=world.deps)
    assert (state(world, case_no), states(world)) == (("withdrawn", "paid"), ["cancelled"])
    assert world.order(number).lines[0].claimed == 0 and world.rail.collected(case_no) == AMOUNT


@pytest.mark.parametrize(("reason", "fee"), [("quality", "8.00"), ("no_reason", "0.00")])
def test_it_is_free_for_a_fault_and_where_the_pack_takes_nothing(world: World, reason: str, fee: str) -> None:
    _, case_no = on_the_way(world, reason, fee)
    withdraw(world, case_no)
    assert case_of(world, case_no)["state"] == "withdrawn" and world.rows(Fee) == []


def test_it_is_free_while_the_courier_can_be_called_off(world: World) -> None:
    _, case_no = on_the_way(world)
    world.clock.move(seconds=-1)
    withdraw(world, case_no)
    assert case_of(world, case_no)["state"] == "withdrawn" and world.rows(Fee) == []


def test_what_the_courier_took_first_makes_the_fee_void(world: World) -> None:
    _, case_no = on_the_way(world)
    withdraw(world, case_no)
    world.couriers.collect(number_of(world))
    world.clock.set(world.rows(Pickup)[-1]["slot_from"])
    work_all_jobs(deps=world.deps)
    assert state(world, case_no) == ("in_transit", "voided") and "fee_voided" in world.notices
    with pytest.raises(Conflict):
        pay(world, case_no)


def test_what_was_not_paid_in_time_is_void_and_the_courier_comes(world: World) -> None:
    _, case_no = on_the_way(world)
    withdraw(world, case_no)
    due_at = fee_of(world, case_no)["due_at"]
    assert run_deadlines(as_of=due_at + timedelta(seconds=1), deps=world.deps)["fee_voided"] == 1
    assert state(world, case_no) == ("awaiting_return", "voided") and states(world) == ["booked"]


def test_no_courier_takes_it_on_delivery_and_staff_may_do_without_it(world: World) -> None:
    _, case_no = on_the_way(world)
    withdraw(world, case_no)
    with pytest.raises(Invalid):
        pay(world, case_no, "cod")
    with pytest.raises(Conflict):
        withdraw(world, case_no, "again")
    close_with_consent(case_no=case_no, reason="电话同意", **by(world, "agent", "close"))
    assert state(world, case_no) == ("withdrawn", "waived") and states(world) == ["cancelling"]
