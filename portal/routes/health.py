"""For load balancers and monitoring: alive, ready, figures. No identities anywhere."""

from __future__ import annotations

from flask import Blueprint, Response, abort, json
from flask.typing import ResponseReturnValue

from portal.services.jobs.health import read_figures
from portal.web.request.access_log import log
from portal.web.request.current import deps
from portal.web.request.metrics import Figures, metrics_text
from portal.web.request.readiness import is_ready, readiness
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
    """What is there and what is missing, a line each. 503 where a page could not be answered; `reason`: the first
    that is missing."""
    found = readiness()
    missing = [name for name, state in found.items() if state != "ok"]
    status = "ok" if not missing else "degraded" if is_ready(found) else "unavailable"
    said = {"status": status} | ({"reason": missing[0]} if missing else {}) | {"checks": found}
    return Response(
        json.dumps(said, indent=1) + "\n", 503 if status == "unavailable" else 200, mimetype="application/json"
    )


@health.get("/metrics")
@public
def metrics() -> ResponseReturnValue:
    """Prometheus text: requests of this machine's processes, the rest of the whole installation.

    For this machine, or whoever has PORTAL_METRICS_TOKEN as a bearer token; for others there is nothing here.
    """
    if not may_read_metrics():
        abort(404)
    return Response(metrics_text(_figures()), content_type="text/plain; version=0.0.4; charset=utf-8")


def _figures() -> Figures:
    ready = {name: float(state == "ok") for name, state in readiness().items()}
    try:
        found = read_figures(deps=deps())
    except Exception as error:  # the other figures are still worth having
        log.warning("no figures of the installation", error=type(error).__name__)
        return Figures(ready=ready)
    return Figures(
        jobs=found.jobs,
        webhooks=found.webhooks,
        due={kind.kind: kind.count for kind in found.due},
        oldest={kind.kind: kind.oldest.total_seconds() for kind in found.due},
        workers=found.workers_by_version(),
        failures=found.failures(),
        succeeded=found.succeeded(),
        ready=ready,
    )
