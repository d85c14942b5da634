"""Jobs in hand: leased a batch at a time, renewed while they are worked on, given back where nobody began them."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Protocol

from portal.domain.errors import PortalError
from portal.ports import Deps
from portal.repos.jobs import EVERY, Leased
from portal.repos.unit_of_work import unit_of_work

LEASE = timedelta(seconds=45)
"""What a worker had in hand that is gone, or cut off, goes on elsewhere within a minute."""
BROUGHT_LEASE = timedelta(seconds=30)
"""Of a job that a dispatcher brought: it finds out that a worker is gone as soon, and brings the job to another."""
_BROUGHT_AGAIN_AFTER = timedelta(seconds=5)
_RENEWED_AFTER = 3
"""A lease is renewed when a third of it is over, so that two tries may fail."""


class Held(Protocol):
    """What is held for as long as `lasts`, and may be held on."""

    lasts: timedelta

    def renew(self, deps: Deps) -> None: ...


class Batch:
    """Jobs leased together. `is_held` turns false when the lease may be over: then nothing of it may be begun."""

    def __init__(self, jobs: list[Leased], token: str, lasts: timedelta, taken: float) -> None:
        self.jobs, self.token, self.lasts = jobs, token, lasts
        self._ends = taken + lasts.total_seconds()

    @property
    def is_held(self) -> bool:
        """By this process's own clock, counted from before the lease was asked for: it never says so for too long."""
        return time.monotonic() < self._ends

    def renew(self, deps: Deps) -> None:
        asked = time.monotonic()
        with unit_of_work(deps) as work:
            is_ours = work.jobs.renew(self.token, self.lasts) > 0
        if is_ours and self.is_held:
            self._ends = asked + self.lasts.total_seconds()


def lease_batch(*, deps: Deps, worker: str, most: int, lasts: timedelta = LEASE, of: tuple[int, ...] = EVERY) -> Batch:
    """Up to `most` jobs of these urgencies that are due, urgent ones first, held under a token of their own."""
    token, taken = f"{worker[:40]}/{deps.random.token()[:16]}", time.monotonic()
    with unit_of_work(deps) as work:
        return Batch(work.jobs.lease(token=token, lasts=lasts, most=most, of=of), token, lasts, taken)


def lease_brought(*, job_id: int, ticket: int, deps: Deps, worker: str, lasts: timedelta = BROUGHT_LEASE) -> Batch:
    """The job that the ticket is for, or none. It is brought again in a moment where somebody else holds it."""
    token, taken = f"{worker[:40]}/{deps.random.token()[:16]}", time.monotonic()
    with unit_of_work(deps) as work:
        job = work.jobs.lease_brought(job_id, ticket, token=token, lasts=lasts)
        if job is None:
            work.jobs.tickets.send_again(job_id, ticket, after=_BROUGHT_AGAIN_AFTER)
    return Batch([job] if job else [], token, lasts, taken)


@contextmanager
def renewing(batch: Held, deps: Deps) -> Iterator[None]:
    """Renews the lease, in a thread, for as long as the block lasts: a job may take longer than its lease."""
    is_over = threading.Event()
    every = batch.lasts.total_seconds() / _RENEWED_AFTER

    def keep() -> None:
        while not is_over.wait(every):
            # A database that is away is asked again, and nothing new is begun once the lease is over.
            with suppress(PortalError):
                batch.renew(deps)

    keeper = threading.Thread(target=keep, daemon=True, name="lease-renewal")
    keeper.start()
    try:
        yield
    finally:
        is_over.set()
        keeper.join()
