"""Ten at once on one order, cancelling, shipping and paying, order after order (SECURITY, goals; TRAPS T11, T12, T18).

Some hundred presses in `make test`; `make faults ACTIONS=100000` makes that many on each database and queue, for
the report.
"""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import pytest
from sqlalchemy import func, select

from portal.domain.errors import Conflict, Invalid, NotSummarised, ProviderUnavailable, RefusedError
from portal.domain.identity.access import Actor
from portal.domain.orders.order import Units
from portal.models.job import Job
from portal.repos.unit_of_work import unit_of_work
from portal.services.jobs.work_jobs import work_all_jobs
from portal.services.records.verify_audit import verify_audit
from portal.services.refunds.reconcile import reconcile_refunds
from tests.faults.report import keep_counts
from tests.services.cancelling.test_races import at_once
from tests.support.order_facts import make_line, make_order
from tests.support.queues import TrueClock, bench_on
from tests.support.said import ship_order
from tests.support.world import World, world_on

JOBS = Job.__table__
LONG = int(os.environ.get("PORTAL_FAULT_ACTIONS", "0"))
LANES = 4 if LONG else 1
"""Portals side by side."""
LOOK_THROUGH_AFTER = 100
"""Orders: then everything so far is looked through, and counts."""
PRESSES = 38
QUICK = 4 * PRESSES
QUANTITIES = {"1": 4, "2": 3}
CHOICES: tuple[Units, ...] = ((("1", 1),), (("1", 2), ("2", 1)), (("2", 3),), (("1", 4), ("2", 3)))
TENDERS = (("alipay", 5_000), ("gift_card", 500), ("card", 4_510))


@dataclass
class Crowd:
    """What was done to one order, as those who did it were told."""

    world: World
    number: str
    cancelled: dict[str, Units] = field(default_factory=dict)
    shipped: dict[str, Units] = field(default_factory=dict)
    recorded: list[str] = field(default_factory=list)
    told_no: list[str] = field(default_factory=list)

    def cancel(self, request_id: str, units: Units) -> None:
        """Looks, then presses: what others did in between is a conflict."""
        self.press(request_id, units, self.world.confirm(self.number, units).shown)

    def press(self, request_id: str, units: Units, shown: str) -> None:
        """A form that several send at once."""
        location = self.world.cancel(self.number, units, shown=shown, request_id=f"{self.number}-{request_id}")
        assert location.order_no == self.number
        self.cancelled[request_id] = units

    def ship(self, parcel: str, units: Units) -> None:
        feed = Actor(kind="feed", shop_id=self.world.shopper.shop_id)
        was_new = ship_order(
            order_no=self.number,
            carrier="SF",
            tracking_no=parcel,
            at=None,
            is_delivered=False,
            actor=feed,
            deps=self.world.deps,
            units=units,
        )
        self.shipped[parcel] = units
        if was_new:
            self.recorded.append(parcel)


