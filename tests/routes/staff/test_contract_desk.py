"""A late withdrawal from contract on the desk: looked at and answered by a person (EU-12)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from portal.domain.shops.settings import ShopSettings
from portal.pages.shop.contract_withdrawal import contract_page
from portal.repos.unit_of_work import unit_of_work
from tests.support.applications import bought
from tests.support.order_facts import NOON, make_line
from tests.support.packs import PACKS
from tests.support.said import withdraw_contract


@pytest.mark.req("N5", "S42")
def test_a_late_statement_is_read_and_accepted_on_the_desk(office):
    with unit_of_work(office.deps) as work:
        work.policies.ensure(office.made.shop_id, PACKS["eu"], by="test")
    goods = bought(make_line("1", 2, 5000), at=NOON - timedelta(days=40))
    number = office.take(replace(goods, country="DE"), policy="eu")
    about = {"order_no": number, "actor": office.made.shopper, "deps": office.deps}
    shown = contract_page(settings=ShopSettings(), locale="zh", **about).shown
    said = {"name": "张三", "contact": "c1@example.com", "shown": shown, "request_id": "w"}
    case_no = withdraw_contract(**about, **said).case_no
    page = office.desk("agent").open(f"/staff/cases/{case_no}")
    assert page.says("撤回合同（欧盟）", "张*", "c***@example.com", "EU-12")
    assert "c1@example.com" not in page.html and "张三" not in page.html, "whoever has no reason sees no name"
    seen = page.submit(f"/staff/cases/{case_no}/unmask", reason="地址看不清")
    assert seen.says("张三", "c1@example.com")
    page = page.submit(f"/staff/cases/{case_no}/decide", decision="accept")
    assert page.one("article[data-case]").get("data-state") == "awaiting_return"
