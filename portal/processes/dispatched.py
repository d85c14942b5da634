"""Jobs that a dispatcher brings to this process: one after another, and those of others' systems beside them."""

from __future__ import annotations

import threading
from collections.abc import Callable

from portal.ports import Deps, Dispatcher
from portal.processes.regular import guarded
from portal.services.jobs.work_jobs import BESIDE, HERE, free_leases, work_brought_job

_SOONEST, _LATEST = 0.5, 10.0
"""Seconds until the database is asked again after it was away."""


def deliveries(dispatcher: Dispatcher, *, deps: Deps, name: str, stopping: threading.Event) -> list[threading.Thread]:
    """Threads that work off what is brought until `stopping`; not started. A refund waits for no shop's system."""
    return [
        threading.Thread(target=_deliver, args=(dispatcher, deps, f"{name}-{what}", stopping, of), daemon=True)
        for what, of in (("jobs", HERE), ("calls", BESIDE))
    ]


def _deliver(dispatcher: Dispatcher, deps: Deps, name: str, stopping: threading.Event, of: tuple[int, ...]) -> None:
    def do(job_id: int, ticket: int) -> None:
        work_brought_job(job_id=job_id, ticket=ticket, deps=deps, worker=name, is_stopping=stopping.is_set)

    pause = _SOONEST
    while not stopping.is_set():
        # With nothing in hand: what is held under this name was left by the one before, or when the database went away.
        guarded(lambda: free_leases(worker=name, deps=deps))
        is_back = guarded(_told(lambda: dispatcher.deliver(do, of=of, is_stopping=stopping.is_set)))
        pause = _SOONEST if is_back else min(pause * 2, _LATEST)
        stopping.wait(pause)


def _told(act: Callable[[], None]) -> Callable[[], bool]:
    """True where it did not fail."""

    def acts() -> bool:
        act()
        return True

    return acts
