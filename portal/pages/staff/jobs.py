"""后台任务: what the worker should have done and has not, for administrators."""

from __future__ import annotations

import re

from portal.domain.identity.access import Actor, may
from portal.pages.values.jobs import JobRow, JobsPage
from portal.ports import Deps
from portal.repos.job_lists import TroubledJob
from portal.services.jobs.retry_job import list_troubled_jobs

MOST = 100
_ADDRESS = re.compile(r"[^\s<>@]{1,100}@[^\s<>@]{1,100}|\+?[0-9][0-9 -]{6,20}")
"""What a provider may name in its answer: somebody's mail address or phone."""


def jobs_page(*, actor: Actor, deps: Deps) -> JobsPage:
    """At most 100: what is done makes room. Raises Forbidden."""
    found = list_troubled_jobs(actor=actor, limit=MOST + 1, deps=deps)
    return JobsPage(
        jobs=tuple(_row(job) for job in found[:MOST]), is_cut=len(found) > MOST, may_act=may(actor, "write", "jobs")
    )


def _row(job: TroubledJob) -> JobRow:
    return JobRow(
        id=job.id,
        kind=job.kind,
        trouble=job.trouble,
        about=job.about,
        attempts=job.attempts,
        error=_ADDRESS.sub("…", job.error[:200]),
        since=job.since,
        next_at=job.next_at,
    )
