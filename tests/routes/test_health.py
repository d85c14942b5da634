"""`/readyz` says what is missing, `/metrics` how much there is to do; neither holds anybody up."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from portal.domain.errors import NotFound, ProviderUnavailable
from portal.ports.watch import Tally
from portal.repos.unit_of_work import unit_of_work
from portal.services.jobs.signs import say_alive
from portal.web.request.readiness import Readiness
from tests.support.fakes import MemoryStore

pytestmark = pytest.mark.req("N4", "P12")


@pytest.fixture
def portal(sqlite_url: str, portal_on: Callable[..., Flask]) -> Flask:
    return portal_on(sqlite_url)


def asked(app: Flask) -> tuple[int, Any]:
    answer = app.test_client().get("/readyz")
    return answer.status_code, answer.json


def with_store(app: Flask, store: Any) -> None:
    app.extensions["portal"] = replace(app.extensions["portal"], store=store)


class AwayStore(MemoryStore):
    def get(self, key: str) -> bytes:
        raise ProviderUnavailable("store", "GenericError s3://key:secret@bucket")


class SilentStore(MemoryStore):
    """It answers once it is let go."""

    def __init__(self, clock: Any) -> None:
        super().__init__(clock)
        self.asked, self.let_go = 0, threading.Event()

    def get(self, key: str) -> bytes:
        self.asked += 1
        self.let_go.wait(30)
        raise NotFound("file")


def test_all_is_well_once_a_worker_was_seen(portal: Flask) -> None:
    status, said = asked(portal)
    assert (status, said["status"], said["reason"]) == (200, "degraded", "worker")
    say_alive(worker="one", deps=portal.extensions["portal"])
    status, said = asked(portal)
    assert (status, said["status"]) == (200, "ok")
    assert said["checks"] == dict.fromkeys(("database", "limits", "migrations", "store", "worker"), "ok")


def test_each_part_has_a_line_of_its_own(portal: Flask) -> None:
    lines = portal.test_client().get("/readyz").text.splitlines()
    assert [line for line in lines if '"store"' in line] == ['  "store": "ok",']


def test_a_worker_that_nobody_saw_for_a_minute_is_missing(portal: Flask) -> None:
    deps = portal.extensions["portal"]
    say_alive(worker="one", deps=deps)
    with deps.database.writing() as connection:
        connection.exec_driver_sql("UPDATE worker_sign SET seen_at = datetime('now', '-61 seconds')")
    assert asked(portal)[1]["checks"]["worker"] == "missing"


def test_without_its_database_no_page_can_be_answered(portal: Flask) -> None:
    deps = portal.extensions["portal"]
    with deps.database.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE alembic_version RENAME TO gone")
    status, said = asked(portal)
    assert (status, said["status"], said["reason"]) == (503, "unavailable", "migrations")


def test_a_store_that_is_away_is_told_and_no_secret_with_it(portal: Flask) -> None:
    with_store(portal, AwayStore(portal.extensions["portal"].clock))
    status, said = asked(portal)
    assert (status, said["status"], said["checks"]["store"]) == (200, "degraded", "away")
    assert "secret" not in str(said)


def test_a_store_that_is_silent_holds_nobody_up_and_is_asked_once(portal: Flask) -> None:
    store = SilentStore(portal.extensions["portal"].clock)
    with_store(portal, store)
    portal.extensions["portal_readiness"] = Readiness(kept=0.0)
    began = time.monotonic()
    for _ in range(2):
        assert asked(portal)[1]["checks"]["store"] == "slow"
    assert time.monotonic() - began < 20, "the store is silent for thirty seconds"
    assert store.asked == 1
    store.let_go.set()
    until = time.monotonic() + 10
    while asked(portal)[1]["checks"]["store"] != "ok":
        assert time.monotonic() < until


def test_a_redis_that_is_away_is_told(sqlite_url: str, portal_on: Callable[..., Flask]) -> None:
    app = portal_on(sqlite_url, rate_limit_url="redis://127.0.0.1:1")
    status, said = asked(app)
    assert (status, said["checks"]["limits"]) == (200, "away")


def test_who_asks_often_is_told_what_was_found(app: Flask) -> None:
    found = Readiness(kept=60.0)
    count: list[int] = []

    def check() -> Any:
        count.append(1)
        return "ok"

    for _ in range(5):
        assert found.ask({"database": check}) == {"database": "ok"}
    assert len(count) == 1


def test_the_figures_tell_of_jobs_workers_and_calls(portal: Flask) -> None:
    deps = portal.extensions["portal"]
    say_alive(worker="one", deps=deps)
    with unit_of_work(deps) as work:
        work.jobs.enqueue("refund", {"refund": "x"}, run_at=work.now - timedelta(seconds=90))
        work.signs.note_calls([Tally("rail.alipay", 7, succeeded=2, failed=3, problem="HTTP 503")])
    figures = portal.test_client().get("/metrics").text
    assert 'portal_jobs{state="late"} 1.0' in figures
    assert 'portal_jobs_due{kind="refund"} 1.0' in figures
    assert f'portal_workers{{version="{deps.version}"}} 1.0' in figures
    assert 'portal_calls_failed{call="rail.alipay"} 3.0' in figures
    assert 'portal_calls_succeeded_time{call="rail.alipay"} 1.' in figures
    [oldest] = [line for line in figures.splitlines() if line.startswith('portal_jobs_oldest_seconds{kind="refund"}')]
    assert 90 <= float(oldest.rpartition(" ")[2]) < 120
