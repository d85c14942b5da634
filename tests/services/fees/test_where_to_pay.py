"""A fee whose rail has a page of its own, or a code to scan, is paid there (S33, P14)."""

from __future__ import annotations

import pytest

from portal.pages.shop.fees import fee_page
from portal.ports import CollectAnswer
from tests.support.fees import pay, state, under_way, withdraw
from tests.support.rails import STRIPE, with_rail
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
    view = fee_page(case_no=case_no, actor=world.shopper, deps=world.deps).fee
    assert (view.state, view.pay_url, view.pay_code is not None) == ("processing", "" if is_qr else where, is_qr)
    world.settle(3)
    assert state(world, case_no)[1] == "paid"


def test_a_method_that_no_rail_takes_is_not_paid_and_nobody_is_asked(world: World) -> None:
    rail = with_rail(world, STRIPE)
    _, case_no = under_way(world)
    withdraw(world, case_no)
    pay(world, case_no, method="wechat")
    assert state(world, case_no)[1] == "due" and rail.calls == [] and world.rail.collected(case_no) == 0
