"""`portal jobs move`: from one queue to the other and back, under work, and every job is done once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from portal.repos.unit_of_work import unit_of_work
from portal.services.jobs.leases import lease_batch
from portal.services.jobs.move_jobs import count_elsewhere, give_to, take_back_from
from portal.services.jobs.work_jobs import work_all_jobs
from tests.support.queues import Bench, bench_on

NAMES = [f"n-{n}" for n in range(120)]


@pytest.fixture
def bench(postgresql_url: str) -> Iterator[Bench]:
    with bench_on(postgresql_url, "procrastinate") as made:
        yield made


def local(bench: Bench) -> Bench:
    """The same installation with PORTAL_QUEUE=local."""
    return replace(bench, deps=replace(bench.deps, dispatcher=None))


@pytest.mark.req("P12", "N6")
def test_what_waits_in_the_table_is_brought_after_the_move_and_fetched_no_more(bench: Bench) -> None:
    assert bench.deps.dispatcher is not None
    local(bench).enqueue(*NAMES)
    assert count_elsewhere(deps=bench.deps) == 120
    assert give_to(bench.deps.dispatcher, deps=bench.deps, batch=50) == 120
    assert count_elsewhere(deps=bench.deps) == 0
    assert work_all_jobs(deps=local(bench).deps) == 0
    with bench.workers(2):
        bench.until_done()
    assert bench.store.deleted == dict.fromkeys(NAMES, 1)


@pytest.mark.req("P12", "N6")
def test_what_was_to_be_brought_waits_in_the_table_after_the_move_back_and_keeps_its_time(bench: Bench) -> None:
    assert bench.deps.dispatcher is not None
    later = bench.deps.clock.now() + timedelta(hours=1)
    bench.enqueue(*NAMES)
    bench.enqueue("later", run_at=later)
    assert take_back_from(bench.deps.dispatcher, deps=bench.deps, batch=50) == 121
    assert {row["ticket"] for row in bench.jobs} == {None}
    with bench.workers():
        assert work_all_jobs(deps=local(bench).deps) == 120
    assert bench.store.deleted == dict.fromkeys(NAMES, 1)
    (left,) = [row for row in bench.jobs if not row["done_at"]]
    assert (left["payload"], left["run_at"]) == ({"keys": ["later"]}, later)


@pytest.mark.req("P12", "N6", "N7")
def test_moved_there_and_back_again_and_again_under_workers_of_both_nothing_is_lost_or_doubled(bench: Bench) -> None:
    assert bench.deps.dispatcher is not None
    stop = threading.Event()

    def move() -> None:
        assert bench.deps.dispatcher is not None
        while not stop.is_set():
            give_to(bench.deps.dispatcher, deps=bench.deps, batch=7)
            take_back_from(bench.deps.dispatcher, deps=bench.deps, batch=7)

    moving = threading.Thread(target=move)
    with bench.workers(2), local(bench).workers(1):
        moving.start()
        try:
            for start in range(0, 120, 20):
                bench.enqueue(*NAMES[start : start + 10])
                local(bench).enqueue(*NAMES[start + 10 : start + 20])
            bench.until(lambda: sum(bool(job["done_at"]) for job in bench.jobs) > 60)
        finally:
            stop.set()
            moving.join()
        bench.until_done()
    assert bench.store.deleted == dict.fromkeys(NAMES, 1)
    assert {job["attempts"] for job in bench.jobs} == {1}


@pytest.mark.req("P12", "N7")
def test_what_somebody_has_in_hand_stays_until_it_comes_back_and_what_a_killed_worker_had_goes_over(
    bench: Bench,
) -> None:
    assert bench.deps.dispatcher is not None
    here = local(bench)
    here.enqueue("in hand")
    (held,) = lease_batch(deps=here.deps, worker="one", most=1).jobs
    assert give_to(bench.deps.dispatcher, deps=bench.deps) == 0
    with unit_of_work(here.deps) as work:
        work.jobs.again(held, run_at=work.now, attempts=1)
    lease_batch(deps=here.deps, worker="gone", most=1)
    bench.set(leased_until=datetime(2000, 1, 1, tzinfo=UTC))
    assert give_to(bench.deps.dispatcher, deps=bench.deps) == 1
    with bench.workers():
        bench.until_done()
    assert bench.store.deleted == {"in hand": 1}
