"""What is paid in the same breath as it is asked for is credit where its customer says so with the act itself (P10)."""

from datetime import timedelta
from typing import Any

import pytest

from portal.domain.cancelling.decide import CancelAsk
from portal.domain.errors import Conflict
from portal.domain.orders.order import Order
from portal.services.cancelling.answer_cancel import answer_cancel
from portal.services.cancelling.cancel_order import cancel_order
from tests.services.applying.test_apply_for import apply, case_of, no_differences
from tests.services.credit.test_credit import choose, entries, gives_credit, is_exact
from tests.support.applications import bought
from tests.support.order_facts import make_line, make_order
from tests.support.world import World

pytestmark = pytest.mark.req("P10")


def cancel(world: World, order: Order, payout: Any = "store_credit") -> tuple[str, Any]:
    number = world.take(order)
    ask = CancelAsk(reason="changed_mind", payout=payout)
    by: dict[str, Any] = {"actor": world.shopper, "request_id": f"cancel {number}", "deps": world.deps}
    return number, cancel_order(order_no=number, ask=ask, shown=world.confirm(number).shown, **by)


def test_a_cancel_is_paid_as_credit_with_its_bonus_and_no_rail_is_called(world: World) -> None:
    gives_credit(world)
    number, _ = cancel(world, make_order(make_line("1", 2, 5000), freight=600))
    world.settle()
    until = entries(world)[0][2]
    assert until is not None and until > world.clock.now() + timedelta(days=364)
    assert entries(world) == [("refund", 5600, until), ("bonus", 560, until)]
    assert (world.refunds[0]["state"], world.refunds[0]["method"]) == ("succeeded", "store_credit")
    assert world.rail.calls == [] and [payment["refunded_minor"] for payment in world.payments] == [5600]
    assert "shopper:payout:credit" in world.events(number)
    is_exact(world)
    no_differences(world)


def test_a_cancel_goes_as_it_was_paid_unless_its_customer_says_otherwise(world: World) -> None:
    gives_credit(world)
    number, _ = cancel(world, make_order(), "original")
    world.settle()
    assert entries(world) == [] and world.rail.moved(f"{number}-p-1") == 1000
    assert not [event for event in world.events(number) if "payout" in event]


@pytest.mark.parametrize(("last", "as_credit"), [("store_credit", True), ("original", False)])
def test_a_cancel_that_waits_for_the_warehouse_can_be_chosen_for_until_it_answers(
    world: World, last: str, as_credit: bool
) -> None:
    gives_credit(world)
    number, asked = cancel(world, make_order(status="picking"))
    choose(world, asked.case_no, last)
    by: dict[str, Any] = {"actor": world.made.staff("warehouse"), "request_id": "hold", "deps": world.deps}
    answer_cancel(case_no=asked.case_no, answer="stopped", left_at=None, **by)
    world.settle()
    assert bool(entries(world)) is as_credit
    assert world.rail.moved(f"{number}-p-1") == (0 if as_credit else 1000)
    with pytest.raises(Conflict):
        choose(world, asked.case_no, "original", request_id="too late")


def test_a_refund_that_a_rule_approves_at_once_is_credit_where_it_was_asked_for_so(world: World) -> None:
    gives_credit(world)
    number = world.take(bought(make_line("1", 3, 3000)), policy="open")
    case_no = apply(world, number, kind="refund_only", reason="other", units=(("1", 2),), payout="store_credit")
    world.settle()
    assert [(kind, minor) for kind, minor, _ in entries(world)] == [("refund", 2000), ("bonus", 200)]
    assert case_of(world, case_no)["state"] == "completed" and world.rail.calls == []


def test_where_the_shop_gives_none_nothing_is_done(world: World) -> None:
    with pytest.raises(Conflict) as no:
        cancel(world, make_order())
    assert no.value.what == "payout_fixed" and world.refunds == []
    number = world.take(bought(make_line("1", 3, 3000)), policy="open")
    with pytest.raises(Conflict):
        apply(world, number, kind="refund_only", reason="other", payout="store_credit")


def test_nothing_is_paid_back_of_what_was_not_paid(world: World) -> None:
    gives_credit(world)
    with pytest.raises(Conflict):
        cancel(world, make_order(status="awaiting_payment"))


def test_goods_that_go_back_are_chosen_for_on_the_page_of_their_case(world: World) -> None:
    gives_credit(world)
    number = world.take(bought(make_line("1", 3, 3000)))
    with pytest.raises(Conflict):
        apply(world, number, payout="store_credit")
