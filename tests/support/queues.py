"""A portal whose jobs are worked off by real workers, in threads, over each queue there is."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import update

from portal.models.job import Job
from portal.ports import Deps, Dispatcher
from portal.processes.worker import run_worker
from portal.repos.unit_of_work import unit_of_work
from portal.wiring import build_dispatcher
from tests.support.databases import settings_on
from tests.support.fakes import MemoryStore
from tests.support.world import World, world_on

JOBS = Job.__table__
QUEUES = {
    "local on SQLite": ("sqlite_url", "local"),
    "local on PostgreSQL": ("postgresql_url", "local"),
    "procrastinate on PostgreSQL": ("postgresql_url", "procrastinate"),
}


class TrueClock:
    """Queues go by the time there is: the database's too."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def rest(self, seconds: float) -> None:
        time.sleep(seconds)


class CountingStore(MemoryStore):
    """Counts how often each file was to be deleted, in what order, and does `meanwhile` as it is."""

    def __init__(self) -> None:
        super().__init__()
        self.deleted: Counter[str] = Counter()
        self.meanwhile: Callable[[], None] = lambda: None

    def delete(self, keys: Sequence[str]) -> None:
        if keys:  # the worker also sweeps what nothing uses, which is nothing here
            self.meanwhile()
        self.deleted.update(keys)


@dataclass
class Bench:
    """`deps`: as the installation has them; `store`: what its jobs do is told there."""

    world: World
    deps: Deps
    store: CountingStore
    stopping: threading.Event = field(default_factory=threading.Event)
    """Set as the workers that were started last are told to stop."""

    def enqueue(self, *names: str, key: str | None = None, run_at: datetime | None = None) -> None:
        """A job for each name, whose only effect is that the store is told it."""
        with unit_of_work(self.deps) as work:
            for name in names:
                work.jobs.enqueue("forget_files", {"keys": [name]}, run_at=run_at, dedup_key=key)

    @property
    def jobs(self) -> list[Any]:
        return list(self.world.rows(Job))

    def set(self, **values: Any) -> None:
        with self.deps.database.writing() as connection:
            connection.execute(update(JOBS).values(values))

    @contextmanager
    def workers(self, count: int = 1, deps: Deps | None = None) -> Iterator[None]:
        """As `portal worker` runs them, until the block ends."""
        stop = self.stopping = threading.Event()
        all_of_them = [
            threading.Thread(target=run_worker, kwargs={"deps": deps or self.deps, "stop": stop}) for _ in range(count)
        ]
        for worker in all_of_them:
            worker.start()
        try:
            yield
        finally:
            stop.set()
            for worker in all_of_them:
                worker.join()

    def until(self, is_so: Callable[[], bool], patience: float = 60) -> None:
        last = time.monotonic() + patience
        while not is_so():
            assert time.monotonic() < last, (self.jobs, self.store.deleted)
            time.sleep(0.02)

    def until_done(self, patience: float = 60) -> None:
        self.until(lambda: all(job["done_at"] for job in self.jobs), patience)


@contextmanager
def bench_on(url: str, queue: str, *, clock: TrueClock | None = None) -> Iterator[Bench]:
    with world_on(url, clock=clock or TrueClock()) as world:
        store = CountingStore()
        dispatcher = dispatcher_on(url) if queue == "procrastinate" else None
        yield Bench(world, replace(world.deps, store=store, dispatcher=dispatcher), store)


def dispatcher_on(url: str) -> Dispatcher:
    return build_dispatcher(settings_on(url, Path("/nowhere")))
