"""What one worker does every so often for all of them: deadlines, sums, sweeps, signed heads, and asking others."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

import structlog

from portal.ports import Deps
from portal.services.connectors.compare import plan_comparisons
from portal.services.connectors.push import plan_pushes
from portal.services.deadlines.run import run_deadlines
from portal.services.inbox.read_mailbox import plan_reading
from portal.services.jobs.move_jobs import renew_lost_tickets
from portal.services.jobs.statistics import keep_statistics
from portal.services.jobs.sweep import sweep
from portal.services.jobs.turns import take_turn
from portal.services.jobs.work_jobs import correct_future_times
from portal.services.records.sign_heads import sign_heads
from portal.services.refunds.note_differences import plan_reconciliation
from portal.services.reports.roll_up import roll_up
from portal.services.webhooks.feed import wake_forgotten

_HOUR = 3600.0
Act = Callable[..., object]
log = structlog.get_logger("portal.worker")


@dataclass(slots=True)
class Regularly:
    """`acts` every so many seconds, one after another, where it is this worker's turn; the first time after `waits`.
    `goes_on_after`: so soon again where the first of them says, by False, that there is more."""

    name: str
    seconds: float
    acts: tuple[Act, ...]
    waits: float = 0.0
    goes_on_after: float | None = None
    _next_at: float = field(init=False)

    def __post_init__(self) -> None:
        self._next_at = time.monotonic() + self.waits

    def run_if_due(self, worker: str, deps: Deps) -> None:
        if time.monotonic() < self._next_at:
            return
        self._next_at = time.monotonic() + self.seconds
        every = timedelta(seconds=self.seconds)
        guarded(lambda: take_turn(self.name, partial(self._run, deps), every=every, worker=worker, deps=deps))

    def _run(self, deps: Deps) -> timedelta | None:
        is_done, *_ = [guarded(partial(act, deps=deps)) for act in self.acts]
        if self.goes_on_after is None or is_done is not False:
            return None
        self._next_at = time.monotonic() + self.goes_on_after
        return timedelta(seconds=self.goes_on_after)


def regular() -> list[Regularly]:
    """What a worker's main loop looks after."""
    return [
        Regularly("deadlines", 15.0, (correct_future_times, run_deadlines, roll_up)),
        Regularly("lost_tickets", 60.0, (renew_lost_tickets,)),
        Regularly("pushes", 3.0, (plan_pushes,)),
        Regularly("mailbox", 60.0, (plan_reading,)),
        Regularly("daily", _HOUR, (plan_reconciliation, plan_comparisons), waits=_HOUR),
        Regularly("sweep", _HOUR, (sweep, keep_statistics, sign_heads), goes_on_after=5.0),
    ]


def forgotten_webhooks() -> Regularly:
    """What the thread that sends webhooks looks after."""
    return Regularly("webhooks", 15.0, (wake_forgotten,))


def guarded(act: Callable[[], object]) -> object | None:
    """None where it failed: the loop goes on, and the log says what was wrong."""
    try:
        return act()
    except Exception as problem:
        # The database may be away or locked; whatever it was, the jobs are still in the table.
        log.warning("worker.problem", problem=f"{type(problem).__name__}: {problem}")
        return None
