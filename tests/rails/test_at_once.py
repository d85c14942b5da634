"""One callback, delivered to two processes at once: one effect, whichever rail it is of, on each database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import create_engine

from portal.domain.money import Money
from portal.ports import Deps
from portal.repos.database import SqlDatabase, prepare_engine
from portal.services.jobs.work_jobs import work_all_jobs
from portal.services.refunds.hear_rail import hear_rail
from portal.services.refunds.reconcile import reconcile_refunds
from portal.services.refunds.take_result import take_result
from portal.services.shops.set_rail import set_rail
from portal.wiring import ConnectedRails
from tests.rails.alipay_counterpart import AlipayCounterpart
from tests.rails.merchant_counterpart import MerchantCounterpart
from tests.rails.stripe_counterpart import StripeCounterpart
from tests.rails.wechat_counterpart import WechatCounterpart
from tests.support.make import store_order
from tests.support.order_facts import make_order
from tests.support.rails import operator
from tests.support.world import World, world_on

pytestmark = pytest.mark.req("P14", "N7")
KINDS: dict[str, Callable[[Any], Any]] = {
    "alipay": AlipayCounterpart,
    "wechat": WechatCounterpart,
    "stripe": StripeCounterpart,
    "merchant": lambda clock: MerchantCounterpart(clock, answers="later"),
    "merchant, unasked": lambda clock: MerchantCounterpart(clock, look_up=False, answers="later"),
}
LATE = ("stripe", "merchant", "merchant, unasked")
"""Whose refunds may come back from the bank."""
TIMES, PROCESSES = 4, 2


@dataclass
class Shop:
    """Whose order was cancelled: its refund is under way by the rail `kind`."""

    world: World
    kind: str
    provider: Any
    processes: list[Deps]

    @property
    def number(self) -> str:
        return str(self.world.refunds[0]["number"])

    def told_at_once(self) -> None:
        """The provider's word of now comes to all processes, and their workers go round."""
        hear, start, failures = self._word(), Barrier(TIMES), []

        def arrive(deps: Deps) -> None:
            try:
                start.wait()
                hear(deps)
                work_all_jobs(deps=deps)
            except Exception as error:  # told by the test below
                failures.append(error)

        arrivals = [Thread(target=arrive, args=(self.processes[n % PROCESSES],)) for n in range(TIMES)]
        for one in arrivals:
            one.start()
        for one in arrivals:
            one.join()
        assert failures == []

    def _word(self) -> Callable[[Deps], object]:
        number, actor = self.number, operator(self.world)
        if self.kind.startswith("merchant"):
            said = self.provider.reported(number)
            return lambda deps: take_result(refund_no=number, said=said, actor=actor, request_id=None, deps=deps)
        notice = self.provider.notice_of_refund(number)
        told = {"headers": notice.headers, "body": notice.body}
        return lambda deps: hear_rail(shop_key="tepai", kind=self.kind, deps=deps, **told)

    def stands(self) -> tuple[str, int, int]:
        """The refund's state, and what of the payment is refunded and in flight."""
        (refund,), (payment,) = self.world.refunds, self.world.payments
        return refund["state"], payment["refunded_minor"], payment["in_flight_minor"]

    def moved(self) -> int:
        found: int = self.provider.moved(self.world.payments[0]["reference"])
        return found

    def told(self, kind: str) -> tuple[int, int]:
        """How many events there are of it, and how many notices to the customer."""
        return self.world.events().count(f"rail:refund:{kind}"), self.world.notices.count(f"refund_{kind}")


@contextmanager
def another_process(deps: Deps, url: str) -> Iterator[Deps]:
    """With connections, and rails, of its own."""
    engine = prepare_engine(create_engine(url))
    yield replace(deps, database=SqlDatabase(engine), rails=ConnectedRails(deps.clock, may_be_private=True))
    engine.dispose()


@pytest.fixture
def shop(request: pytest.FixtureRequest, database: str) -> Iterator[Shop]:
    with world_on(database) as world:
        provider = KINDS[request.param](world.clock)
        try:
            world.deps = replace(world.deps, rails=ConnectedRails(world.clock, may_be_private=True))
            set_rail(config=provider.config(), actor=operator(world), deps=world.deps)
            order = make_order(no="A-1", tenders=((provider.method, 1000),))
            reference = provider.capture(Money(1000, "CNY"))
            paid = tuple(replace(payment, reference=reference) for payment in order.payments)
            store_order(world.made, replace(order, payments=paid))
            provider.misbehave("slow")
            world.cancel("A-1")
            work_all_jobs(deps=world.deps)
            provider.misbehave(None)
            with another_process(world.deps, database) as other:
                yield Shop(world, request.param, provider, [world.deps, other])
        finally:
            provider.server.close()


@pytest.mark.parametrize("shop", KINDS, indirect=True)
def test_that_the_money_has_arrived_is_booked_and_told_once(shop: Shop) -> None:
    assert shop.stands() == ("pending", 0, 1000)
    shop.world.clock.move(seconds=70)
    shop.told_at_once()
    work_all_jobs(deps=shop.world.deps)
    assert (shop.stands(), shop.moved()) == (("succeeded", 1000, 0), 1000)
    assert shop.told("succeeded") == (1, 1)
    assert reconcile_refunds(deps=shop.world.deps) == []


@pytest.mark.parametrize("shop", LATE, indirect=True)
def test_that_it_came_back_twenty_days_later_is_owed_once(shop: Shop) -> None:
    shop.world.clock.move(seconds=70)
    shop.told_at_once()
    shop.world.clock.move(days=20)
    shop.provider.fail_later(shop.number)
    shop.told_at_once()
    work_all_jobs(deps=shop.world.deps)
    assert (shop.stands(), shop.moved()) == (("failed", 0, 1000), 0)
    assert shop.told("reversed") == (1, 1)
    assert [task["kind"] for task in shop.world.tasks if task["done_at"] is None] == ["refund_failed"]
