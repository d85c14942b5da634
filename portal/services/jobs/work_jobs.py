"""Draining the job table: lease, act, record. Delivery at least once, effect exactly once (ARCHITECTURE, jobs)."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from portal.domain.errors import PortalError, ProviderUnavailable, Undeliverable
from portal.ports import Deps
from portal.repos.jobs import EVERY, OUTSIDE, URGENT, USUAL, Leased
from portal.repos.unit_of_work import UnitOfWork, unit_of_work
from portal.services.connectors.handlers import CONNECTOR_JOBS
from portal.services.identity.sign_in import deliver_code
from portal.services.inbox.confirm_mail import mail_confirmation
from portal.services.inbox.read_mailbox import read_mailbox
from portal.services.jobs.leases import LEASE, Batch, lease_batch, renewing
from portal.services.messages.acknowledge_declaration import acknowledge_declaration
from portal.services.messages.deliver_notices import deliver_guest_notice, deliver_notice
from portal.services.messages.post_to_robot import post_to_robot
from portal.services.notify_staff import fan_out, mail_digest, mail_staff
from portal.services.policy.publish import start_policy
from portal.services.policy.simulate_draft import continue_simulation
from portal.services.refunds.note_differences import note_differences
from portal.services.refunds.recheck_refund import recheck_refund
from portal.services.refunds.record_answer import NextTry
from portal.services.refunds.refund_money import refund_money
from portal.services.returning.settle_pickup import settle_pickup
from portal.services.team.hand_over_cases import hand_over_cases
from portal.services.webhooks.deliver import deliver_webhooks
from portal.services.withdrawing.match_declaration import match_declaration
from portal.services.withdrawing.settle_fee_payment import settle_fee_payment

GIVE_UP_AFTER = 40
_LONGEST_BACK_OFF_AFTER = 9
AT_ONCE = frozenset({"code", "staff_mail", "staff_digest", "guest_notice", "robot"})
LONGEST_UNWRITTEN = 0.25
"""Seconds that a finished job may wait for others to be written down with it."""


def _refund(job: Leased, deps: Deps) -> NextTry:
    return refund_money(refund_id=job.payload["refund"], by_hand=job.payload.get("by_hand", -1), deps=deps)


def _refund_recheck(job: Leased, deps: Deps) -> NextTry:
    return recheck_refund(refund_id=job.payload["refund"], deps=deps)


def _fee_payment(job: Leased, deps: Deps) -> NextTry:
    return settle_fee_payment(number=job.payload["payment"], deps=deps)


def _pickup(job: Leased, deps: Deps) -> NextTry:
    return settle_pickup(number=job.payload["pickup"], deps=deps)


def _notice(job: Leased, deps: Deps) -> NextTry:
    deliver_notice(notice_id=job.payload["notice"], deps=deps, was_put_off=bool(job.payload.get("put_off")))
    return NextTry(None)


def _guest_notice(job: Leased, deps: Deps) -> NextTry:
    deliver_guest_notice(told=job.payload, job_id=job.id, deps=deps)
    return NextTry(None)


def _code(job: Leased, deps: Deps) -> NextTry:
    deliver_code(payload=job.payload, deps=deps)
    return NextTry(None)


def _notify_staff(job: Leased, deps: Deps) -> NextTry:
    fan_out(payload=job.payload, job_id=job.id, deps=deps)
    return NextTry(None)


def _staff_mail(job: Leased, deps: Deps) -> NextTry:
    mail_staff(payload=job.payload, job_id=job.id, deps=deps)
    return NextTry(None)


def _staff_digest(job: Leased, deps: Deps) -> NextTry:
    mail_digest(payload=job.payload, job_id=job.id, deps=deps)
    return NextTry(None)


def _robot(job: Leased, deps: Deps) -> NextTry:
    post_to_robot(shop_id=job.payload["shop"], job_id=job.id, deps=deps)
    return NextTry(None)


def _declaration(job: Leased, deps: Deps) -> NextTry:
    match_declaration(declaration_id=job.payload["declaration"], deps=deps)
    return NextTry(None)


def _acknowledgement(job: Leased, deps: Deps) -> NextTry:
    wanted = job.payload
    acknowledge_declaration(declaration_id=wanted["declaration"], to=wanted["to"], deps=deps)
    return NextTry(None)


def _policy(job: Leased, deps: Deps) -> NextTry:
    wanted = job.payload
    start_policy(shop_id=wanted["shop"], policy=wanted["policy"], instead_of=wanted["instead_of"], deps=deps)
    return NextTry(None)


def _simulation(job: Leased, deps: Deps) -> NextTry:
    is_done = continue_simulation(simulation_id=job.payload["simulation"], deps=deps)
    return NextTry(None if is_done else deps.clock.now())


def _hand_over_cases(job: Leased, deps: Deps) -> NextTry:
    wanted = job.payload
    hand_over_cases(staff_id=wanted["staff"], shop_id=wanted["shop"], to=wanted["to"], deps=deps)
    return NextTry(None)


def _reconcile(_job: Leased, deps: Deps) -> NextTry:
    note_differences(deps=deps)
    return NextTry(None)


def _mailbox(_job: Leased, deps: Deps) -> NextTry:
    read_mailbox(deps=deps)
    return NextTry(None)


def _mail_confirmation(job: Leased, deps: Deps) -> NextTry:
    mail_confirmation(mail_id=job.payload["mail"], deps=deps)
    return NextTry(None)


def _forget_files(job: Leased, deps: Deps) -> NextTry:
    deps.store.delete(job.payload["keys"])
    return NextTry(None)


def _webhook(job: Leased, deps: Deps) -> NextTry:
    is_done = deliver_webhooks(endpoint_id=job.payload["endpoint"], deps=deps)
    return NextTry(None if is_done else deps.clock.now())


HANDLERS: dict[str, Callable[[Leased, Deps], NextTry]] = {
    "refund": _refund,
    "refund_recheck": _refund_recheck,
    "fee_payment": _fee_payment,
    "pickup": _pickup,
    "notice": _notice,
    "guest_notice": _guest_notice,
    "code": _code,
    "tell_staff": _notify_staff,
    "staff_mail": _staff_mail,
    "staff_digest": _staff_digest,
    "robot": _robot,
    "declaration": _declaration,
    "acknowledgement": _acknowledgement,
    "policy": _policy,
    "simulation": _simulation,
    "forget_files": _forget_files,
    "mailbox": _mailbox,
    "mail_confirmation": _mail_confirmation,
    "hand_over_cases": _hand_over_cases,
    "reconcile": _reconcile,
    **CONNECTOR_JOBS,
    "webhook": _webhook,
}
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
        later = NextTry(deps.clock.now() + _back_off(job.attempts), f"{type(problem).__name__}: {problem}")
        is_given_up = not isinstance(problem, PortalError) and job.attempts >= GIVE_UP_AFTER
        return WorkedJob(job, later, job.attempts, is_given_up)


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
        return work.jobs.free(worker[:40])


def work_all_jobs(*, deps: Deps, limit: int = 10_000) -> int:
    """Everything that is due now, one after another: for tests, the demo and scripts. How many were done."""
    done = 0
    while done < limit and (more := work_jobs(deps=deps, most=min(20, limit - done))):
        done += more
    return done


def _back_off(attempts: int) -> timedelta:
    return timedelta(seconds=min(2**attempts, 300))
