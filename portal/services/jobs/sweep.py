"""What is over and only takes up room: sessions, codes, failed tries, answers to requests and finished jobs past
everything that asks about them, and files that nothing uses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from portal.domain.cases.presence import LATELY
from portal.domain.identity.one_time_codes import DAY
from portal.domain.webhooks.endpoint import DEAD_KEPT, DONE_KEPT
from portal.ports import Deps
from portal.repos.unit_of_work import UnitOfWork, unit_of_work
from portal.services.credit.book_credit import write_down_expired
from portal.services.evidence.sweep_evidence import sweep_evidence

SPARE = timedelta(hours=1)
JOBS_KEPT = timedelta(days=7)
"""For an operator to look at; and a job that is asked for again under the same key meanwhile is not done twice."""
DECLARATIONS_KEPT = timedelta(days=3 * 366)
"""What was declared and belonged to no order: as long as such a claim can be brought (POLICY, CN-23; M)."""
REQUESTS_KEPT = timedelta(days=30)
"""So long a form or a call that is sent again gets its first answer. After that it is judged again, like any other."""
DRAFTS_KEPT = timedelta(days=30)
MAILS_KEPT = timedelta(days=30)
"""What customers wrote by mail, once it is dealt with: what it became stands on the case."""
BATCH = 500
"""Rows of one transaction: SQLite's other writers wait for it, a few milliseconds."""
_SWEEPS: tuple[Callable[[UnitOfWork], int], ...] = (
    lambda work: work.sessions.sweep(BATCH),
    lambda work: work.codes.sweep(work.now - DAY - SPARE, BATCH),
    lambda work: work.handoffs.sweep_codes(work.now - DAY, BATCH),
    lambda work: work.handoffs.sweep_tokens(BATCH),
    lambda work: work.failures.sweep(work.now - DAY - SPARE, BATCH),
    lambda work: work.requests.sweep(work.now - REQUESTS_KEPT, BATCH),
    lambda work: work.desk_presences.sweep(work.now - LATELY, BATCH),
    lambda work: work.desk_drafts.sweep(work.now - DRAFTS_KEPT, BATCH),
    lambda work: work.declarations.sweep(work.now - DECLARATIONS_KEPT, BATCH),
    lambda work: work.webhook_deliveries.sweep(
        done_before=work.now - DONE_KEPT, dead_before=work.now - DEAD_KEPT, most=BATCH
    ),
    lambda work: work.webhook_deliveries.sweep_removed(BATCH),
    lambda work: work.webhook_endpoints.sweep(),
    lambda work: work.inbox.sweep(work.now - MAILS_KEPT, BATCH),
    lambda work: write_down_expired(work, BATCH),
    lambda work: work.jobs.sweep(work.now - JOBS_KEPT, BATCH),
)


def sweep(*, deps: Deps, most_batches: int = 10) -> bool:
    """For the worker, once an hour or so. No limit looks further back than what is kept.

    In batches, each a short transaction, at most `most_batches` of a kind, so that jobs go on. False: there is more.
    """
    done = [_sweep(some_of, deps, most_batches) for some_of in _SWEEPS]
    if is_done := all(done):
        sweep_evidence(deps=deps)
    return is_done


def _sweep(some_of: Callable[[UnitOfWork], int], deps: Deps, most_batches: int) -> bool:
    for _ in range(most_batches):
        with unit_of_work(deps) as work:
            swept = some_of(work)
        if swept < BATCH:
            return True
    return False
