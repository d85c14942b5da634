"""The primary is lost under load and its standby promoted: the portal goes on by itself, and nothing is lost."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from portal.config import Settings
from portal.processes.take_backup import take_backup
from tests.faults.conftest import IS_LONG
from tests.faults.fleet import Fleet, fleet_on
from tests.faults.promises import Act, Shopper, check, settle
from tests.faults.replicas import Pair, replicated
from tests.faults.report import keep_others, middle_and_longest
from tests.support import databases, needs
from tests.support.s3_server import WHO

pytestmark = [pytest.mark.req("N6", "N7", "P12"), pytest.mark.timeout(0 if IS_LONG else 300)]
ROUNDS = int(os.environ.get("PORTAL_FAULT_CYCLES") or 0) // 50 or 1
ORDERS, PRESSERS = (60 if IS_LONG else 12), 3
LONGEST = 30.0
"""Seconds that a cancel may take to be acknowledged once there is a primary again."""


@pytest.fixture
def pair() -> Iterator[Pair]:
    binaries = needs.need("postgresql", "a standby is promoted", databases.postgresql_binaries())
    with replicated(Path(binaries)) as pair:
        databases.migrate(databases.Cluster(pair.primary.folder).create("portal"))
        pair.follow()
        yield pair


@dataclass
class Pressing:
    """Several at once, each sending a form until it is acknowledged; when each was."""

    shopper: Shopper
    acts: list[Act]
    at: list[float] = field(default_factory=list)
    problems: list[BaseException] = field(default_factory=list)

    def start(self) -> list[threading.Thread]:
        shares = [self.acts[first::PRESSERS] for first in range(PRESSERS)]
        threads = [threading.Thread(target=self._press, args=(share,)) for share in shares]
        for thread in threads:
            thread.start()
        return threads

    def _press(self, share: list[Act]) -> None:
        try:
            for act in share:
                self.shopper.insist(act)
                self.at.append(time.monotonic())
                time.sleep(0.05)
        except BaseException as problem:
            self.problems.append(problem)

    def until_acknowledged(self, count: int) -> None:
        last = time.monotonic() + 60
        while len(self.at) < count and not self.problems:
            assert time.monotonic() < last
            time.sleep(0.01)


@dataclass
class Seconds:
    """A figure for each failover: to the first cancel that the new primary acknowledged, since the old one was lost and
    since the standby was told to take over; and until all money had moved."""

    lost: list[float] = field(default_factory=list)
    promoted: list[float] = field(default_factory=list)
    settled: list[float] = field(default_factory=list)

    def figures(self, shopper: Shopper) -> dict[str, str]:
        return {
            "failovers": str(len(self.lost)),
            "times 确认取消 was pressed": str(shopper.actions),
            "orders cancelled and acknowledged": str(len(shopper.acknowledged)),
            "lost": "0",
            "doubled": "0",
            "from the promotion to the first acknowledged cancel, median, longest": middle_and_longest(self.promoted),
            "from the loss, which is noticed after 1 s, to it, median, longest": middle_and_longest(self.lost),
            "until all money had moved, median, longest": middle_and_longest(self.settled),
        }


def fail_over(pair: Pair, fleet: Fleet, shopper: Shopper, took: Seconds) -> None:
    load = Pressing(shopper, [shopper.fill(shopper.order()) for _ in range(ORDERS)])
    threads = load.start()
    load.until_acknowledged(ORDERS // 4)
    pair.lose()
    lost_at = time.monotonic()
    time.sleep(1)
    assert fleet.browser.get("/orders").status == 503
    before = len(load.at)
    promoting_at = time.monotonic()
    pair.promote()
    for thread in threads:
        thread.join()
    assert load.problems == [] and len(load.at) == ORDERS > before
    took.lost.append(load.at[before] - lost_at)
    took.promoted.append(load.at[before] - promoting_at)
    took.settled.append(settle(fleet))


@pytest.mark.parametrize("queue", ["procrastinate", *(["local"] if IS_LONG else [])])
def test_a_primary_that_is_lost_under_load_is_replaced_by_its_standby_and_nothing_acknowledged_is_lost(
    pair: Pair, s3_address: str, redis_url: str, queue: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in WHO.items():
        monkeypatch.setenv(name, value)
    with fleet_on(tmp_path, pair.url("portal"), s3=s3_address, redis=redis_url, queue=queue) as fleet:
        shopper, took = Shopper(fleet), Seconds()
        for number in range(ROUNDS):
            if number:
                pair.follow()
            fail_over(pair, fleet, shopper, took)
            check(shopper)
        assert max(took.promoted) < LONGEST
        assert [name for name in fleet.names if fleet.running[name].poll() is not None] == []
        # Its address leads to the one that takes writes: of that one is the backup.
        database = Settings(database_url=fleet.url).database
        assert take_backup(root=tmp_path / "backup", database=database, deps=fleet.deps).missing == ()
    if IS_LONG:
        keep_others("Failover", queue, took.figures(shopper))
