"""kill -9 of web, worker and supervisor while refunds go by Alipay, WeChat Pay, Stripe and the shop's own system (N7;
issue 16), and by one that cannot be asked what became of them.

Every order is paid one tender a rail; the counterparts misbehave now and then. One cycle in `make test`; `make faults`
with `RAIL_CYCLES=200` runs that many and writes docs/reliability.md.
"""

from __future__ import annotations

import os
import random
import threading
from collections.abc import Iterable

import pytest

from tests.faults.cycles import one_cycle
from tests.faults.installation import RAIL_STEPS, Installation
from tests.faults.promises import Shopper, check
from tests.faults.report import Tally, keep_lane
from tests.faults.tills import RailsTill
from tests.rails.counterparts import Fault

CYCLES = int(os.environ.get("PORTAL_RAIL_CYCLES", "0"))
QUICK = 1
LANES = 8 if CYCLES else 1
"""Installations side by side: of a cycle most is waiting, until a provider may be asked."""
LOOK_THROUGH_ALL = 20
LASTS = 2.0
"""Seconds that a counterpart misbehaves in a cycle."""
FAULTS: tuple[Fault | None, ...] = (None, None, "late", "double", "lying", "down")
BELIEVED = tuple(fault for fault in FAULTS if fault != "lying")
"""Of a system that cannot be asked: what it says of its own money is all there is."""
OTHERS = ("AlipayRail", "WechatRail", "StripeRail")
Step = tuple[str, str, str]


def steps_among(names: Iterable[str]) -> list[Step]:
    return [("worker", name, when) for name in names for when in ("before", "after")]


@pytest.mark.req("N7", "P3", "P14")
@pytest.mark.timeout(0 if CYCLES else 300)
@pytest.mark.parametrize("lane", range(LANES))
def test_after_any_kill_the_books_of_every_rail_are_ours(rails_place: Installation, lane: int) -> None:
    kills(rails_place, steps_among(RAIL_STEPS), FAULTS, "Alipay, WeChat Pay, Stripe, the shop's own system")


@pytest.mark.req("N7", "P3", "P14")
@pytest.mark.timeout(0 if CYCLES else 300)
@pytest.mark.parametrize("lane", range(LANES))
def test_after_any_kill_a_system_that_cannot_be_asked_has_paid_once(unasked_place: Installation, lane: int) -> None:
    """Its results come until they are taken, and what was parked goes out once more when a person presses."""
    steps = steps_among(name for name in RAIL_STEPS if not name.startswith(OTHERS))
    kills(unasked_place, steps, BELIEVED, "one that cannot be asked")


def kills(place: Installation, steps: list[Step], faults: tuple[Fault | None, ...], column: str) -> None:
    seed = random.SystemRandom().randrange(10**9)
    dice, shopper, till = random.Random(seed), Shopper(place), place.till
    assert isinstance(till, RailsTill)
    tally = Tally("rails", seeds=[seed])
    dice.shuffle(steps)
    cycles = max(CYCLES // LANES, QUICK)
    for number in range(cycles):
        at_random = (dice.choice(["web", "granian", "worker", "supervisor"]), "", "")
        with misbehaving(till, faults, dice):
            one_cycle(shopper, *(at_random if number % 3 == 2 else steps[number % len(steps)]), dice, tally)
        is_last = number == cycles - 1
        if is_last or number % LOOK_THROUGH_ALL == LOOK_THROUGH_ALL - 1:
            check(shopper)
        tally.presses, tally.acknowledged = shopper.actions, len(shopper.acknowledged)
        if CYCLES:
            keep_lane("Kills over rails", column, tally)


class misbehaving:
    """Some of the counterparts do, for a while."""

    def __init__(self, till: RailsTill, faults: tuple[Fault | None, ...], dice: random.Random) -> None:
        self._counterparts = list(till.counterparts.values())
        self._faults = [dice.choice(faults) for _ in self._counterparts]

    def __enter__(self) -> None:
        for counterpart, fault in zip(self._counterparts, self._faults, strict=True):
            counterpart.misbehave(fault)
        self._timer = threading.Timer(LASTS, self._stop)
        self._timer.start()

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        self._stop()

    def _stop(self) -> None:
        for counterpart in self._counterparts:
            counterpart.misbehave(None)
