"""极速退款: paid once the parcel is with the carrier, settled by the inspection, invoiced where goods are missing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from portal.domain.errors import Conflict
from portal.models.event import Event
from portal.ports import CollectAnswer
from portal.services.cases.appeal import appeal_case
from portal.services.deadlines.run import run_deadlines
from portal.services.returning.choose_rejected import choose_rejected
from portal.services.returning.receive_parcel import receive_goods
from portal.services.withdrawing.close_with_consent import close_with_consent
from portal.services.withdrawing.pay_fee import pay_fee
from portal.services.withdrawing.withdraw_case import withdraw_case
from tests.services.applying.test_apply_for import case_of, no_differences
from tests.support.early_refunds import inspected, invoices, order_of, quick_shop, refunded, returned, sent
from tests.support.said import decide_case
from tests.support.world import World

pytestmark = pytest.mark.req("P17")


def by(world: World, request_id: str, role: str = "") -> dict:
    actor = world.made.staff(role) if role else world.shopper
    return {"actor": actor, "request_id": request_id, "deps": world.deps}


@pytest.fixture
def order_no(world: World) -> str:
    """Three units for 100.00 in all, in a shop that refunds at hand-over."""
    return order_of(world, quick_shop(world))


@pytest.fixture
def on_its_way(world: World, order_no: str) -> str:
    case_no = returned(world, order_no)
    sent(world, case_no)
    return case_no


def test_the_money_goes_with_the_parcel_and_once(world: World, order_no: str) -> None:
    case_no = returned(world, order_no)
    row = case_of(world, case_no)
    assert (row["state"], row["outcome"]["handling"]["pays"]) == ("awaiting_return", "handed_over")
    assert "SHOP-9" in row["outcome"]["rules"] and refunded(world) == 0
    sent(world, case_no)
    sent(world, case_no, "SF2000")
    row = case_of(world, case_no)
    assert (row["state"], row["deadline_kind"], refunded(world)) == ("in_transit", "early_goods_arrive", 6666)
    assert world.notices[-1] == "early_refund_begun"
    world.settle()
    assert case_of(world, case_no)["state"] == "in_transit"
    line = world.order(order_no).lines[0]
    assert (line.claimed, line.gone, line.refunded) == (2, 0, 0)
    no_differences(world)


@pytest.mark.parametrize(
    ("received", "accepted", "owed", "state"),
    [(2, 2, 0, "completed"), (2, 1, 3333, "received"), (1, 1, 3333, "completed"), (2, 0, 6666, "received")],
)
def test_the_inspection_settles_only_the_difference(
    world: World, order_no: str, on_its_way: str, received: int, accepted: int, owed: int, state: str
) -> None:
    world.settle()
    inspected(world, on_its_way, received, accepted)
    assert case_of(world, on_its_way)["state"] == state
    assert refunded(world) == 6666 and sum(amount for _, amount in invoices(world)) == owed
    line = world.order(order_no).lines[0]
    assert (line.gone, line.refunded) == (accepted, 6666)
    no_differences(world)


def test_a_case_whose_refund_is_still_under_way_ends_with_it(world: World, on_its_way: str) -> None:
    inspected(world, on_its_way, 2, 2)
    assert case_of(world, on_its_way)["state"] == "refunding"
    world.settle()
    assert case_of(world, on_its_way)["state"] == "completed"


def test_an_invoice_is_not_ended_by_time_and_stops_the_next_early_refund(
    world: World, order_no: str, on_its_way: str
) -> None:
    inspected(world, on_its_way, 2, 1)
    choose_rejected(case_no=on_its_way, choice="give_up", **by(world, "choice"))
    done = run_deadlines(as_of=world.clock.now() + timedelta(days=8), deps=world.deps)
    assert (done["fee_voided"], done["invoice_reminded"]) == (0, 1)
    assert invoices(world) == [("due", 3333)] and world.notices[-1] == "invoice_reminder"
    assert run_deadlines(as_of=world.clock.now() + timedelta(days=9), deps=world.deps)["invoice_reminded"] == 0
    other = returned(world, order_no, 1)
    assert case_of(world, other)["outcome"]["handling"]["pays"] == "inspected"
    pay_fee(case_no=on_its_way, method="alipay", **by(world, "pay"))
    assert invoices(world) == [("paid", 3333)]
    no_differences(world)


def test_goods_that_never_come_are_invoiced_and_the_payment_ends_the_case(
    world: World, order_no: str, on_its_way: str
) -> None:
    world.settle()
    assert run_deadlines(as_of=world.clock.now() + timedelta(days=13), deps=world.deps)["case_reminded"] == 1
    assert run_deadlines(as_of=world.clock.now() + timedelta(days=16), deps=world.deps)["case_invoiced"] == 1
    assert (case_of(world, on_its_way)["state"], invoices(world)) == ("in_transit", [("due", 6666)])
    assert "early_goods_missing" in [task["kind"] for task in world.tasks]
    pay_fee(case_no=on_its_way, method="alipay", **by(world, "pay"))
    assert (case_of(world, on_its_way)["state"], invoices(world)) == ("expired", [("paid", 6666)])
    line = world.order(order_no).lines[0]
    assert (line.claimed, line.gone, line.refunded) == (0, 0, 6666)


def test_goods_that_come_after_the_invoice_are_settled_as_if_in_time(world: World, on_its_way: str) -> None:
    run_deadlines(as_of=world.clock.now() + timedelta(days=16), deps=world.deps)
    inspected(world, on_its_way, 2, 1)
    assert invoices(world) == [("voided", 6666), ("due", 3333)]


def test_an_invoice_that_is_paid_while_the_goods_arrive_goes_back_as_a_whole(world: World, on_its_way: str) -> None:
    run_deadlines(as_of=world.clock.now() + timedelta(days=16), deps=world.deps)
    world.rail.next_collect(CollectAnswer(outcome="pending"))
    pay_fee(case_no=on_its_way, method="alipay", **by(world, "pay"))
    receive_goods(case_no=on_its_way, **by(world, "here", "warehouse"))
    with pytest.raises(Conflict, match="fee_confirming"):
        inspected(world, on_its_way, 2, 1)
    world.settle(6)
    inspected(world, on_its_way, 2, 1)
    world.settle(6)
    assert invoices(world) == [("refunded", 6666), ("due", 3333)]


def test_goods_accepted_on_an_appeal_are_not_owed_any_more(world: World, order_no: str, on_its_way: str) -> None:
    world.settle()
    inspected(world, on_its_way, 2, 1)
    pay_fee(case_no=on_its_way, method="alipay", **by(world, "pay"))
    appeal_case(case_no=on_its_way, body="请再看看", **by(world, "appeal"))
    second = by(world, "yes", "agent")
    second["actor"] = replace(second["actor"], id=2)
    decide_case(case_no=on_its_way, decision="accept", reason="没有划痕", **second)
    world.settle(4)
    assert (case_of(world, on_its_way)["state"], invoices(world)) == ("completed", [("refunded", 3333)])
    line = world.order(order_no).lines[0]
    assert (line.gone, line.refunded, refunded(world)) == (2, 6666, 6666)


def test_it_cannot_be_taken_back_once_the_money_has_gone(world: World, on_its_way: str) -> None:
    with pytest.raises(Conflict, match="paid_early"):
        withdraw_case(case_no=on_its_way, reason="changed_mind", **by(world, "back"))
    with pytest.raises(Conflict, match="paid_early"):
        close_with_consent(case_no=on_its_way, reason="电话同意", **by(world, "close", "agent"))


def test_the_shop_may_do_without_an_invoice(world: World, order_no: str, on_its_way: str) -> None:
    run_deadlines(as_of=world.clock.now() + timedelta(days=16), deps=world.deps)
    close_with_consent(case_no=on_its_way, reason="快递丢件", **by(world, "waive", "agent"))
    assert (case_of(world, on_its_way)["state"], invoices(world)) == ("completed", [("waived", 6666)])
    line = world.order(order_no).lines[0]
    assert (line.claimed, line.gone, line.refunded) == (0, 2, 6666)


def test_limits_are_the_customers_over_all_their_orders(world: World) -> None:
    version = quick_shop(world)
    cases = [returned(world, order_of(world, version, net=15_000)) for _ in range(3)]
    pays = [case_of(world, case_no)["outcome"]["handling"]["pays"] for case_no in cases]
    assert pays == ["handed_over", "handed_over", "inspected"]
    dear = returned(world, order_of(world, version, net=90_000))
    assert case_of(world, dear)["outcome"]["handling"]["pays"] == "inspected"
    no_differences(world)


def test_a_promise_that_an_invoice_overtakes_waits_for_the_inspection(world: World) -> None:
    version = quick_shop(world)
    first, second = (returned(world, order_of(world, version)) for _ in range(2))
    sent(world, first)
    inspected(world, first, 2, 1)
    sent(world, second)
    assert (refunded(world), world.notices[-1]) == (6666, "early_refund_withheld")
    assert case_of(world, second)["outcome"]["handling"]["pays"] == "inspected"
    inspected(world, second, 2, 2)
    assert refunded(world) == 2 * 6666


def test_events_name_the_invoice_and_no_person(world: World, on_its_way: str) -> None:
    inspected(world, on_its_way, 2, 1)
    kinds = [row["kind"] for row in world.rows(Event)]
    assert {"shopper:early_refund:begun", "staff:invoice:asked"} <= set(kinds)
