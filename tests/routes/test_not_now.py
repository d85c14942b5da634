"""A page that is not to be had now says so truthfully, and leads up to the one it belongs to (N2, law 13)."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.routes.test_zones import SEASONS
from tests.support.full_shop import FullShop
from tests.support.page import Browserless
from tests.support.shopper import sign_in
from tests.support.staff import open_office

pytestmark = pytest.mark.req("N2", "S40")


@pytest.fixture
def shop(app: Flask) -> FullShop:
    found = FullShop(open_office(app), SEASONS["winter"])
    found.fill()
    return found


def test_opening_a_page_that_is_not_on_offer_says_nothing_of_submitting_and_leads_up(shop: FullShop) -> None:
    somebody: Browserless = shop.office.newcomer()
    sign_in(somebody)
    refused = [page for page in map(somebody.open, shop.paths()) if page.status == 409]
    assert len(refused) > 10
    for page in refused:
        assert not page.says("没有提交"), page.path
        ups = {link.partition("?")[0] for text, link in page.links.items() if text.startswith("返回")}
        above = {up for up in ups if up == page.path.rpartition("/")[0] or up.startswith("/orders/")}
        assert above and page.path not in ups, page.path


def test_a_form_whose_case_has_moved_on_says_that_it_was_not_submitted(shop: FullShop) -> None:
    somebody: Browserless = shop.office.newcomer()
    sign_in(somebody)
    for case, page in (("refused", "shipment"), ("found", "edit")):
        answer = somebody.open("/cases/" + shop.cases[case])
        token = answer.tree.xpath("//input[@name='csrf_token']/@value")[0]
        moved = somebody.post(f"/cases/{shop.cases[case]}/{page}", {"csrf_token": token})
        assert moved.status == 409 and moved.says("刚才有更新，没有提交")


def test_cancelling_goods_that_came_and_are_all_in_a_case_leads_to_that_case(shop: FullShop) -> None:
    somebody: Browserless = shop.office.newcomer()
    sign_in(somebody)
    case = somebody.open("/cases/" + shop.cases["to send"])
    order = next(link for link in case.links.values() if link.startswith("/orders/"))
    page = somebody.open(f"{order.partition('?')[0]}/cancel")
    assert page.status == 409 and not page.says("请联系客服，")
    assert page.follow(f"查看申请{shop.cases['to send']}").path == "/cases/" + shop.cases["to send"]
