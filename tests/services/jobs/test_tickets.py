"""Tickets: what procrastinate brings is done by who holds the job, once, and comes again where a worker is gone."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from portal.domain.errors import ProviderUnavailable
from portal.repos.unit_of_work import unit_of_work
from portal.services.jobs.leases import BROUGHT_LEASE, LEASE, lease_brought
from portal.services.jobs.move_jobs import renew_lost_tickets
from portal.services.jobs.work_jobs import free_leases, work_brought_job
from tests.support.queues import Bench, bench_on

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@pytest.fixture
def bench(postgresql_url: str) -> Iterator[Bench]:
    with bench_on(postgresql_url, "procrastinate") as made:
        yield made


def sql(bench: Bench, statement: str) -> list[Any]:
    with bench.deps.database.writing() as connection:
        done = connection.execute(text(statement))
        return list(done) if done.returns_rows else []


def work(bench: Bench, job: Any, worker: str = "one") -> bool:
    return work_brought_job(
        job_id=job["id"], ticket=job["ticket"], deps=bench.deps, worker=worker, is_stopping=lambda: False
    )


@pytest.mark.req("P12")
def test_no_ticket_ever_has_a_lock_and_none_is_left_when_its_job_is_done(bench: Bench) -> None:
    bench.enqueue("one", key="one")
    bench.enqueue("two", key="one")
    bench.enqueue("three")
    assert sql(bench, "SELECT lock, queueing_lock, status::text FROM procrastinate_jobs") == [(None, None, "todo")] * 2
    with bench.workers():
        bench.until_done()
    assert sql(bench, "SELECT * FROM procrastinate_jobs") == sql(bench, "SELECT * FROM procrastinate_events") == []
    assert sql(bench, "SELECT * FROM procrastinate_workers") == []


@pytest.mark.req("P3", "P12")
def test_a_ticket_that_is_brought_twice_has_its_job_done_once(bench: Bench) -> None:
    bench.enqueue("once")
    (job,) = bench.jobs
    assert [work(bench, job), work(bench, job)] == [True, False]
    assert bench.store.deleted == {"once": 1}


@pytest.mark.req("P3", "P12")
def test_a_ticket_counts_no_more_once_its_job_has_a_newer_one(bench: Bench) -> None:
    bench.enqueue("put off", key="k", run_at=bench.deps.clock.now() + timedelta(hours=1))
    (before,) = bench.jobs
    with unit_of_work(bench.deps) as unit:
        assert unit.jobs.make_due_now("k")
    (after,) = bench.jobs
    assert after["ticket"] > before["ticket"]
    assert not work(bench, before)
    assert work(bench, after)


@pytest.mark.req("N7")
def test_what_another_has_in_hand_is_brought_again_later_and_not_begun(bench: Bench) -> None:
    bench.enqueue("held")
    (job,) = bench.jobs
    held = lease_brought(job_id=job["id"], ticket=job["ticket"], deps=bench.deps, worker="one")
    assert len(held.jobs) == 1 and held.is_held
    assert not work(bench, job, "other")
    (again,) = bench.jobs
    assert again["ticket"] != job["ticket"] and again["lease"].startswith("one/")
    ((wait,),) = sql(bench, f"SELECT scheduled_at > now() FROM procrastinate_jobs WHERE id = {again['ticket']}")
    assert wait is True
    bench.set(leased_until=LONG_AGO)
    assert work(bench, again, "other")
    # Whoever had it before says nothing of it any more.
    with unit_of_work(bench.deps) as unit:
        unit.jobs.again(held.jobs[0], run_at=unit.now, attempts=1)
    assert [bool(row["done_at"]) for row in bench.jobs] == [True]


@pytest.mark.req("N7")
def test_the_successor_of_a_killed_worker_has_its_job_brought_at_once(bench: Bench) -> None:
    bench.enqueue("held")
    (job,) = bench.jobs
    lease_brought(job_id=job["id"], ticket=job["ticket"], deps=bench.deps, worker="gone")
    assert free_leases(worker="gone", deps=bench.deps) == 1
    (again,) = bench.jobs
    assert again["ticket"] != job["ticket"] and again["lease"] is None
    assert work(bench, again)


@pytest.mark.req("N7", "P12")
def test_what_a_worker_had_that_was_killed_on_another_machine_is_anothers_in_a_moment(bench: Bench) -> None:
    """Its last heartbeat is 31 seconds old; so is what it renewed last."""
    bench.enqueue("stalled")
    (job,) = bench.jobs
    lease_brought(job_id=job["id"], ticket=job["ticket"], deps=bench.deps, worker="gone", lasts=timedelta(0))
    ((worker,),) = sql(
        bench,
        "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '31 seconds') RETURNING id",
    )
    sql(bench, f"UPDATE procrastinate_jobs SET status = 'doing', worker_id = {worker}")
    with bench.workers(2):
        bench.until_done()
    assert bench.store.deleted == {"stalled": 1}
    assert timedelta(seconds=30) >= BROUGHT_LEASE
    assert timedelta(seconds=45) >= LEASE, "of the minute that is promised the rest is for whoever takes over"


@pytest.mark.req("N7", "P12")
def test_a_job_whose_ticket_somebody_removed_gets_another_once_it_is_late(bench: Bench) -> None:
    bench.enqueue("lost", "waits")
    sql(bench, "DELETE FROM procrastinate_jobs WHERE args = (SELECT min(args::text) FROM procrastinate_jobs)::jsonb")
    assert renew_lost_tickets(deps=bench.deps) == 0
    bench.set(run_at=bench.deps.clock.now() - timedelta(minutes=3))
    assert renew_lost_tickets(deps=bench.deps) == 1
    with bench.workers():
        bench.until_done()
    assert bench.store.deleted == {"lost": 1, "waits": 1}


class Skewed:
    """The clock of a machine that is minutes off."""

    def __init__(self, minutes: int) -> None:
        self.off = timedelta(minutes=minutes)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.off

    def rest(self, seconds: float) -> None:
        time.sleep(seconds)


@pytest.mark.req("N6", "N7")
@pytest.mark.parametrize("minutes", [-5, 5])
def test_a_machine_whose_clock_is_five_minutes_off_holds_nothing_up(bench: Bench, minutes: int) -> None:
    other = replace(bench, deps=replace(bench.deps, clock=Skewed(minutes)))
    failures = [ProviderUnavailable("store", "away")]

    def fails() -> None:
        if failures:
            raise failures.pop()

    bench.store.meanwhile = fails
    with bench.workers(), bench.workers(deps=other.deps):
        for one in (bench, other):
            one.enqueue(f"at once {one is other}")
            one.enqueue(f"soon {one is other}", run_at=one.deps.clock.now() + timedelta(seconds=1))
        bench.until_done()
    assert set(bench.store.deleted.values()) == {1}


@pytest.mark.req("N7", "S40")
def test_a_database_that_goes_as_a_ticket_is_sent_did_not_answer_and_has_neither(bench: Bench) -> None:
    with pytest.raises(ProviderUnavailable), cut_off(bench) as unit:
        unit.jobs.enqueue("forget_files", {"keys": ["gone"]})
    assert bench.jobs == []
    bench.enqueue("back")
    assert [row["payload"] for row in bench.jobs] == [{"keys": ["back"]}]


@contextmanager
def cut_off(bench: Bench) -> Iterator[Any]:
    """The server ends the connection between the job and its ticket."""
    dispatcher = bench.deps.dispatcher
    assert dispatcher is not None

    class Cutting:
        def send(self, connection: Any, tickets: Any) -> list[int]:
            ((pid,),) = list(connection.execute(text("SELECT pg_backend_pid()")))
            sql(bench, f"SELECT pg_terminate_backend({pid})")
            return dispatcher.send(connection, tickets)

    with unit_of_work(replace(bench.deps, dispatcher=Cutting())) as unit:  # type: ignore[arg-type]
        yield unit
