"""The worker: drains the job table and acts on deadlines, until it is told to stop."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from types import FrameType

import structlog

from portal.ports import Deps
from portal.processes.parent import WORKER, end_with_parent
from portal.services.deadlines.run import run_deadlines
from portal.services.jobs.statistics import keep_statistics
from portal.services.jobs.sweep import sweep
from portal.services.jobs.work_jobs import correct_future_times, free_leases, work_jobs
from portal.services.records.sign_heads import sign_heads
from portal.services.refunds.note_differences import plan_reconciliation
from portal.services.reports.roll_up import roll_up

_IDLE_SECONDS = 0.3
_BATCH = 20
"""Jobs leased at a time. What is urgent waits for so many at most."""
_DEADLINES_EVERY = 15.0
_SWEEP_EVERY = 3600.0
_SWEEP_GOES_ON_AFTER = 5.0
log = structlog.get_logger("portal.worker")


def run_worker(*, deps: Deps, stop: threading.Event | None = None) -> None:
    """SIGTERM and SIGINT let the job in hand finish. A database that is away is waited for."""
    stopping = stop or threading.Event()
    if stop is None:
        end_with_parent()
        _stop_on_signals(stopping)
    name = os.environ.get(WORKER) or deps.random.letters(8)
    is_to_let_go = True
    next_deadlines = next_sweep = 0.0
    next_reconciliation = time.monotonic() + _SWEEP_EVERY
    pause = _IDLE_SECONDS
    while not stopping.is_set():
        if is_to_let_go:
            # What is leased under its name was left by the one before it, or when the database went away.
            is_to_let_go = _guarded(lambda: free_leases(worker=name, deps=deps)) is None
        if time.monotonic() >= next_deadlines:
            next_deadlines = time.monotonic() + _DEADLINES_EVERY
            _guarded(lambda: correct_future_times(deps=deps))
            _guarded(lambda: run_deadlines(deps=deps))
            _guarded(lambda: roll_up(deps=deps))
        if time.monotonic() >= next_sweep:
            is_more = _guarded(lambda: sweep(deps=deps)) is False
            next_sweep = time.monotonic() + (_SWEEP_GOES_ON_AFTER if is_more else _SWEEP_EVERY)
            _guarded(lambda: keep_statistics(deps=deps))
            _guarded(lambda: sign_heads(deps=deps))
        if time.monotonic() >= next_reconciliation:
            next_reconciliation = time.monotonic() + _SWEEP_EVERY
            _guarded(lambda: plan_reconciliation(deps=deps))
        did = _guarded(lambda: work_jobs(deps=deps, worker=name, most=_BATCH, is_stopping=stopping.is_set))
        if did is None:
            is_to_let_go, pause = True, min(max(pause * 2, _IDLE_SECONDS), 10.0)
        elif did:
            pause = 0.0
        else:
            pause = _IDLE_SECONDS
        if pause:
            stopping.wait(pause)


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
