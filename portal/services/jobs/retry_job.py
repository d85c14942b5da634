"""Jobs that do not get on: listed for administrators and operators, and tried again at their word.

Every handler may be repeated at any point, so trying again does nothing twice.
"""

from __future__ import annotations

from portal.domain.codec import fingerprint
from portal.domain.errors import Forbidden, NotFound
from portal.domain.identity.access import Actor, may
from portal.domain.records.events import NewEvent
from portal.domain.results import JobRetried
from portal.domain.sent import RequestKey
from portal.ports import Deps
from portal.repos.job_lists import TroubledJob
from portal.repos.unit_of_work import reading, unit_of_work


def list_troubled_jobs(*, actor: Actor | None, limit: int, deps: Deps, only_dead: bool = False) -> list[TroubledJob]:
    """Of the actor's shop; None: the operator's shell, which sees all. Raises Forbidden."""
    if actor is not None and not may(actor, "read", "jobs"):
        raise Forbidden("jobs")
    with reading(deps) as work:
        return work.job_lists.troubled(actor.shop_id if actor else None, limit=limit, only_dead=only_dead)


def retry_job(*, job_id: int, actor: Actor, request_id: RequestKey, deps: Deps) -> JobRetried:
    """Due now, with all its attempts before it. Errors: NotFound (done, being done, or another shop's), Forbidden."""
    if not may(actor, "write", "jobs"):
        raise Forbidden("jobs")
    with unit_of_work(deps) as work:
        if done := work.requests.claim(actor, request_id, fingerprint(["job", job_id]), JobRetried):
            return done
        found = work.job_lists.retry(job_id, actor.shop_id)
        if found is None:
            raise NotFound("job")
        data = {"job": job_id, "kind": found.kind}
        work.events.append_without_order(actor, NewEvent(kind="staff:job:retried", data=data))
        return work.requests.finish(actor, request_id, JobRetried(job_id=job_id))


def retry_any_job(*, job_id: int, deps: Deps) -> TroubledJob:
    """By an operator at the shell, of whatever shop. Raises NotFound."""
    with unit_of_work(deps) as work:
        found = work.job_lists.retry(job_id, None)
        if found is None:
            raise NotFound("job")
        return found
