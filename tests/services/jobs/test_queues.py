"""What holds of every queue: our own table on SQLite and on PostgreSQL, and procrastinate on PostgreSQL."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from portal.domain.errors import ProviderUnavailable
from portal.repos.unit_of_work import unit_of_work
from portal.services.jobs.health import read_figures
from portal.services.jobs.retry_job import list_troubled_jobs, retry_any_job
from portal.services.jobs.work_jobs import GIVE_UP_AFTER
from tests.support.order_facts import make_order
from tests.support.queues import QUEUES, Bench, bench_on


@pytest.fixture(params=list(QUEUES))
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    url, queue = QUEUES[request.param]
    with bench_on(request.getfixturevalue(url), queue) as made:
        yield made


class Undone(Exception):
    """What ends a transaction of these tests."""


def enqueue_and_fail(bench: Bench) -> None:
    with unit_of_work(bench.deps) as work:
        work.jobs.enqueue("forget_files", {"keys": ["undone"]})
        work.flush()
        raise Undone


class TestQueue:
    @pytest.mark.req("P3", "P12")
    def test_a_job_is_done_once_its_transaction_is_committed_and_never_where_that_was_undone(
        self, bench: Bench
    ) -> None:
        with pytest.raises(Undone):
            enqueue_and_fail(bench)
        with bench.workers():
            bench.enqueue("done")
            bench.until_done()
        assert bench.store.deleted == {"done": 1}
        assert [(job["attempts"], job["lease"], job["error"]) for job in bench.jobs] == [(1, None, "")]

    @pytest.mark.req("P3", "P12")
    def test_the_same_key_twice_is_one_job_and_aborts_nothing(self, bench: Bench) -> None:
        bench.enqueue("first", key="the key")
        with unit_of_work(bench.deps) as work:
            work.jobs.enqueue("forget_files", {"keys": ["second"]}, dedup_key="the key")
            work.jobs.enqueue("forget_files", {"keys": ["other"]})
            work.jobs.enqueue("forget_files", {"keys": ["third"]}, dedup_key="the key")
        with bench.workers():
            bench.until_done()
            bench.enqueue("fourth", key="the key")
            time.sleep(0.5)
        assert bench.store.deleted == {"first": 1, "other": 1}

    @pytest.mark.req("P3", "P12")
    def test_the_same_key_in_two_transactions_at_once_is_one_job(self, bench: Bench) -> None:
        threads = [threading.Thread(target=bench.enqueue, args=(f"n-{n}",), kwargs={"key": "k"}) for n in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with bench.workers(2):
            bench.until_done()
        assert list(bench.store.deleted.values()) == [1]

    @pytest.mark.req("P12")
    def test_what_is_due_later_is_done_then_and_not_before(self, bench: Bench) -> None:
        due = bench.deps.clock.now() + timedelta(seconds=1.5)
        done: list[Any] = []
        bench.store.meanwhile = lambda: done.append(bench.deps.clock.now())
        with bench.workers():
            bench.enqueue("later", run_at=due)
            bench.until_done()
        assert timedelta(0) <= done[0] - due < timedelta(seconds=60)

    @pytest.mark.req("P12")
    def test_what_was_put_off_may_be_made_due_now(self, bench: Bench) -> None:
        later = bench.deps.clock.now() + timedelta(hours=1)
        for key in ("one", "two", "three"):
            bench.enqueue(key, key=key, run_at=later)
        with bench.workers(2):
            with unit_of_work(bench.deps) as work:
                assert work.jobs.make_due_now("one")
                assert not work.jobs.make_due_now("nothing")
                work.jobs.make_all_due_now(["two", "three"])
            bench.until_done()
        assert bench.store.deleted == {"one": 1, "two": 1, "three": 1}

    @pytest.mark.req("P12")
    def test_what_is_due_soon_may_be_put_off_or_taken_back(self, bench: Bench) -> None:
        now = bench.deps.clock.now()
        for key in ("off", "back"):
            bench.enqueue(key, key=key, run_at=now + timedelta(seconds=1))
        with unit_of_work(bench.deps) as work:
            assert work.jobs.put_off("off", now + timedelta(seconds=4))
            assert work.jobs.put_off("back", None)
        done: list[Any] = []
        bench.store.meanwhile = lambda: done.append(bench.deps.clock.now())
        with bench.workers():
            bench.until_done()
        assert bench.store.deleted == {"off": 1}
        assert done[0] - now >= timedelta(seconds=4)

    @pytest.mark.req("S12", "N6")
    def test_a_refund_goes_before_whatever_else_has_waited_longer(self, bench: Bench) -> None:
        bench.enqueue(*(f"n-{n}" for n in range(30)))
        world = replace(bench.world, deps=bench.deps)
        before: list[int] = []
        refund = bench.world.rail.refund

        def told(ask: Any) -> Any:
            before.append(bench.store.deleted.total())
            return refund(ask)

        bench.world.rail.refund = told  # type: ignore[method-assign]
        world.cancel(world.take(make_order()))
        with bench.workers():
            bench.until(lambda: bench.store.deleted.total() == 30)
        assert before[0] == 0

    @pytest.mark.req("N7", "P12")
    def test_what_fails_comes_back_with_what_was_wrong_and_is_listed(self, bench: Bench) -> None:
        failures, found = [OSError("no"), ProviderUnavailable("store", "away")], list[str]()

        def fails() -> None:
            found.append(bench.jobs[0]["error"])
            if failures:
                raise failures.pop()

        bench.store.meanwhile = fails
        with bench.workers():
            bench.enqueue("in the end")
            bench.until_done()
        assert bench.store.deleted == {"in the end": 1}
        assert found == ["", "store: away", "OSError: no"]
        assert [(job["attempts"], job["error"]) for job in bench.jobs] == [(3, "")]

    @pytest.mark.req("N7", "P12")
    def test_what_is_given_up_is_kept_and_listed_and_done_when_somebody_says_so(self, bench: Bench) -> None:
        failures = [OSError("defect")]

        def fails() -> None:
            if failures:
                raise failures.pop()

        bench.store.meanwhile = fails
        bench.enqueue("dead", run_at=bench.deps.clock.now() + timedelta(seconds=0.1))
        bench.set(attempts=GIVE_UP_AFTER - 1)
        with bench.workers():
            bench.until(lambda: bench.jobs[0]["dead_at"] is not None)
            time.sleep(0.5)
            assert not bench.store.deleted
            (dead,) = list_troubled_jobs(actor=None, limit=9, deps=bench.deps, only_dead=True)
            assert (dead.trouble, dead.error, dead.attempts) == ("dead", "OSError: defect", GIVE_UP_AFTER)
            assert read_figures(deps=bench.deps).jobs == {"waiting": 0, "late": 0, "dead": 1}
            retry_any_job(job_id=dead.id, deps=bench.deps)
            bench.until_done()
        assert bench.store.deleted == {"dead": 1}

    @pytest.mark.req("N6", "P12")
    def test_however_many_workers_there_are_each_of_them_does_what_no_other_does(self, bench: Bench) -> None:
        names = [f"n-{n}" for n in range(200)]
        with bench.workers(4):
            for start in range(0, 200, 10):
                bench.enqueue(*names[start : start + 10])
            bench.until_done(60)
        assert bench.store.deleted == dict.fromkeys(names, 1)
        assert {job["attempts"] for job in bench.jobs} == {1}

    @pytest.mark.req("N7", "P12")
    def test_a_worker_told_to_stop_finishes_what_it_has_in_hand_and_leaves_the_rest_untried(self, bench: Bench) -> None:
        begun = threading.Event()

        def takes_its_time() -> None:
            begun.set()
            assert bench.stopping.wait(60)

        bench.store.meanwhile = takes_its_time
        bench.enqueue("one", "two", "three")
        with bench.workers():
            assert begun.wait(30)
        assert bench.store.deleted.total() == 1
        assert sorted((bool(job["done_at"]), job["attempts"], job["lease"]) for job in bench.jobs) == [
            (False, 0, None),
            (False, 0, None),
            (True, 1, None),
        ]
        bench.store.meanwhile = lambda: None
        with bench.workers():
            bench.until_done()
        assert bench.store.deleted == {"one": 1, "two": 1, "three": 1}

    @pytest.mark.req("P12")
    def test_figures_say_how_much_waits_and_since_when(self, bench: Bench) -> None:
        now = bench.deps.clock.now()
        assert read_figures(deps=bench.deps).due == []
        bench.enqueue("late", run_at=now - timedelta(minutes=5))
        bench.enqueue("in time", "just now")
        bench.enqueue("next year", run_at=now + timedelta(days=365))
        figures = read_figures(deps=bench.deps)
        assert figures.jobs == {"waiting": 4, "late": 1, "dead": 0}
        (due,) = figures.due
        assert (due.kind, due.count) == ("forget_files", 3)
        assert timedelta(minutes=5) <= due.oldest < timedelta(minutes=6)

    @pytest.mark.req("N6", "P12")
    def test_what_is_done_is_swept(self, bench: Bench) -> None:
        with bench.workers():
            bench.enqueue("one", "two")
            bench.until_done()
        with unit_of_work(bench.deps) as work:
            assert work.jobs.sweep(work.now + timedelta(seconds=1), 1) == 1
            assert work.jobs.sweep(work.now + timedelta(seconds=1), 9) == 1
