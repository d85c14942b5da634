"""The sweep forgets what is over, a few rows a transaction, and leaves what somebody still asks about."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from portal.domain.results import Done
from portal.models.account import Failure, OneTimeCode, Session
from portal.models.event import Request
from portal.models.job import Job
from portal.repos.unit_of_work import unit_of_work
from portal.services.jobs import sweep as sweeping
from portal.services.jobs.sweep import JOBS_KEPT, REQUESTS_KEPT, sweep
from tests.support.fakes import NOON
from tests.support.world import World

DAY = timedelta(days=1)


def add(world: World, model: Any, *rows: dict[str, Any]) -> None:
    with world.deps.database.writing() as connection:
        connection.execute(insert(model.__table__), list(rows))


def job(name: str, **values: Any) -> dict[str, Any]:
    times = {"run_at": NOON, "created_at": NOON, "timed_at": NOON, "done_at": None, "dead_at": None}
    return {"kind": "notice", "payload": {}, "attempts": 0, "error": "", "dedup_key": name, **times, **values}


@pytest.mark.req("N7")
def test_finished_jobs_are_kept_a_week_and_unfinished_or_dead_ones_for_good(world: World) -> None:
    long_ago, lately = NOON - JOBS_KEPT - DAY, NOON - JOBS_KEPT + DAY
    add(
        world,
        Job,
        job("old", done_at=long_ago),
        job("new", done_at=lately),
        job("waiting", run_at=long_ago),
        job("dead", dead_at=long_ago),
    )
    sweep(deps=world.deps)
    assert {row["dedup_key"] for row in world.rows(Job)} == {"new", "waiting", "dead"}


@pytest.mark.req("N7")
def test_a_request_is_answered_as_at_first_for_a_month(world: World) -> None:
    for days in (1, -1):
        world.clock.set(NOON - REQUESTS_KEPT - days * DAY)
        with unit_of_work(world.deps) as work:
            work.requests.claim(world.shopper, f"r{days}", "digest", Done)
    world.clock.set(NOON)
    sweep(deps=world.deps)
    assert [row["request_id"] for row in world.rows(Request)] == ["r-1"]


@pytest.mark.req("N7")
def test_a_sweep_takes_few_rows_at_a_time_until_nothing_is_left(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeping, "BATCH", 7)
    add(world, Failure, *({"bucket": "b", "at": NOON - 2 * DAY} for _ in range(50)))
    transactions = []
    writing = world.deps.database.writing

    def counted() -> Any:
        transactions.append(1)
        return writing()

    monkeypatch.setattr(world.deps.database, "writing", counted)
    sweep(deps=world.deps)
    assert world.rows(Failure) == []
    assert len(transactions) >= 8


@pytest.mark.req("N7")
def test_what_a_sweep_has_no_time_for_is_left_for_the_next(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeping, "BATCH", 7)
    add(world, Failure, *({"bucket": "b", "at": NOON - 2 * DAY} for _ in range(50)))
    assert not sweep(deps=world.deps, most_batches=2)
    assert len(world.rows(Failure)) == 36
    assert sweep(deps=world.deps)
    assert world.rows(Failure) == []


@pytest.mark.req("N7")
def test_sessions_and_codes_that_are_over_go_and_live_ones_stay(world: World) -> None:
    for name, ends in (("over", NOON - DAY), ("live", NOON + DAY)):
        with unit_of_work(world.deps) as work:
            work.sessions.open(
                token_hash=name,
                kind="shopper",
                shop_id=world.made.shop_id,
                customer_id=world.shopper.id,
                expires_at=ends,
            )
        code = {"purpose": "sign_in", "subject": name, "destination": "d", "network": "", "code_hash": "h"}
        times = {"created_at": ends - 2 * DAY, "expires_at": ends}
        add(world, OneTimeCode, {"shop_id": world.made.shop_id, "tries": 0, **code, **times})
    sweep(deps=world.deps)
    assert [row["token_hash"] for row in world.rows(Session)] == ["live"]
    assert [row["subject"] for row in world.rows(OneTimeCode)] == ["live"]
