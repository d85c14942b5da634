"""Whether this installation can serve: for load balancers and monitoring."""

from __future__ import annotations

from portal.ports import Deps
from portal.repos.schema import revisions
from portal.repos.unit_of_work import reading


def schema_revisions(*, deps: Deps) -> frozenset[str]:
    """The migrations the database is at; empty before the first. Fails where the database does not answer."""
    with reading(deps) as work:
        return revisions(work.connection)


def count_jobs(*, deps: Deps) -> dict[str, int]:
    """waiting, late, dead."""
    with reading(deps) as work:
        return work.jobs.counts()
