"""A cancelled order is paid back once by Alipay and by WeChat Pay, whatever goes wrong on the way: from the services
down to the provider's books."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from portal.domain.money import Money
from portal.services.jobs.work_jobs import work_all_jobs
from portal.services.shops.set_rail import set_rail
from portal.wiring import ConnectedRails
from tests.rails.alipay_counterpart import AlipayCounterpart
from tests.rails.wechat_counterpart import WechatCounterpart
from tests.support.order_facts import make_order
from tests.support.rails import operator
from tests.support.world import World, world_on

COMMON = (
    "late",
    "down",
    "double",
    "slow",
    "lying",
    "html_502",
    "lost_in_html",
    "no_signature",
    "other_key",
    "no_funds",
)


@pytest.fixture
def world(sqlite_url: str) -> Iterator[World]:
    with world_on(sqlite_url) as world:
        yield world


@contextmanager
def paid_by(world: World, kind: type[Any]) -> Iterator[Any]:
    """The shop has the provider for all its payments, and an order was paid with it."""
    provider = kind(world.clock)
    try:
        world.deps = replace(world.deps, rails=ConnectedRails(world.clock, may_be_private=True))
        number = world.take(make_order())
        methods = tuple({payment["method"] for payment in world.payments})
        set_rail(config=provider.config(methods=methods), actor=operator(world), deps=world.deps)
        for payment in world.payments:
            provider.capture(Money(payment["captured_minor"], "CNY"), own_number=payment["reference"])
        yield provider, number
    finally:
        provider.server.close()


def goes_wrong_once(world: World, provider: Any, number: str, fault: str) -> None:
    provider.misbehave(fault)
    world.cancel(number)
    work_all_jobs(deps=world.deps)
    provider.misbehave(None)
    world.settle()


def paid_back_once(world: World, provider: Any) -> None:
    assert {refund["state"] for refund in world.refunds} == {"succeeded"}
    for payment in world.payments:
        assert provider.moved(payment["reference"]) == payment["captured_minor"]
    assert all(refund["rail_reference"] for refund in world.refunds)


@pytest.mark.req("S12", "P3", "N7")
class TestAlipay:
    @pytest.mark.parametrize("fault", [*COMMON, "brace", "system_error"])
    def test_a_cancelled_order_is_paid_back_once(self, world: World, fault: str) -> None:
        with paid_by(world, AlipayCounterpart) as (provider, number):
            goes_wrong_once(world, provider, number, fault)
            paid_back_once(world, provider)


@pytest.mark.req("S12", "P3", "N7")
class TestWechat:
    @pytest.mark.parametrize("fault", [*COMMON, "unknown_serial", "system_error"])
    def test_a_cancelled_order_is_paid_back_once(self, world: World, fault: str) -> None:
        with paid_by(world, WechatCounterpart) as (provider, number):
            goes_wrong_once(world, provider, number, fault)
            paid_back_once(world, provider)

    def test_a_number_that_was_closed_is_followed_by_the_next(self, world: World) -> None:
        with paid_by(world, WechatCounterpart) as (provider, number):
            provider.misbehave("slow")
            world.cancel(number)
            work_all_jobs(deps=world.deps)
            provider.misbehave(None)
            provider.spend(world.refunds[0]["number"])
            world.settle()
            paid_back_once(world, provider)
            assert world.refunds[0]["series"] == 2

    def test_parked_money_is_a_task_and_arrives_once_staff_have_acted(self, world: World) -> None:
        with paid_by(world, WechatCounterpart) as (provider, number):
            goes_wrong_once(world, provider, number, "abnormal")
            assert world.refunds[0]["state"] == "failed"
            assert "refund_failed" in [task["kind"] for task in world.tasks]
            found = provider.server.books.refund_of(world.refunds[0]["number"])
            found[1].state = ""
            world.settle()
            paid_back_once(world, provider)
