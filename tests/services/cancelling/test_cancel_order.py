from dataclasses import replace

import pytest

from portal.domain.cancelling.decide import CancelAsk
from portal.domain.errors import Conflict, NotFound, NotSummarised, RefusedError, Reused
from portal.domain.identity.access import Actor
from portal.domain.money import Money
from portal.domain.orders.order import Discount
from portal.pages.shop.not_offered import NotOffered
from portal.services.cancelling.cancel_order import cancel_order
from tests.support.order_facts import make_line, make_order, parcel
from tests.support.said import ship_order


@pytest.mark.req("S8", "S13", "P3")
def test_a_paid_order_is_cancelled_and_its_refund_is_under_way(world):
    number = world.take(make_order(make_line("1", 2, 5000), freight=600))
    assert world.cancel(number).order_no == number
    order = world.order(number)
    assert (order.state, order.lines[0].cancelled, order.payments[0].in_flight) == ("cancelled", 2, 5600)
    assert [(r["state"], r["amount_minor"], r["number"].endswith("-1")) for r in world.refunds] == [
        ("planned", 5600, True)
    ]


@pytest.mark.req("S12", "S15", "N7")
def test_the_money_is_told_truthfully_until_it_has_arrived(world):
    number = world.take(make_order())
    world.cancel(number)
    world.settle()
    assert [r["state"] for r in world.refunds] == ["succeeded"]
    assert (world.payments[0]["refunded_minor"], world.payments[0]["in_flight_minor"]) == (1000, 0)
    assert world.events(number) == [
        "shopper:order:cancelled",
        "system:refund:planned",
        "system:refund:submitted",
        "rail:refund:pending",
        "rail:refund:succeeded",
    ]
    assert world.notices == ["order_cancelled", "refund_succeeded"]
    assert [mail.subject for mail in world.mailer.sent] == [
        f"订单{number}已取消，退款¥10.00已发起",
        "退款¥10.00已退出",
    ]
    assert [text.to for text in world.texts.sent] == ["+8613800000001"] * 2


@pytest.mark.req("S7", "S14")
def test_an_unpaid_order_gives_points_and_coupon_back_and_no_money(world):
    discounts = (
        Discount(kind="points", amount=Money(100, "CNY"), points=100),
        Discount(kind="coupon", code="C-9", amount=Money(200, "CNY")),
    )
    number = world.take(make_order(status="awaiting_payment", discounts=discounts))
    world.cancel(number)
    assert world.refunds == []
    assert {"system:points:returned", "system:coupon:returned"} <= set(world.events(number))


@pytest.mark.req("S37", "S40")
def test_the_same_request_twice_acts_once_and_answers_the_same(world):
    number = world.take(make_order())
    shown = world.confirm(number).shown
    first = world.cancel(number, request_id="same", shown=shown)
    assert world.cancel(number, request_id="same", shown=shown) == first
    assert len(world.refunds) == 1
    other = world.take(make_order())
    with pytest.raises(Reused):
        world.cancel(other, request_id="same")
    assert world.order(other).state == "paid"


@pytest.mark.req("N2")
def test_an_order_that_changed_since_it_was_shown_is_not_cancelled(world):
    number = world.take(make_order(make_line("1", 3, 3000)))
    shown = world.confirm(number).shown
    world.cancel(number, (("1", 1),))
    with pytest.raises(Conflict):
        world.cancel(number, request_id="late", shown=shown)
    assert world.order(number).lines[0].cancelled == 1


@pytest.mark.req("N2")
def test_a_choice_that_was_never_summarised_is_not_acted_on(world):
    number = world.take(make_order(make_line("1", 3, 3000)))
    shown = world.confirm(number).shown
    with pytest.raises(NotSummarised):
        world.cancel(number, (("1", 1),), shown=shown)
    with pytest.raises(NotSummarised):
        cancel_order(order_no=number, ask=CancelAsk(), shown="", actor=world.shopper, request_id="x", deps=world.deps)
    assert world.refunds == []
    assert world.cancel(number, (("1", 1),), shown=world.confirm(number, (("1", 1),)).shown)


@pytest.mark.req("S11")
def test_a_refusal_leaves_nothing_behind_so_the_request_may_be_sent_again(world):
    number = world.take(make_order(make_line("1", 1, 100, shipped=1), status="shipped", shipments=(parcel(("1", 1)),)))
    with pytest.raises(NotOffered):
        world.confirm(number)
    for _ in range(2):
        with pytest.raises(RefusedError):
            world.cancel(number, shown="x.y", request_id="again")


@pytest.mark.req("P14", "S36")
def test_a_cancel_while_packing_holds_the_parcel_until_the_warehouse_answers(world):
    number = world.take(make_order(status="picking"))
    location = world.cancel(number)
    assert location.case_no.startswith("T20261120")
    assert world.order(number).waiting_case == location.case_no
    with pytest.raises(Conflict) as held:
        ship(world, number)
    assert held.value.what == "cancel_open"
    with pytest.raises(NotOffered):
        world.confirm(number)


@pytest.mark.req("S11")
def test_after_a_cancel_nothing_can_be_shipped(world):
    number = world.take(make_order())
    world.cancel(number)
    with pytest.raises(Conflict) as refused:
        ship(world, number)
    assert refused.value.what == "cancelled"


@pytest.mark.req("S11")
def test_after_shipping_nothing_can_be_cancelled(world):
    number = world.take(make_order())
    shown = world.confirm(number).shown
    assert ship(world, number)
    with pytest.raises(RefusedError):
        world.cancel(number, shown=shown)
    assert world.order(number).state == "shipped"


def test_the_same_parcel_told_twice_is_one_parcel(world):
    number = world.take(make_order())
    assert ship(world, number)
    assert not ship(world, number)
    assert len(world.order(number).shipments) == 1


@pytest.mark.req("S11")
def test_what_belongs_to_somebody_else_does_not_exist(world):
    number = world.take(make_order())
    other = replace(world.shopper, id=world.shopper.id + 1)
    with pytest.raises(NotFound):
        world.cancel(number, actor=other, shown="x")
    with pytest.raises(NotFound):
        world.cancel(number, actor=replace(world.shopper, shop_id=99), shown="x")
    guest = Actor(kind="guest", shop_id=world.shopper.shop_id, order_no=number)
    assert world.cancel(number, actor=guest).order_no == number


@pytest.mark.req("N4")
def test_facts_and_decision_are_kept_as_they_were_before_the_act(world):
    from portal.models.case import Decision

    number = world.take(make_order())
    world.cancel(number)
    kept = world.rows(Decision)[0]
    assert '"gone":0' in kept["facts"]
    assert '"SHOP-1"' in kept["decision"]


def ship(world, number):
    return ship_order(
        order_no=number,
        carrier="SF",
        tracking_no=f"SF-{number}",
        at=None,
        is_delivered=False,
        actor=Actor(kind="feed", shop_id=world.shopper.shop_id),
        deps=world.deps,
    )
