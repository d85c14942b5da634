"""A dispute that is lost while refunds are still planned: they are paid by it, exactly, and never once more (P21)."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.domain.orders.order import Order
from portal.services.jobs.work_jobs import work_all_jobs
from portal.services.refunds.hear_rail import hear_rail
from portal.services.refunds.reconcile import reconcile_refunds
from tests.support.fake_rails import FakeConnectedRail
from tests.support.order_facts import make_line, make_order
from tests.support.rails import MERCHANT, with_rail
from tests.support.world import World, world_on

pytestmark = pytest.mark.req("P21", "P3", "N7")
METHODS = ("alipay", "wechat", "gift_card")


def rail_of(world: World) -> FakeConnectedRail:
    return with_rail(world, replace(MERCHANT, methods=METHODS))


def hear(world: World, reference: str, amount: int, said: str, currency: str = "CNY") -> None:
    body = {"about": "dispute", "number": reference, "amount": amount, "currency": currency, "dispute": said}
    sent = json.dumps(body).encode()
    hear_rail(shop_key="tepai", kind="merchant", headers={"Signed": "yes"}, body=sent, deps=world.deps)


def paid_in_two(units: int = 10) -> Order:
    """Ten units of 3.00, by WeChat and Alipay."""
    total = units * 300
    return make_order(make_line("1", units, total), tenders=(("wechat", total // 3), ("alipay", total - total // 3)))


def of_payment(world: World, payment: Any) -> list[Any]:
    return sorted((one for one in world.refunds if one["payment_row_id"] == payment["id"]), key=lambda one: one["id"])


def cancelled(world: World) -> Any:
    """Its payment is disputed, so its refund waits."""
    world.cancel(world.take(make_order()))
    (payment,) = world.payments
    hear(world, payment["reference"], 1000, "open")
    work_all_jobs(deps=world.deps)
    return payment


def test_a_refund_that_is_covered_whole_is_never_sent_and_the_customer_hears_why(world: World) -> None:
    rail, payment = rail_of(world), cancelled(world)
    hear(world, payment["reference"], 1000, "lost")
    world.settle(4)
    (refund,) = world.refunds
    assert (refund["state"], refund["method"], refund["amount_minor"]) == ("succeeded", "dispute", 1000)
    assert rail.calls == [] and world.notices[-1] == "refund_by_dispute"
    assert "rail:refund:by_dispute" in world.events()
    (task,) = [task for task in world.tasks if task["kind"] == "dispute_lost"]
    assert task["done_at"] is None and refund["number"] in task["detail"]["reason"]
    assert reconcile_refunds(deps=world.deps) == []


def test_of_a_refund_that_is_covered_in_part_the_rest_is_sent_once(world: World) -> None:
    rail, payment = rail_of(world), None
    world.cancel(world.take(make_order()))
    (payment,) = world.payments
    hear(world, payment["reference"], 400, "open")
    hear(world, payment["reference"], 400, "lost")
    world.settle(4)
    rest, part = of_payment(world, payment)
    assert (rest["state"], rest["method"], rest["amount_minor"]) == ("succeeded", "alipay", 600)
    assert (part["state"], part["method"], part["amount_minor"]) == ("succeeded", "dispute", 400)
    assert rail.moved(payment["reference"]) == 600
    (payment,) = world.payments
    assert (payment["refunded_minor"], payment["in_flight_minor"]) == (1000, 0)


def test_what_is_won_back_after_all_is_owed_again_and_sent(world: World) -> None:
    rail, payment = rail_of(world), cancelled(world)
    hear(world, payment["reference"], 1000, "lost")
    world.settle(3)
    for _ in range(2):
        hear(world, payment["reference"], 1000, "won")
    world.settle(4)
    (refund,) = world.refunds
    assert (refund["state"], refund["method"]) == ("succeeded", "alipay")
    assert rail.moved(payment["reference"]) == 1000 and world.notices.count("refund_reversed") == 1
    (payment,) = world.payments
    assert (payment["refunded_minor"], payment["in_flight_minor"]) == (1000, 0)


def test_what_is_on_its_way_is_not_touched_and_stays_a_task(world: World) -> None:
    rail = rail_of(world)
    world.cancel(world.take(make_order()))
    work_all_jobs(deps=world.deps)
    (payment,) = world.payments
    for said in ("open", "lost"):
        hear(world, payment["reference"], 1000, said)
    world.settle(4)
    (refund,) = world.refunds
    assert (refund["state"], refund["method"], rail.moved(payment["reference"])) == ("succeeded", "alipay", 1000)
    assert [task["kind"] for task in world.tasks if task["done_at"] is None] == ["dispute_lost"]


def test_a_dispute_in_another_currency_holds_the_whole_payment_and_is_for_a_person(world: World) -> None:
    rail_of(world)
    world.cancel(world.take(make_order()))
    (payment,) = world.payments
    hear(world, payment["reference"], 150, "open", currency="EUR")
    kinds = [task["kind"] for task in world.tasks if task["done_at"] is None]
    assert sorted(kinds) == ["notice_differs", "payment_disputed"] and world.refunds[0]["state"] == "planned"


class Split:
    """An order of several tenders whose one payment is disputed: what was promised, and what became of it."""

    def __init__(self, world: World, rail: FakeConnectedRail, which: int, disputed: int) -> None:
        self.world, self.rail, self.disputed = world, rail, disputed
        self.number = world.take(paid_in_two())
        self.ids = [one["id"] for one in world.payments[-2:]]
        self.id = self.ids[which]
        self.say("open")

    def say(self, said: str) -> None:
        hear(self.world, self.payment(self.id)["reference"], self.disputed, said)

    def payment(self, row_id: int) -> Any:
        return next(one for one in self.world.payments if one["id"] == row_id)

    def cancel(self, units: list[int]) -> None:
        """Part after part, never the whole of it."""
        left = 10
        for turn, some in enumerate(units):
            if some < left:
                self.world.cancel(self.number, (("1", some),), request_id=f"{self.number}-{turn}")
                left -= some

    def promised(self) -> dict[int, int]:
        return {one: sum(r["amount_minor"] for r in of_payment(self.world, self.payment(one))) for one in self.ids}

    def moved(self, row_id: int) -> int:
        return self.rail.moved(self.payment(row_id)["reference"])

    def counts(self, row_id: int) -> tuple[int, int]:
        one = self.payment(row_id)
        return one["refunded_minor"], one["in_flight_minor"]


def check(split: Split, units: list[int], *, is_won_back: bool) -> None:
    split.cancel(units)
    promised = split.promised()
    split.say("lost")
    split.world.settle(10)
    owed, lost = promised[split.id], min(split.disputed, split.payment(split.id)["captured_minor"])
    assert (split.moved(split.id), split.counts(split.id)) == (max(0, owed - lost), (max(owed, lost), 0))
    assert split.promised() == promised, "every sum stands as it was"
    (other,) = [one for one in split.ids if one != split.id]
    assert (split.moved(other), split.counts(other)) == (promised[other], (promised[other], 0))
    rows = [row for one in split.ids for row in of_payment(split.world, split.payment(one))]
    assert {row["state"] for row in rows} == {"succeeded"}
    if is_won_back:
        split.say("won")
        split.world.settle(10)
        assert (split.moved(split.id), split.counts(split.id)) == (owed, (owed, 0))


def test_over_all_amounts_nothing_is_paid_twice_and_nothing_is_forgotten(sqlite_url: str) -> None:
    """Of the disputed payment the rail moves what was promised less what the bank has taken, of the other all of it;
    where the bank gives it back, all of both."""
    with world_on(sqlite_url) as world:
        rail = rail_of(world)

        @given(
            disputed=st.integers(1, 2500),
            units=st.lists(st.integers(1, 4), min_size=1, max_size=3),
            which=st.integers(0, 1),
            is_won_back=st.booleans(),
        )
        @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
        def over(disputed: int, units: list[int], which: int, is_won_back: bool) -> None:
            check(Split(world, rail, which, disputed), units, is_won_back=is_won_back)

        over()
