"""One clock for however many machines: the database's (law 11; issue 17, faults)."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, create_engine, text

from portal.repos.database import prepare_engine
from portal.repos.database_clock import DatabaseClock
from portal.wiring import build_clock

pytestmark = pytest.mark.req("N6", "N7")
A_MOMENT = timedelta(minutes=1)
"""Far less than clocks are off here, and more than a busy machine lets a process wait."""


class OffClock:
    """A machine's own, minutes ahead or behind, and set anew by whoever likes."""

    def __init__(self, off: timedelta) -> None:
        self.off = off

    def now(self) -> datetime:
        return datetime.now(UTC) + self.off

    def rest(self, seconds: float) -> None:
        time.sleep(seconds)


def asked(engine: Engine) -> datetime:
    with engine.connect() as connection:
        found: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
        return found


@pytest.mark.parametrize("minutes", [5, -5])
def test_a_machine_whose_clock_is_minutes_off_goes_by_the_databases(postgresql_url: str, minutes: int) -> None:
    engine = prepare_engine(create_engine(postgresql_url))
    clock = DatabaseClock(engine, OffClock(timedelta(minutes=minutes)))
    assert abs(clock.now() - datetime.now(UTC)) > timedelta(minutes=4)
    moment = asked(engine)
    assert abs(clock.now() - moment) < A_MOMENT
    engine.dispose()


def test_a_clock_that_is_set_meanwhile_moves_nothing_and_the_time_goes_on_without_a_database(
    postgresql_url: str,
) -> None:
    engine = prepare_engine(create_engine(postgresql_url))
    machine = OffClock(timedelta(0))
    clock = DatabaseClock(engine, machine)
    moment = asked(engine)
    engine.dispose()
    before = clock.now()
    machine.off = timedelta(hours=3)
    time.sleep(0.05)
    after = clock.now()
    assert after - before > timedelta(milliseconds=40) and abs(after - moment) < A_MOMENT


def test_it_is_asked_again_after_a_while_by_whoever_takes_a_connection(postgresql_url: str) -> None:
    engine = prepare_engine(create_engine(postgresql_url))
    clock, seldom = (DatabaseClock(engine, OffClock(timedelta(0)), asked_every=every) for every in (0.0, 60.0))
    asked(engine)
    first, kept = clock.asked_at, seldom.asked_at
    asked(engine)
    assert clock.asked_at > first > 0
    assert seldom.asked_at == kept > 0
    engine.dispose()


def test_sqlite_has_its_machines_clock(sqlite_url: str) -> None:
    engine = prepare_engine(create_engine(sqlite_url))
    assert not isinstance(build_clock(engine), DatabaseClock)
    engine.dispose()
