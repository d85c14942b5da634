"""The worker: drains the job table and acts on deadlines, until it is told to stop."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from types import FrameType

import structlog

from portal.ports import Deps
from portal.processes.parent import WORKER, end_with_parent
from portal.services.connectors.compare import plan_comparisons
from portal.services.connectors.push import plan_pushes
from portal.services.deadlines.run import run_deadlines
from portal.services.inbox.read_mailbox import plan_reading
from portal.services.jobs.statistics import keep_statistics
from portal.services.jobs.sweep import sweep
from portal.services.jobs.work_jobs import BESIDE, HERE, correct_future_times, free_leases, work_jobs
from portal.services.records.sign_heads import sign_heads
from portal.services.refunds.note_differences import plan_reconciliation
from portal.services.reports.roll_up import roll_up
from portal.services.webhooks.feed import feed_webhooks, wake_forgotten

_IDLE_SECONDS = 0.3
_BATCH = 20
"""Jobs leased at a time. What is urgent waits for so many at most."""
_DEADLINES_EVERY = 15.0
_PUSHES_EVERY = 3.0
_MAILBOX_EVERY = 60.0
_SWEEP_EVERY = 3600.0
_DAILY_ASKED_EVERY = 3600.0
_SWEEP_GOES_ON_AFTER = 5.0
_WEBHOOKS_EVERY = 1.0
_LAST_CALL = 9.0
"""Seconds that a call to a shop's system may take once the worker is to stop. If it is cut off, it is made again."""
log = structlog.get_logger("portal.worker")


def run_worker(*, deps: Deps, stop: threading.Event | None = None) -> None:
    """SIGTERM and SIGINT let the job in hand finish. A database that is away is waited for."""
    stopping = stop or threading.Event()
    if stop is None:
        end_with_parent()
        _stop_on_signals(stopping)
    name = os.environ.get(WORKER) or deps.random.letters(8)
    is_to_let_go = True
    next_sweep = 0.0
    regular = _regular(deps)
    pause = _IDLE_SECONDS
    beside = threading.Thread(target=_send_webhooks, args=(deps, f"{name}-webhooks", stopping), daemon=True)
    beside.start()
    while not stopping.is_set():
        if is_to_let_go:
            # What is leased under its name was left by the one before it, or when the database went away.
            is_to_let_go = _guarded(lambda: free_leases(worker=name, deps=deps)) is None
        for one in regular:
            one.run_if_due()
        if time.monotonic() >= next_sweep:
            is_more = _guarded(lambda: sweep(deps=deps)) is False
            next_sweep = time.monotonic() + (_SWEEP_GOES_ON_AFTER if is_more else _SWEEP_EVERY)
            _guarded(lambda: keep_statistics(deps=deps))
            _guarded(lambda: sign_heads(deps=deps))
        did = _guarded(lambda: work_jobs(deps=deps, worker=name, most=_BATCH, is_stopping=stopping.is_set, of=HERE))
        if did is None:
            is_to_let_go, pause = True, min(max(pause * 2, _IDLE_SECONDS), 10.0)
        elif did:
            pause = 0.0
        else:
            pause = _IDLE_SECONDS
        if pause:
            stopping.wait(pause)
    beside.join(_LAST_CALL)


def _send_webhooks(deps: Deps, name: str, stopping: threading.Event) -> None:
    """Beside the loop: systems of shops may take their time, and no refund waits for them."""
    is_to_let_go = True
    forgotten = _Regularly(_DEADLINES_EVERY, (wake_forgotten,), deps)
    while not stopping.is_set():
        if is_to_let_go:
            is_to_let_go = _guarded(lambda: free_leases(worker=name, deps=deps)) is None
        forgotten.run_if_due()
        read = _guarded(lambda: feed_webhooks(deps=deps))
        did = _guarded(lambda: work_jobs(deps=deps, worker=name, most=1, is_stopping=stopping.is_set, of=BESIDE))
        is_to_let_go = did is None
        if not read and not did:
            stopping.wait(_WEBHOOKS_EVERY)


@dataclass(slots=True)
class _Regularly:
    """`acts` every so many seconds, one after another; the first time at `next_at` of the monotonic clock."""

    seconds: float
    acts: tuple[Callable[..., object], ...]
    deps: Deps
    next_at: float = 0.0

    def run_if_due(self) -> None:
        if time.monotonic() < self.next_at:
            return
        self.next_at = time.monotonic() + self.seconds
        for act in self.acts:
            _guarded(partial(act, deps=self.deps))


def _regular(deps: Deps) -> list[_Regularly]:
    return [
        _Regularly(_DEADLINES_EVERY, (correct_future_times, run_deadlines, roll_up), deps),
        _Regularly(_PUSHES_EVERY, (plan_pushes,), deps),
        _Regularly(_MAILBOX_EVERY, (plan_reading,), deps),
        _Regularly(_DAILY_ASKED_EVERY, (plan_reconciliation, plan_comparisons), deps, time.monotonic() + _SWEEP_EVERY),
    ]


def _guarded(act: Callable[[], object]) -> object | None:
    """None where it failed: the loop goes on, and the log says what was wrong."""
    try:
        return act()
    except Exception as problem:
        # The database may be away or locked; whatever it was, the jobs are still in the table.
        log.warning("worker.problem", problem=f"{type(problem).__name__}: {problem}")
        return None


def _stop_on_signals(stopping: threading.Event) -> None:
    def stop(_number: int, _frame: FrameType | None) -> None:
        stopping.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
