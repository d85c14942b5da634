"""The page of a fee: it offers what somebody takes, and its rail hears in what browser it is paid (S33, P14)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from portal.extensions import db
from portal.models.fee import FeePayment
from portal.repos.unit_of_work import unit_of_work
from portal.services.shops.set_rail import set_rail
from tests.support.applications import IN_WINDOW
from tests.support.page import Browserless, Page
from tests.support.rails import MERCHANT, STRIPE, operator
from tests.support.said import ship_back
from tests.support.shopper import Shopfront, open_shop, sign_in
from tests.support.user_agents import CHROME_ANDROID, NO_PHONES, SAFARI_IPHONE

pytestmark = pytest.mark.req("S33", "P14")
PUBLIC = "8.8.8.8"


@pytest.fixture
def plan(tmp_path):
    return tmp_path / "sandbox-plan"


@pytest.fixture
def shop(sqlite_url: str, portal_on: Callable[..., Flask], plan, monkeypatch: pytest.MonkeyPatch):
    """Behind one proxy; its fee is 12.00."""
    front = open_shop(portal_on(sqlite_url, sandbox_plan=str(plan), trusted_proxies=1))
    monkeypatch.setattr(type(front.deps.clock), "now", lambda _: IN_WINDOW)
    charging(front)
    return front


def charging(front: Shopfront, **fees: object) -> None:
    with unit_of_work(front.deps) as work:
        settings = {"fees": {"withdrawal_fixed": "12.00"} | fees, "returns": True}
        work.shops.set(front.made.shop_id, settings=settings)


def fee_of(front: Shopfront, *, user_agent: str = "", address: str = PUBLIC, **headers: str) -> Page:
    """The page on which somebody who came through a proxy pays."""
    visitor = Browserless(front.app.test_client())
    visitor.headers |= {"X-Forwarded-For": address, "User-Agent": user_agent, **headers}
    sign_in(visitor)
    case_no = front.returning()
    by = {"actor": front.made.shopper, "request_id": f"ship-{case_no}", "deps": front.deps}
    ship_back(case_no=case_no, carrier="SF", tracking_no="SF1000", **by)
    return visitor.open(f"/cases/{case_no}/withdraw").submit("/withdraw", reason="changed_mind").act("fee")


def methods(page: Page) -> list[str]:
    return [option.get("value") for option in page.all("input[name=method]")]


@pytest.mark.parametrize(
    ("user_agent", "headers", "wanted"),
    [
        (SAFARI_IPHONE, {}, True),
        (CHROME_ANDROID, {"Sec-CH-UA-Mobile": "?1"}, True),
        (NO_PHONES[0], {"Sec-CH-UA-Mobile": "?0"}, False),
        (NO_PHONES[3], {}, False),
    ],
)
def test_the_try_says_in_what_browser_it_was_begun(
    shop: Shopfront, plan, user_agent: str, headers: dict[str, str], wanted: bool
) -> None:
    plan.write_text("payment * unknown")
    fee_of(shop, user_agent=user_agent, **headers).submit("/fee", method="alipay")
    assert tried(shop) == (wanted, PUBLIC)


def test_an_address_that_no_provider_sees_is_not_kept(shop: Shopfront, plan) -> None:
    plan.write_text("payment * unknown")
    fee_of(shop, address="10.1.2.3").submit("/fee", method="alipay")
    assert tried(shop) == (False, "")


def tried(shop: Shopfront) -> tuple[bool, str]:
    with shop.app.app_context():
        (row,) = db.session.execute(select(FeePayment.is_phone, FeePayment.payer_ip))
    return row.is_phone, row.payer_ip


def test_only_what_somebody_takes_is_offered(shop: Shopfront) -> None:
    page = fee_of(shop)
    assert methods(page) == ["card", "alipay", "wechat", "cod"]
    charging(shop, on_delivery=False)
    set_rail(config=STRIPE, actor=operator(shop), deps=shop.deps)
    page = page.reload()
    assert methods(page) == ["card"] and not page.says("选择到付")
    refused = page.submit("/fee", method="card", forged={"method": "wechat"})
    assert (refused.status, refused.errors, methods(refused)) == (422, ["not_offered"], ["card"])


def test_where_nobody_takes_any_the_page_says_so_and_leads_to_the_shop(shop: Shopfront) -> None:
    charging(shop, on_delivery=False)
    set_rail(config=MERCHANT, actor=operator(shop), deps=shop.deps)
    page = fee_of(shop)
    assert page.has("[data-fee-methods=none]") and methods(page) == []
    assert page.says("商家现在没有能收这笔费用的支付方式，请联系商家。")
