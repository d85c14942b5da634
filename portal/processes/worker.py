"""The worker: works off the jobs and acts on deadlines, until it is told to stop."""

from __future__ import annotations

import hashlib
import os
import signal
import threading
import time
from types import FrameType

from portal.ports import Deps
from portal.processes.dispatched import deliveries
from portal.processes.parent import WORKER, end_with_parent
from portal.processes.regular import forgotten_webhooks, guarded, log, regular
from portal.services.jobs.move_jobs import count_elsewhere
from portal.services.jobs.signs import say_alive, worker_begins
from portal.services.jobs.work_jobs import BESIDE, HERE, free_leases, work_jobs
from portal.services.webhooks.feed import feed_webhooks

_IDLE_SECONDS = 0.3
_BATCH = 20
"""Jobs leased at a time. What is urgent waits for so many at most."""
_WEBHOOKS_EVERY = 1.0
_ALIVE_EVERY = 10.0
_LONGEST_NAME = 24
_LAST_CALL = 9.0
"""Seconds that a call to a shop's system may take once the worker is to stop. If it is cut off, it is made again."""


def run_worker(*, deps: Deps, stop: threading.Event | None = None) -> None:
    """SIGTERM and SIGINT let the job in hand finish. A database that is away is waited for."""
    stopping = stop or threading.Event()
    if stop is None:
        end_with_parent()
        _stop_on_signals(stopping)
    name = os.environ.get(WORKER) or deps.random.letters(8)
    guarded(lambda: worker_begins(worker=name, deps=deps))
    guarded(lambda: _say_what_waits_elsewhere(deps))
    beside = _beside(deps, name, stopping)
    for thread in beside:
        thread.start()
    _look_after(deps, _short(name), stopping)
    ends = time.monotonic() + _LAST_CALL
    for thread in beside:
        thread.join(max(0.0, ends - time.monotonic()))


def _beside(deps: Deps, name: str, stopping: threading.Event) -> list[threading.Thread]:
    """What goes on beside the loop; not started."""
    webhooks = (deps, f"{_short(name)}-webhooks", stopping)
    own = [
        threading.Thread(target=_say_alive, args=(deps, name, stopping), daemon=True, name="alive"),
        threading.Thread(target=_send_webhooks, args=webhooks, daemon=True),
    ]
    if not deps.dispatcher:
        return own
    return own + deliveries(deps.dispatcher, deps=deps, name=_short(name), stopping=stopping)


def _look_after(deps: Deps, name: str, stopping: threading.Event) -> None:
    """What is regular, and the jobs of our own table where nobody brings them."""
    is_to_let_go, pause = True, _IDLE_SECONDS
    every_so_often = regular()
    while not stopping.is_set():
        if is_to_let_go:
            # What is leased under its name was left by the one before it, or when the database went away.
            is_to_let_go = guarded(lambda: free_leases(worker=name, deps=deps)) is None
        for one in every_so_often:
            one.run_if_due(name, deps)
        did = guarded(lambda: _work(deps, name, _BATCH, stopping, HERE))
        if did is None:
            is_to_let_go, pause = True, min(max(pause * 2, _IDLE_SECONDS), 10.0)
        elif did:
            pause = 0.0
        else:
            pause = _IDLE_SECONDS
        if pause:
            stopping.wait(pause)


def _work(deps: Deps, name: str, most: int, stopping: threading.Event, of: tuple[int, ...]) -> int:
    """Jobs of our own table; how many were done. None of them is there for whoever has them brought."""
    if deps.dispatcher:
        return 0
    return work_jobs(deps=deps, worker=name, most=most, is_stopping=stopping.is_set, of=of)


def _say_what_waits_elsewhere(deps: Deps) -> None:
    if waiting := count_elsewhere(deps=deps):
        queue = "procrastinate" if deps.dispatcher else "local"
        log.warning("worker.other_queue", waiting=waiting, command=f"portal jobs move --to {queue}")


def _send_webhooks(deps: Deps, name: str, stopping: threading.Event) -> None:
    """Beside the loop: systems of shops may take their time, and no refund waits for them."""
    is_to_let_go = True
    forgotten = forgotten_webhooks()
    while not stopping.is_set():
        if is_to_let_go:
            is_to_let_go = guarded(lambda: free_leases(worker=name, deps=deps)) is None
        forgotten.run_if_due(name, deps)
        read = guarded(lambda: feed_webhooks(deps=deps))
        did = guarded(lambda: _work(deps, name, 1, stopping, BESIDE))
        is_to_let_go = did is None
        if not read and not did:
            stopping.wait(_WEBHOOKS_EVERY)


def _say_alive(deps: Deps, name: str, stopping: threading.Event) -> None:
    """In a thread of its own: a job may take minutes, and its worker is there all the same."""
    while not stopping.wait(_ALIVE_EVERY):
        guarded(lambda: say_alive(worker=name, deps=deps))


def _short(name: str) -> str:
    """The names of machines may be long and begin alike, and a lease has room for so much of a name."""
    return name if len(name) <= _LONGEST_NAME else hashlib.sha256(name.encode()).hexdigest()[:_LONGEST_NAME]


def _stop_on_signals(stopping: threading.Event) -> None:
    def stop(_number: int, _frame: FrameType | None) -> None:
        stopping.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
