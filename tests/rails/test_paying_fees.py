"""A fee is paid with Alipay and with WeChat Pay on the page that suits its payer: from the services down to the
provider's books."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from portal.domain.fees.payer import Payer
from portal.domain.results import FeeTried
from portal.domain.shops.settings import ShopSettings
from portal.pages.shop.fees import fee_page
from portal.pages.values.fees import FeePage
from portal.services.jobs.work_jobs import work_all_jobs
from portal.services.shops.set_rail import set_rail
from portal.services.withdrawing.pay_fee import pay_fee
from portal.wiring import ConnectedRails
from tests.rails.alipay_counterpart import AlipayCounterpart
from tests.rails.wechat_counterpart import WechatCounterpart
from tests.support.fees import AMOUNT, state, under_way, withdraw
from tests.support.rails import operator
from tests.support.world import World, world_on

pytestmark = pytest.mark.req("S33", "P14")
PHONE, ELSEWHERE = Payer(is_phone=True, ip="8.8.8.8"), Payer(ip="8.8.8.8")


@pytest.fixture
def world(sqlite_url: str) -> Iterator[World]:
    with world_on(sqlite_url) as world:
        yield world


@contextmanager
def collecting(world: World, kind: type[Any], method: str) -> Iterator[tuple[Any, str]]:
    """The shop has the provider; a case whose withdrawal waits for its fee."""
    provider = kind(world.clock)
    try:
        rails = ConnectedRails(world.clock, may_be_private=True)
        world.deps = replace(world.deps, rails=rails, base_url="https://help.shop.example")
        set_rail(config=provider.config(methods=(method,)), actor=operator(world), deps=world.deps)
        _, case_no = under_way(world)
        withdraw(world, case_no)
        yield provider, case_no
    finally:
        provider.server.close()


def pay(world: World, case_no: str, method: str, payer: Payer) -> FeeTried:
    by = {"actor": world.shopper, "request_id": "pay", "deps": world.deps}
    return pay_fee(case_no=case_no, method=method, payer=payer, **by)


def shown(world: World, case_no: str) -> FeePage:
    return fee_page(case_no=case_no, actor=world.shopper, settings=ShopSettings(), deps=world.deps)


def paid_once(world: World, provider: Any, case_no: str) -> None:
    provider.pay(f"{case_no}-F1-1")
    world.settle(3)
    assert (state(world, case_no), provider.taken(f"{case_no}-F1-1")) == (("sending_back", "paid"), AMOUNT)


def sent(provider: Any, kind: str) -> list[dict[str, Any]]:
    """What WeChat was asked to take, by this kind of page."""
    asked = [request for request in provider.server.requests if request.path == f"/v3/pay/transactions/{kind}"]
    return [json.loads(request.body) for request in asked]


class TestAlipay:
    @pytest.mark.parametrize(("payer", "page"), [(PHONE, "alipay.trade.wap.pay"), (ELSEWHERE, "alipay.trade.page.pay")])
    def test_a_phone_gets_the_page_for_phones(self, world: World, payer: Payer, page: str) -> None:
        with collecting(world, AlipayCounterpart, "alipay") as (provider, case_no):
            assert shown(world, case_no).methods == ("alipay", "cod")
            pay(world, case_no, "alipay", payer)
            address = shown(world, case_no).fee.pay_url
            assert parse_qs(urlsplit(address).query)["method"] == [page]
            provider.open_page(address)
            paid_once(world, provider, case_no)

    def test_after_an_answer_that_was_lost_it_is_still_the_page_for_phones(self, world: World) -> None:
        with collecting(world, AlipayCounterpart, "alipay") as (provider, case_no):
            provider.misbehave("down")
            pay(world, case_no, "alipay", PHONE)
            assert shown(world, case_no).fee.pay_url == ""
            provider.misbehave(None)
            world.clock.move(minutes=1)
            work_all_jobs(deps=world.deps)
            address = shown(world, case_no).fee.pay_url
            assert parse_qs(urlsplit(address).query)["method"] == ["alipay.trade.wap.pay"]


class TestWechat:
    def test_a_phone_is_led_to_wechat_and_comes_back(self, world: World) -> None:
        with collecting(world, WechatCounterpart, "wechat") as (provider, case_no):
            assert shown(world, case_no).methods == ("wechat", "cod")
            pay(world, case_no, "wechat", PHONE)
            view = shown(world, case_no).fee
            back = parse_qs(urlsplit(view.pay_url).query)["redirect_url"]
            assert back == [f"https://help.shop.example/cases/{case_no}"] and view.pay_code is None
            assert [asked["scene_info"]["payer_client_ip"] for asked in sent(provider, "h5")] == ["8.8.8.8"]
            paid_once(world, provider, case_no)

    @pytest.mark.parametrize("payer", [ELSEWHERE, Payer(is_phone=True)])
    def test_any_other_gets_a_code_to_scan(self, world: World, payer: Payer) -> None:
        """Of a phone whose address is not known WeChat would open no page."""
        with collecting(world, WechatCounterpart, "wechat") as (provider, case_no):
            pay(world, case_no, "wechat", payer)
            view = shown(world, case_no).fee
            assert view.pay_url == "" and view.pay_code is not None
            assert sent(provider, "h5") == []
            paid_once(world, provider, case_no)

    def test_after_an_answer_that_was_lost_the_same_is_asked_for_again(self, world: World) -> None:
        """Another kind of page under one number is what WeChat refuses."""
        with collecting(world, WechatCounterpart, "wechat") as (provider, case_no):
            provider.misbehave("lost_in_html")
            pay(world, case_no, "wechat", PHONE)
            assert shown(world, case_no).fee.pay_url == ""
            provider.misbehave(None)
            world.clock.move(minutes=1)
            work_all_jobs(deps=world.deps)
            assert shown(world, case_no).fee.pay_url.startswith("https://wx.tenpay.com/")
            assert sent(provider, "native") == []
            paid_once(world, provider, case_no)


ABANDONED = [
    (AlipayCounterpart, "alipay", False),
    (AlipayCounterpart, "alipay", True),
    (WechatCounterpart, "wechat", False),
]


@pytest.mark.parametrize(("kind", "method", "is_opened"), ABANDONED)
def test_who_leaves_the_page_unpaid_can_choose_another_way_within_the_hour(
    world: World, kind: type[Any], method: str, is_opened: bool
) -> None:
    with collecting(world, kind, method) as (provider, case_no):
        until = shown(world, case_no).fee.due_at
        pay(world, case_no, method, ELSEWHERE)
        if is_opened:
            provider.open_page(shown(world, case_no).fee.pay_url)
        world.settle(20)
        assert shown(world, case_no).fee.state == "processing"
        for _ in range(4):
            world.clock.move(minutes=11)
            work_all_jobs(deps=world.deps)
        view = shown(world, case_no).fee
        assert (view.state, view.problem, view.due_at > until) == ("due", "declined", True)
        assert world.notices.count("fee_not_paid") == 1
        again = {"actor": world.shopper, "request_id": "again", "deps": world.deps}
        pay_fee(case_no=case_no, method="cod", **again)
        assert state(world, case_no) == ("sending_back", "on_delivery")
        assert provider.taken(f"{case_no}-F1-1") == 0


def test_what_was_paid_at_the_last_moment_is_paid(world: World) -> None:
    with collecting(world, WechatCounterpart, "wechat") as (provider, case_no):
        pay(world, case_no, "wechat", ELSEWHERE)
        provider.pay(f"{case_no}-F1-1")
        world.clock.move(minutes=50)
        world.settle(2)
        assert (state(world, case_no), provider.taken(f"{case_no}-F1-1")) == (("sending_back", "paid"), AMOUNT)
