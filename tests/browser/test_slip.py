"""The slip and the withdrawal from contract in a real browser: on screen, on paper, axe in both schemes."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import zxingcpp
from PIL import Image

from portal.repos.unit_of_work import unit_of_work
from tests.support.applications import bought
from tests.support.browsers import Live, Screen
from tests.support.journeys import looks_right
from tests.support.order_facts import make_line
from tests.support.packs import PACKS
from tests.support.shopper import Shopfront


@pytest.mark.req("S26", "N5", "N8")
def test_a_contract_is_withdrawn_from_and_its_slip_printed(front: Shopfront, live: Live, shopper: Screen) -> None:
    address = {"name": "退货组", "phone": "0571-88886666", "region": "浙江省杭州市", "address": "良渚路9号3幢"}
    with unit_of_work(front.deps) as work:
        work.policies.ensure(front.made.shop_id, PACKS["eu"], by="test")
        work.shops.set(front.made.shop_id, settings={"returns": True, "return_address": address})
    goods = bought(make_line("1", 2, 5000), make_line("2", 1, 1000), at=datetime.now(UTC) - timedelta(days=2))
    number = front.take(replace(goods, country="DE"), policy="eu", recipient="张𠮷")
    page = shopper.open(f"{live.url}/orders/{number}")
    looks_right(shopper)
    page.click("text=Vertrag widerrufen")
    page.wait_for_url("**/contract-withdrawal")
    looks_right(shopper)
    page.click("text=Widerruf bestätigen")
    page.wait_for_url("**/cases/*")
    looks_right(shopper)
    page.click("[data-action=slip]")
    page.wait_for_url("**/slip")
    looks_right(shopper)
    return_no = page.get_attribute("#slip", "data-return-no")
    assert "良渚路9号3幢" in page.inner_text("[data-address]") and page.locator("dd .on-paper").is_hidden()
    page.emulate_media(media="print")
    assert page.locator("[data-address]").is_visible() and page.locator("dd .on-paper").is_visible()
    assert page.locator("text=下载PDF").is_hidden()
    page.set_viewport_size({"width": 794, "height": 1123})
    picture = Image.open(io.BytesIO(page.screenshot(full_page=True))).convert("L")
    found = {code.format.name: code.text for code in zxingcpp.read_barcodes(picture)}
    assert found == {"QRCode": return_no, "Code128": return_no}