def acts_on(crowd: Crowd, dice: random.Random) -> list[Callable[[], object]]:
    """One form pressed by many, forms of many, parcels of which each is told twice, and workers among them."""
    one = dice.choice(CHOICES)
    shown = crowd.world.confirm(crowd.number, one).shown
    acts = [partial(crowd.press, "the-form", one, shown) for _ in range(10)]
    acts += [partial(crowd.cancel, f"form-{rival}", dice.choice(CHOICES)) for rival in range(18)]
    acts += [partial(crowd.ship, f"parcel-{n // 2}", (("12"[n // 2 % 2], 1),)) for n in range(10)]
    assert len(acts) == PRESSES  # and two workers: whole tens, which start together
    acts = [partial(_told, crowd, act) for act in acts] + [partial(work_all_jobs, deps=crowd.world.deps)] * 2
    dice.shuffle(acts)
    return list(acts)


def _told(crowd: Crowd, act: Callable[[], None]) -> None:
    """Does it, or is told no; whoever got no answer tries again."""
    while True:
        try:
            return act()
        except (RefusedError, Conflict, NotSummarised, Invalid) as no:
            crowd.told_no.append(str(no))
            return None
        except ProviderUnavailable:
            continue


def check_counters(crowd: Crowd) -> None:
    """Every unit that somebody was told of is counted once, and no other."""
    assert sorted(crowd.recorded) == sorted(crowd.shipped)
    cancelled, shipped = _sum(crowd.cancelled), _sum(crowd.shipped)
    for line in crowd.world.order(crowd.number).lines:
        assert (line.cancelled, line.shipped) == (cancelled[line.id], shipped[line.id]), crowd
        assert line.cancelled + line.shipped <= line.quantity


def _sum(told: dict[str, Units]) -> Counter[str]:
    return sum((Counter(dict(units)) for units in told.values()), Counter())


def check_money(world: World) -> None:
    """Our books, the rail's, and the trail."""
    assert {refund["state"] for refund in world.refunds} <= {"succeeded"}
    moved = Counter[str]()
    for refund in world.rail.refunds_since(world.clock.now().replace(year=2000)):
        moved[refund.payment_reference] += refund.amount.minor
    for payment in world.payments:
        assert payment["in_flight_minor"] == 0
        assert payment["refunded_minor"] == moved[payment["reference"]] <= payment["captured_minor"]
    assert reconcile_refunds(deps=world.deps) == []
    assert verify_audit(deps=world.deps).broken is None


@pytest.mark.req("S37", "P3", "P14")
@pytest.mark.timeout(0 if LONG else 120)
@pytest.mark.parametrize("lane", range(LANES))
def test_a_crowd_on_every_order_loses_nothing_and_does_nothing_twice(world: World, lane: int, request: Any) -> None:
    seed = random.SystemRandom().randrange(10**9)
    dice, orders, told_no = random.Random(seed), 0, 0
    is_last = False
    while not is_last:
        lines = [make_line(line, quantity, 5_003) for line, quantity in QUANTITIES.items()]
        crowd = Crowd(world, world.take(make_order(*lines, freight=4, tenders=TENDERS)))
        at_once(acts_on(crowd, dice))
        check_counters(crowd)
        orders, told_no = orders + 1, told_no + len(crowd.told_no)
        world.clock.move(seconds=2)
        is_last = orders * PRESSES >= (LONG / LANES or QUICK)
        if is_last or orders % LOOK_THROUGH_AFTER == 0:
            world.settle()
            check_money(world)
            if LONG:
                keep_counts("Concurrent actions", request.node.callspec.params["world"], seed, counted(orders, told_no))


def counted(orders: int, told_no: int) -> dict[str, int]:
    """Of what has been looked through."""
    return {
        "presses and parcels, ten at once": orders * PRESSES,
        "orders": orders,
        "told no, because somebody was first": told_no,
        "lost": 0,
        "doubled, or both cancelled and shipped": 0,
    }


class PassingClock(TrueClock):
    def move(self, *, seconds: float) -> None:
        """It passes by itself."""


class BroughtWorld(World):
    """Whose jobs are brought to two workers, in threads, as long as it lasts."""

    def settle(self, rounds: int = 600) -> None:
        """Until no job is left; `rounds`: seconds at most."""
        left = select(func.count()).select_from(JOBS).where(JOBS.c.done_at.is_(None))
        until = time.monotonic() + rounds
        while True:
            with self.deps.database.reading() as connection:
                if not (count := connection.execute(left).scalar_one()):
                    return
            assert time.monotonic() < until, count
            time.sleep(0.2)


@contextmanager
def brought_world_on(url: str) -> Iterator[World]:
    """Its shop sends text messages by night too: nothing waits for the morning."""
    with bench_on(url, "procrastinate", clock=PassingClock()) as bench, bench.workers(2):
        with unit_of_work(bench.deps) as work:
            work.shops.set(bench.world.made.shop_id, settings={"returns": True, "sms": {"quiet": ""}})
        yield BroughtWorld(**vars(bench.world) | {"deps": replace(bench.deps, store=bench.world.store)})


@pytest.fixture(params=["sqlite", "postgresql", "procrastinate"])
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    """A portal without the web, on each kind of database and queue."""
    kind = "sqlite" if request.param == "sqlite" else "postgresql"
    make = brought_world_on if request.param == "procrastinate" else world_on
    with make(request.getfixturevalue(f"{kind}_url")) as made:
        yield made
