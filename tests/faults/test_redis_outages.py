"""Redis, which counts tries for all, is gone, hangs, is slow or full: tries stay limited, and nobody waits for it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest
import redis
from flask import Flask

from portal.adapters.probes import counter_problem
from portal.web.security.limits import ANSWER, SIGN_INS
from tests.support.page import Browserless
from tests.support.relay import Relay, relayed
from tests.support.signing_in import PASSWORD, place

pytestmark = [pytest.mark.req("N7", "N4"), pytest.mark.timeout(120)]
LONGEST = 9 * ANSWER + 6.0
"""Seconds for a request to be refused or let in, the page and a password with it, on a busy machine."""


@dataclass
class Counted:
    """A portal whose tries are counted by a Redis behind a relay."""

    app: Flask
    relay: Relay
    store: Any

    @contextmanager
    def gone(self) -> Iterator[None]:
        with self.relay.gone():
            yield

    @contextmanager
    def hanging(self) -> Iterator[None]:
        """No answer, and no end either."""
        with self.relay.being(is_silent=True):
            yield
        self.relay.cut()

    @contextmanager
    def slow(self) -> Iterator[None]:
        with self.relay.being(delay=2 * ANSWER):
            yield

    @contextmanager
    def full(self) -> Iterator[None]:
        self.store.config_set("maxmemory-policy", "noeviction")
        self.store.config_set("maxmemory", "1")
        try:
            yield
        finally:
            self.store.config_set("maxmemory", "0")

    @property
    def readiness(self) -> Any:
        return self.app.test_client().get("/readyz").get_json()["checks"]["limits"]

    @property
    def is_told_to_be_away(self) -> bool:
        return 'portal_ready{check="limits"} 0.0' in self.app.test_client().get("/metrics").text


@pytest.fixture
def counted(sqlite_url: str, redis_url: str, portal_on: Callable[..., Flask]) -> Iterator[Counted]:
    parts = urlsplit(redis_url)
    with redis.Redis.from_url(redis_url) as store, relayed((parts.hostname or "", parts.port or 0)) as relay:
        store.flushall()
        app = portal_on(sqlite_url, rate_limit_url=f"redis://127.0.0.1:{relay.port}/0")
        app.config[SIGN_INS] = "3 per minute"
        yield Counted(app, relay, store)


Outage = Callable[[Counted], AbstractContextManager[None]]
OUTAGES: dict[str, tuple[Outage, str, str]] = {
    "gone": (Counted.gone, "away", "ConnectionError"),
    "hanging": (Counted.hanging, "away", ""),
    "slow": (Counted.slow, "away", ""),
    "full": (Counted.full, "full", "OutOfMemoryError"),
}
"""What /readyz and what `portal doctor` says; nothing of the doctor where it would wait for ten seconds."""


@pytest.mark.parametrize("name", OUTAGES)
def test_without_its_redis_a_process_limits_sign_in_by_itself_and_goes_back_to_it(counted: Counted, name: str) -> None:
    outage, is_said, doctor_says = OUTAGES[name]
    here = place(counted.app)
    form = here.newcomer().open("/sign-in")
    with outage(counted):
        statuses, took = [], []
        for _ in range(5):
            began = time.monotonic()
            statuses.append(form.submit(login="c-1", password="wrong horse").status)
            took.append(time.monotonic() - began)
        assert statuses == [422] * 3 + [429] * 2
        assert max(took) < LONGEST, took
        assert counted.store.keys("LIMITS*sign-in*") == []
        assert (counted.readiness, counted.is_told_to_be_away) == (is_said, True)
        if doctor_says:
            assert counter_problem(f"redis://127.0.0.1:{counted.relay.port}/0") == doctor_says
    assert counted.readiness == "ok" and not counted.is_told_to_be_away
    until_counted_again(counted, here.newcomer())


def until_counted_again(counted: Counted, browser: Browserless) -> None:
    """It is asked again after one, two, four … seconds, by whoever signs in; others' tries count from the beginning."""
    form, last = browser.open("/sign-in"), time.monotonic() + 60
    while not counted.store.keys("LIMITS*sign-in*"):
        assert time.monotonic() < last
        form.submit(login="c-1", password=PASSWORD)
        time.sleep(0.2)
