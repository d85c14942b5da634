"""Draining the job table: lease, act, record. Delivery at least once, effect exactly once (ARCHITECTURE, jobs)."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from portal.domain.errors import PortalError, ProviderUnavailable, Undeliverable
from portal.ports import Deps
from portal.ports.origin import Origin, coming_from
from portal.repos.jobs import EVERY, OUTSIDE, URGENT, USUAL, Leased
from portal.repos.unit_of_work import UnitOfWork, unit_of_work
from portal.services.jobs.handlers import HANDLERS
from portal.services.jobs.leases import LEASE, Batch, lease_batch, lease_brought, renewing
from portal.services.refunds.record_answer import NextTry

GIVE_UP_AFTER = 40
_LONGEST_BACK_OFF_AFTER = 9
AT_ONCE = frozenset({"code", "staff_mail", "staff_digest", "guest_notice", "robot"})
LONGEST_UNWRITTEN = 0.25
"""Seconds that a finished job may wait for others to be written down with it."""
HERE, BESIDE = (URGENT, USUAL), (OUTSIDE,)
"""What a worker's own loop does, and the thread beside it."""
BETWEEN_TRIES = 0.3


def work_jobs(
    *,
    deps: Deps,
    worker: str = "",
    most: int,
    is_stopping: Callable[[], bool] = lambda: False,
    of: tuple[int, ...] = EVERY,
) -> int:
    """Leases up to `most` jobs that are due and does them one after another; how many were done, 0 where none is due.

    `of`: only these urgencies. `worker`: who leases them. Once `is_stopping`, the job in hand is finished and the
    others are given back.
    """
    batch = lease_batch(deps=deps, worker=worker, most=most, of=of)
    if not batch.jobs:
        return 0
    done, closing = 0, Closing(batch, deps)
    with renewing(batch, deps):
        for job in batch.jobs:
            if not batch.is_held:
                return done
            if is_stopping():
                break
            closing.add(_work(job, deps))
            done += 1
        closing.write(given_back=batch.jobs[done:])
    return done


def work_brought_job(*, job_id: int, ticket: int, deps: Deps, worker: str, is_stopping: Callable[[], bool]) -> bool:
    """A job that a dispatcher has brought here; whether it was done. A ticket that counts no more is nothing. Where
    another still has the job, because it was brought twice or its worker ended just now, it is brought again later."""
    batch = lease_brought(job_id=job_id, ticket=ticket, deps=deps, worker=worker)
    if not batch.jobs:
        return False
    closing, is_to_be_done = Closing(batch, deps), not is_stopping()
    with renewing(batch, deps):
        if is_to_be_done:
            closing.add(_work(batch.jobs[0], deps))
        closing.write(given_back=() if is_to_be_done else batch.jobs)
    return is_to_be_done


@dataclass(frozen=True, slots=True)
class WorkedJob:
    """What became of a job. `next` as its handler says; `attempts` that count; `is_given_up`: never again by itself."""

    job: Leased
    next: NextTry
    attempts: int = 0
    is_given_up: bool = False


class Closing:
    """Jobs that are done and not yet written down as such: several go into one transaction, as each would wait for the
    disk. Whoever dies before leaves them to be done again, which their handlers allow; the kinds in AT_ONCE do not
    remember that they were done, so they are written down at once."""

    def __init__(self, batch: Batch, deps: Deps) -> None:
        self._batch, self._deps, self._since = batch, deps, 0.0
        self._waiting: list[WorkedJob] = []

    def add(self, done: WorkedJob) -> None:
        self._since = self._since if self._waiting else time.monotonic()
        self._waiting.append(done)
        if done.job.kind in AT_ONCE or time.monotonic() - self._since > LONGEST_UNWRITTEN:
            self.write()

    def write(self, given_back: Sequence[Leased] = ()) -> None:
        """A database that is away is waited for as long as the jobs are held: what is done is not done again. Where
        something failed, it is begun again instead, as soon as the worker has let go of what it holds."""
        while self._waiting or given_back:
            try:
                with unit_of_work(self._deps) as work:
                    for done in self._waiting:
                        _close(work, done)
                    work.jobs.give_back(given_back)
            except ProviderUnavailable:
                if not self._batch.is_held or any(done.next.error for done in self._waiting):
                    raise
                time.sleep(BETWEEN_TRIES)
            else:
                self._waiting, given_back = [], ()


def _close(work: UnitOfWork, done: WorkedJob) -> None:
    if done.is_given_up:
        work.jobs.mark_dead(done.job, done.next.error)
    elif done.next.at is None:
        work.jobs.finish(done.job)
    else:
        work.jobs.again(done.job, run_at=done.next.at, attempts=done.attempts, error=done.next.error)


def _work(job: Leased, deps: Deps) -> WorkedJob:
    """Whatever it logs, enqueues and calls comes from where the job does; one that no request wanted is known by its
    own number."""
    origin = job.origin if job.origin.request else Origin(request=f"job-{job.id}")
    facts = {"job": job.id, "attempt": job.attempts}
    with coming_from(origin), deps.watch.step("job", job.kind, facts) as step:
        done = _tried(job, deps)
        step.outcome = "dead" if done.is_given_up else "done" if done.next.at is None else "again"
    return done


def _tried(job: Leased, deps: Deps) -> WorkedJob:
    """Only defects of ours count towards giving up: a provider may be away, a refund pending, as long as it likes."""
    try:
        return WorkedJob(job, HANDLERS[job.kind](job, deps))
    except Undeliverable:
        # Codes and what staff are mailed: whoever waits for it asks again, and there is nothing to try.
        return WorkedJob(job, NextTry(None))
    except ProviderUnavailable as problem:
        later = NextTry(deps.clock.now() + _back_off(job.attempts), f"{problem.provider}: {problem.reason}")
        return WorkedJob(job, later, min(job.attempts, _LONGEST_BACK_OFF_AFTER))
    except Exception as problem:
        # A defect of ours must not stop the queue: the job is kept with what went wrong, and tried again later.
        later = NextTry(deps.clock.now() + _back_off(job.attempts), f"{type(problem).__name__}: {_first_line(problem)}")
        is_given_up = not isinstance(problem, PortalError) and job.attempts >= GIVE_UP_AFTER
        return WorkedJob(job, later, job.attempts, is_given_up)


def _first_line(problem: Exception) -> str:
    """What a database says below it repeats values of the row."""
    return str(problem).partition("\n")[0]


def work_one_job(*, deps: Deps, worker: str = "") -> bool:
    """The most urgent job that is due; False where none is."""
    return work_jobs(deps=deps, worker=worker, most=1) == 1


def correct_future_times(*, deps: Deps) -> None:
    """For the worker, now and then: a clock that was set back must not hold up what was timed before."""
    with unit_of_work(deps) as work:
        work.jobs.correct_future_times(LEASE)


def free_leases(*, worker: str, deps: Deps) -> int:
    """For a worker with nothing in hand, as it starts or when the database is back: what it held goes on at once."""
    with unit_of_work(deps) as work:
        work.turns.free(worker[:40])
        return work.jobs.free(worker[:40])


def work_all_jobs(*, deps: Deps, limit: int = 10_000) -> int:
    """Everything that is due now, one after another: for tests, the demo and scripts. How many were done."""
    done = 0
    while done < limit and (more := work_jobs(deps=deps, most=min(20, limit - done))):
        done += more
    return done


def _back_off(attempts: int) -> timedelta:
    return timedelta(seconds=min(2**attempts, 300))
