"""kill -9 of web, worker and supervisor, at named steps and at any moment (SECURITY, faults to survive; N7).

A few in `make test`; `make faults CYCLES=1000` runs that many on each database and queue, and writes
docs/reliability.md.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.cycles import one_cycle
from tests.faults.installation import BROUGHT_STEPS, WEB_STEPS, WORKER_STEPS, Installation
from tests.faults.promises import Shopper, check
from tests.faults.report import Tally, keep

CYCLES = int(os.environ.get("PORTAL_FAULT_CYCLES", "0"))
QUICK = 3
LANES = 8 if CYCLES else 1
"""Installations side by side: of a cycle most is waiting."""
LOOK_THROUGH_ALL = 20
STEPS = (*(("web", step) for step in WEB_STEPS), *(("worker", step) for step in WORKER_STEPS))


def plans(dice: random.Random, cycles: int, queue: str) -> Iterator[tuple[str, str, str]]:
    """In the long run every step in turn, with a kill at a random moment after every second of them; in the quick one a
    few of each, others every time; over procrastinate a worker alone, at a step of its own."""
    own = BROUGHT_STEPS if queue == "procrastinate" else ()
    steps = [(role, step, when) for role, step in (*STEPS, *own) for when in ("before", "after")]
    dice.shuffle(steps)
    if own and not CYCLES:
        yield dice.choice([("worker", "Jobs.lease_brought", "after"), ("worker", "ProcrastinateQueue.send", "after")])
        return
    quick = [
        ("supervisor", "", ""),
        next(s for s in steps if s[0] == "web"),
        next(s for s in steps if s[0] == "worker"),
    ]
    for number in range(cycles):
        if not CYCLES and number < len(quick):
            yield quick[number]
        elif number % 3 == 2:
            yield dice.choice(["web", "granian", "worker", "supervisor"]), "", ""
        else:
            yield steps[(number - number // 3) % len(steps)]


@pytest.mark.req("N7", "P3")
@pytest.mark.timeout(0 if CYCLES else 240)
@pytest.mark.parametrize("lane", range(LANES))
@pytest.mark.parametrize("place", ["sqlite", "postgresql", "procrastinate"], indirect=True)
def test_after_any_kill_nothing_is_lost_or_done_twice(
    place: Installation, lane: int, request: pytest.FixtureRequest
) -> None:
    seed = random.SystemRandom().randrange(10**9)
    dice, shopper = random.Random(seed), Shopper(place)
    tally = Tally(request.node.callspec.params["place"], seeds=[seed])
    cycles = CYCLES // LANES or QUICK
    for number, (role, step, when) in enumerate(plans(dice, cycles, place.queue), 1):
        one_cycle(shopper, role, step, when, dice, tally)
        tally.presses, tally.acknowledged = shopper.actions, len(shopper.acknowledged)
        if not CYCLES:
            check(shopper)
        elif number % LOOK_THROUGH_ALL == 0 or number == cycles:
            check(shopper)
            keep(tally)


@pytest.mark.req("N7")
def test_after_a_kill_of_the_supervisor_nothing_keeps_answering_on_its_port(sqlite_place: Installation) -> None:
    below = [pid for pids in sqlite_place.processes().values() for pid in pids]
    assert len(below) >= 3
    sqlite_place.kill("supervisor")
    until = time.monotonic() + 30
    while sqlite_place.answers() or any(_lives(pid) for pid in below):
        assert time.monotonic() < until, "something outlived the supervisor"
        time.sleep(0.05)
    sqlite_place.start()


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
