"""Leases: no two workers ever hold the same job, whatever their clocks say, and none is held by nobody for long."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from portal.domain.errors import ProviderUnavailable
from portal.models.job import Job
from portal.ports import Deps
from portal.repos.unit_of_work import unit_of_work
from portal.services.jobs.leases import lease_batch, renewing
from portal.services.jobs.work_jobs import work_jobs, work_one_job
from tests.support.fakes import MemoryStore
from tests.support.world import World

JOBS = Job.__table__


class SkewedClock:
    """A machine's clock that is ahead of the true time, or behind it."""

    def __init__(self, ahead: timedelta) -> None:
        self.ahead = ahead

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def rest(self, seconds: float) -> None:
        time.sleep(seconds)


class CountingStore(MemoryStore):
    """Counts how often each file was to be deleted, and does `meanwhile` as it is."""

    def __init__(self, meanwhile: Callable[[], None] = lambda: None) -> None:
        super().__init__()
        self.deleted: Counter[str] = Counter()
        self.meanwhile = meanwhile

    def delete(self, keys: Sequence[str]) -> None:
        self.deleted.update(keys)
        self.meanwhile()


def add_jobs(deps: Deps, count: int, kind: str = "forget_files", **values: Any) -> None:
    """Jobs that were due long ago by everybody's clock."""
    due = datetime(2026, 1, 1, tzinfo=UTC)
    with deps.database.writing() as connection:
        rows = [
            {"kind": kind, "payload": {"keys": [f"{kind}-{n}"]}, "run_at": due, "created_at": due, "timed_at": due}
            | {"attempts": 0, "error": "", "urgency": 1, **values}
            for n in range(count)
        ]
        connection.execute(insert(JOBS), rows)


@pytest.mark.req("N7", "N6")
@pytest.mark.parametrize("skew", [timedelta(milliseconds=50), timedelta(seconds=90)])
def test_four_workers_whose_clocks_differ_do_every_one_of_1500_jobs_once(world: World, skew: timedelta) -> None:
    store = CountingStore()
    add_jobs(world.deps, 1_500)

    def work(place: int) -> None:
        deps = replace(world.deps, clock=SkewedClock(skew * place), store=store)
        is_more = True
        while is_more:
            # SQLite may let one of several writers wait for too long; a worker then asks again.
            with suppress(ProviderUnavailable):
                is_more = bool(work_jobs(deps=deps, worker=f"worker-{place}", most=7))

    workers = [threading.Thread(target=work, args=(place,)) for place in (-2, -1, 1, 2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(120)
    assert (len(store.deleted), set(store.deleted.values())) == (1_500, {1})
    assert {row["attempts"] for row in world.rows(Job)} == {1}
    assert all(row["done_at"] and not row["lease"] for row in world.rows(Job))


@pytest.mark.req("N7", "N6")
@pytest.mark.parametrize("skew", [timedelta(milliseconds=-50), timedelta(milliseconds=50), timedelta(hours=2)])
def test_a_worker_whose_clock_differs_takes_no_job_that_another_holds(world: World, skew: timedelta) -> None:
    add_jobs(world.deps, 1)
    assert len(lease_batch(deps=world.deps, worker="one", most=1).jobs) == 1
    other = replace(world.deps, clock=SkewedClock(skew))
    assert not lease_batch(deps=other, worker="other", most=1).jobs


@pytest.mark.req("N7")
def test_a_lease_is_renewed_while_its_job_runs_so_that_nobody_else_begins_it(world: World) -> None:
    """A job that takes longer than its lease, and a worker beside it that asks for work all the while. The lease is
    long enough for a busy machine, that may let a thread wait for several seconds."""
    others: list[bool] = []
    lasts = timedelta(seconds=10)

    def meanwhile() -> None:
        until = time.monotonic() + lasts.total_seconds()
        is_over = False
        while not is_over:
            is_over = time.monotonic() > until
            others.append(work_one_job(deps=other, worker="other"))
            time.sleep(0.25)

    store = CountingStore(meanwhile)
    other = replace(world.deps, clock=SkewedClock(timedelta()))
    deps = replace(other, store=store)
    add_jobs(world.deps, 1)
    batch = lease_batch(deps=deps, worker="slow", most=1, lasts=lasts)
    with renewing(batch, deps):
        deps.store.delete(batch.jobs[0].payload["keys"])
        assert batch.is_held
    assert not any(others)


@pytest.mark.req("N7")
def test_nothing_of_a_batch_is_begun_once_its_lease_may_be_over(world: World) -> None:
    add_jobs(world.deps, 3)
    assert lease_batch(deps=world.deps, worker="one", most=1).is_held
    batch = lease_batch(deps=world.deps, worker="one", most=2, lasts=timedelta(seconds=0.2))
    time.sleep(0.25)
    assert not batch.is_held
    with unit_of_work(world.deps) as work:
        assert len(work.jobs.lease(token="other/t", lasts=timedelta(seconds=60), most=3)) == 2
    # What another holds by now is not renewed by who had it before.
    batch.renew(world.deps)
    assert not batch.is_held
    assert [row["lease"] for row in world.rows(Job)][1:] == ["other/t"] * 2


@pytest.mark.req("N7", "S12")
def test_refunds_and_sign_in_codes_are_leased_before_whatever_has_waited_longer(world: World) -> None:
    add_jobs(world.deps, 30, kind="notice")
    with unit_of_work(world.deps) as work:
        for kind in ("forget_files", "refund", "code", "fee_payment", "tell_staff"):
            work.jobs.enqueue(kind, {}, dedup_key=kind)
    with unit_of_work(world.deps) as work:
        leased = work.jobs.lease(token="t", lasts=timedelta(seconds=60), most=33)
    assert [job.kind for job in leased[:3]] == ["refund", "code", "fee_payment"]
    assert {job.kind for job in leased[3:]} == {"notice"}


@pytest.mark.req("N7")
def test_a_worker_told_to_stop_finishes_the_job_in_hand_and_gives_the_others_back_untried(world: World) -> None:
    stopping = threading.Event()
    store = CountingStore(stopping.set)
    add_jobs(world.deps, 5)
    deps = replace(world.deps, store=store, clock=SkewedClock(timedelta()))
    assert work_jobs(deps=deps, worker="one", most=5, is_stopping=stopping.is_set) == 1
    left = [row for row in world.rows(Job) if not row["done_at"]]
    assert [(row["lease"], row["leased_until"], row["attempts"]) for row in left] == [(None, None, 0)] * 4
