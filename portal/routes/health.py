"""For load balancers and monitoring: alive, ready, figures. No identities anywhere."""

from __future__ import annotations

from flask import Blueprint, Response, abort, current_app
from flask.typing import ResponseReturnValue

from portal.services.jobs.health import count_jobs, schema_revisions
from portal.services.webhooks.list_endpoints import count_webhooks
from portal.web.request.access_log import log, metrics_text
from portal.web.request.current import deps
from portal.web.security.guards import public
from portal.web.security.monitoring import may_read_metrics

health = Blueprint("health", __name__)


@health.get("/healthz")
@public
def healthz() -> ResponseReturnValue:
    """The process answers."""
    return {"status": "ok"}


@health.get("/readyz")
@public
def readyz() -> ResponseReturnValue:
    """The database answers and is at the migrations this code needs."""
    try:
        is_current = schema_revisions(deps=deps()) == current_app.extensions["portal_heads"]()
    except Exception as error:  # whatever a database that is gone raises, the answer is the same
        log.warning("not ready", error=type(error).__name__)
        return {"status": "unavailable", "reason": "database"}, 503
    if not is_current:
        return {"status": "unavailable", "reason": "migrations"}, 503
    return {"status": "ok"}


@health.get("/metrics")
@public
def metrics() -> ResponseReturnValue:
    """Prometheus text; the jobs are those of the whole installation, the requests those of this process.

    For this machine, or whoever has PORTAL_METRICS_TOKEN as a bearer token; for others there is nothing here.
    """
    if not may_read_metrics():
        abort(404)
    try:
        jobs, webhooks = count_jobs(deps=deps()), count_webhooks(deps=deps())
    except Exception as error:  # the other figures are still worth having
        log.warning("no job figures", error=type(error).__name__)
        jobs, webhooks = {}, {}
    return Response(metrics_text(jobs, webhooks), content_type="text/plain; version=0.0.4; charset=utf-8")
