"""A fee whose rail has a page of its own, or a code to scan, is paid there (S33, P14)."""

from __future__ import annotations

import pytest

from portal.domain.errors import Invalid
from portal.domain.fees.payer import Payer
from portal.domain.shops.profile import ShopFees
from portal.domain.shops.settings import ShopSettings
from portal.models.fee import FeePayment
from portal.pages.shop.fees import fee_page
from portal.pages.values.fees import FeePage
from portal.ports import CollectAnswer
from portal.services.deadlines.run import run_deadlines
from portal.services.withdrawing.pay_fee import pay_fee
from tests.support.fees import charge, pay, state, under_way, withdraw
from tests.support.rails import MERCHANT, STRIPE, with_rail
from tests.support.world import World

pytestmark = pytest.mark.req("S33", "P14")


@pytest.mark.parametrize("is_qr", [False, True])
def test_the_fees_page_leads_to_where_its_rail_takes_the_money(world: World, is_qr: bool) -> None:
    rail = with_rail(world, STRIPE)
    _, case_no = under_way(world)
    withdraw(world, case_no)
    where = "https://pay.example/1" if not is_qr else "weixin://wxpay/bizpayurl?pr=1"
    pending = CollectAnswer(outcome="pending")
    rail.next_collect(CollectAnswer(outcome="pending", pay_url=where, is_qr=is_qr))
    rail.next_payment_find(pending)
    pay(world, case_no, method="card")
    view = shown(world, case_no).fee
    assert (view.state, view.pay_url, view.pay_code is not None) == ("processing", "" if is_qr else where, is_qr)
    world.settle(3)
    assert state(world, case_no)[1] == "paid"


def shown(world: World, case_no: str) -> FeePage:
    settings = ShopSettings(fees=ShopFees(on_delivery=False))
    return fee_page(case_no=case_no, actor=world.shopper, settings=settings, deps=world.deps)


def test_a_method_that_no_rail_takes_is_neither_offered_nor_taken(world: World) -> None:
    rail = with_rail(world, STRIPE)
    _, case_no = under_way(world)
    withdraw(world, case_no)
    assert shown(world, case_no).methods == ("card",)
    with pytest.raises(Invalid) as raised:
        pay(world, case_no, method="wechat")
    assert raised.value.problems == (("method", "not_offered"),)
    assert state(world, case_no)[1] == "due" and rail.calls == [] and world.rail.collected(case_no) == 0


def test_on_delivery_is_offered_and_taken_only_where_the_shop_has_it_done(world: World) -> None:
    _, case_no = under_way(world, withdrawal_fixed="12.00", on_delivery=False)
    withdraw(world, case_no)
    with pytest.raises(Invalid):
        pay(world, case_no, method="cod")
    assert state(world, case_no) == ("in_transit", "due")
    charge(world, withdrawal_fixed="12.00")
    pay(world, case_no, method="cod", request_id="again")
    assert state(world, case_no) == ("sending_back", "on_delivery")


def test_a_fee_that_nobody_takes_is_a_task_until_it_can_be_paid_or_is_over(world: World) -> None:
    """The shop's own system gives money back; it takes none."""
    with_rail(world, MERCHANT)
    _, case_no = under_way(world, withdrawal_fixed="12.00", on_delivery=False)
    withdraw(world, case_no)
    assert shown(world, case_no).methods == ()
    assert unpayable(world) == [None]
    with_rail(world, STRIPE)
    assert shown(world, case_no).methods == ("card",)
    pay(world, case_no, method="card")
    assert unpayable(world) != [None] and state(world, case_no)[1] == "paid"


def test_a_task_about_a_fee_that_nobody_took_ends_with_its_time(world: World) -> None:
    with_rail(world, MERCHANT)
    _, case_no = under_way(world, withdrawal_fixed="12.00", on_delivery=False)
    withdraw(world, case_no)
    world.clock.move(hours=80)
    run_deadlines(deps=world.deps)
    assert state(world, case_no)[1] == "voided" and unpayable(world) != [None]


def unpayable(world: World) -> list[object]:
    return [task["done_at"] for task in world.tasks if task["kind"] == "fee_unpayable"]


def test_the_payers_address_is_kept_only_until_it_is_known_what_became_of_the_payment(world: World) -> None:
    _, case_no = under_way(world)
    withdraw(world, case_no)
    world.rail.next_collect(CollectAnswer(outcome="pending"))
    by = {"actor": world.shopper, "request_id": "pay", "deps": world.deps}
    pay_fee(case_no=case_no, method="wechat", payer=Payer(is_phone=True, ip="8.8.8.8"), **by)
    (kept,) = world.rows(FeePayment)
    assert (kept["is_phone"], kept["payer_ip"]) == (True, "8.8.8.8")
    world.settle(3)
    (kept,) = world.rows(FeePayment)
    assert (kept["state"], kept["is_phone"], kept["payer_ip"]) == ("paid", True, "")
