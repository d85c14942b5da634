"""Draining the job table: lease, act, record. Delivery at least once, effect exactly once (ARCHITECTURE, jobs)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from portal.domain.errors import PortalError, ProviderUnavailable
from portal.ports import Deps
from portal.repos.jobs import Leased
from portal.repos.unit_of_work import unit_of_work
from portal.services.identity.sign_in import deliver_code
from portal.services.jobs.leases import LEASE, lease_batch, renewing
from portal.services.messages.deliver_notices import deliver_notice
from portal.services.notify_staff import fan_out, mail_staff
from portal.services.policy.publish import start_policy
from portal.services.refunds.refund_money import NextTry, refund_money
from portal.services.withdrawing.settle_fee_payment import settle_fee_payment

GIVE_UP_AFTER = 40
_LONGEST_BACK_OFF_AFTER = 9


def _refund(job: Leased, deps: Deps) -> NextTry:
    return refund_money(refund_id=job.payload["refund"], deps=deps)


def _fee_payment(job: Leased, deps: Deps) -> NextTry:
    return settle_fee_payment(number=job.payload["payment"], deps=deps)


def _notice(job: Leased, deps: Deps) -> NextTry:
    deliver_notice(notice_id=job.payload["notice"], deps=deps)
    return NextTry(None)


def _code(job: Leased, deps: Deps) -> NextTry:
    deliver_code(payload=job.payload, deps=deps)
    return NextTry(None)


def _tell_staff(job: Leased, deps: Deps) -> NextTry:
    fan_out(payload=job.payload, job_id=job.id, deps=deps)
    return NextTry(None)


def _staff_mail(job: Leased, deps: Deps) -> NextTry:
    mail_staff(payload=job.payload, job_id=job.id, deps=deps)
    return NextTry(None)


def _policy(job: Leased, deps: Deps) -> NextTry:
    wanted = job.payload
    start_policy(shop_id=wanted["shop"], policy=wanted["policy"], instead_of=wanted["instead_of"], deps=deps)
    return NextTry(None)


def _forget_files(job: Leased, deps: Deps) -> NextTry:
    deps.store.delete(job.payload["keys"])
    return NextTry(None)


HANDLERS: dict[str, Callable[[Leased, Deps], NextTry]] = {
    "refund": _refund,
    "fee_payment": _fee_payment,
    "notice": _notice,
    "code": _code,
    "tell_staff": _tell_staff,
    "staff_mail": _staff_mail,
    "policy": _policy,
    "forget_files": _forget_files,
}


def work_jobs(*, deps: Deps, worker: str = "", most: int, is_stopping: Callable[[], bool] = lambda: False) -> int:
    """Leases up to `most` jobs that are due and does them one after another; how many were done, 0 where none is due.

    `worker`: who leases them. Once `is_stopping`, the job in hand is finished and the others are given back.
    """
    batch = lease_batch(deps=deps, worker=worker, most=most)
    if not batch.jobs:
        return 0
    done = 0
    with renewing(batch, deps):
        for job in batch.jobs:
            if not batch.is_held:
                return done
            if is_stopping():
                break
            _work(job, deps)
            done += 1
    if left := batch.jobs[done:]:
        with unit_of_work(deps) as work:
            work.jobs.give_back(left)
    return done


def _work(job: Leased, deps: Deps) -> None:
    """Only defects of ours count towards giving up: a provider may be away, a refund pending, as long as it likes."""
    attempts = 0
    try:
        result = HANDLERS[job.kind](job, deps)
    except ProviderUnavailable as problem:
        attempts = min(job.attempts, _LONGEST_BACK_OFF_AFTER)
        result = NextTry(deps.clock.now() + _back_off(job.attempts), f"{problem.provider}: {problem.reason}")
    except Exception as problem:
        # A defect of ours must not stop the queue: the job is kept with what went wrong, and tried again later.
        attempts = job.attempts
        result = NextTry(deps.clock.now() + _back_off(job.attempts), f"{type(problem).__name__}: {problem}")
        if not isinstance(problem, PortalError) and job.attempts >= GIVE_UP_AFTER:
            with unit_of_work(deps) as work:
                work.jobs.bury(job, result.error)
            return
    with unit_of_work(deps) as work:
        if result.at is None:
            work.jobs.finish(job)
        else:
            work.jobs.again(job, run_at=result.at, attempts=attempts, error=result.error)


def work_one_job(*, deps: Deps, worker: str = "") -> bool:
    """The most urgent job that is due; False where none is."""
    return work_jobs(deps=deps, worker=worker, most=1) == 1


def mend_times(*, deps: Deps) -> None:
    """For the worker, now and then: a clock that was set back must not hold up what was timed before."""
    with unit_of_work(deps) as work:
        work.jobs.mend_times(LEASE)


def free_leases(*, worker: str, deps: Deps) -> int:
    """For a worker with nothing in hand, as it starts or when the database is back: what it held goes on at once."""
    with unit_of_work(deps) as work:
        return work.jobs.free(worker[:40])


def work_all_jobs(*, deps: Deps, limit: int = 10_000) -> int:
    """Everything that is due now, one after another: for tests, the demo and scripts. How many were done."""
    done = 0
    while done < limit and (more := work_jobs(deps=deps, most=min(20, limit - done))):
        done += more
    return done


def _back_off(attempts: int) -> timedelta:
    return timedelta(seconds=min(2**attempts, 300))
