"""The worker's loop: a database that is away is waited for, and what was in hand then goes on when it is back."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from portal.domain.errors import ProviderUnavailable
from portal.processes.worker import run_worker
from tests.support.order_facts import make_order
from tests.support.world import World, world_on


class Leaving:
    """A database that goes away in the middle of a job, until a second after it was asked for first."""

    def __init__(self, real: Any) -> None:
        self.real, self.refused, self.is_leaving, self.away_until = real, 0, False, 0.0

    @contextmanager
    def writing(self) -> Any:
        if self.is_leaving:
            self.is_leaving, self.away_until = False, time.monotonic() + 1.0
        if time.monotonic() < self.away_until:
            self.refused += 1
            raise ProviderUnavailable("database", "away")
        with self.real.writing() as connection:
            yield connection

    def reading(self, **options: Any) -> Any:
        return self.real.reading(**options)


@pytest.mark.req("N7")
def test_a_job_that_was_in_hand_when_the_database_went_goes_on_when_it_is_back(sqlite_url: str) -> None:
    with world_on(sqlite_url) as world:
        world.cancel(world.take(make_order()))
        database = Leaving(world.deps.database)
        refund = world.rail.refund

        def goes_away(ask: Any) -> Any:
            database.is_leaving, world.rail.refund = True, refund  # type: ignore[method-assign]
            return refund(ask)

        world.rail.refund = goes_away  # type: ignore[method-assign]
        stop = threading.Event()
        worker = threading.Thread(
            target=run_worker, kwargs={"deps": replace(world.deps, database=database), "stop": stop}
        )
        worker.start()
        try:
            # The clock of this world stands still: no lease ever runs out.
            until_settled(world)
        finally:
            stop.set()
            worker.join()
    # And it was waited for, not asked again and again.
    assert 1 <= database.refused <= 15


def until_settled(world: World) -> None:
    until = time.monotonic() + 60
    while [row["state"] for row in world.refunds] != ["pending"]:
        assert time.monotonic() < until, world.refunds
        time.sleep(0.05)
