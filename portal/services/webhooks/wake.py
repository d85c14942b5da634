"""The job that looks at an endpoint: at once, or when something of it is due again.

Whatever leaves a delivery to be made at some time enqueues, in the same transaction, a job that will look by then.
"""

from __future__ import annotations

from datetime import datetime

from portal.domain.webhooks.schedule import wake_at
from portal.repos.unit_of_work import UnitOfWork
from portal.repos.webhook_endpoints import KeptEndpoint


def wake_now(work: UnitOfWork, endpoint: KeptEndpoint) -> None:
    work.jobs.enqueue("webhook", _payload(endpoint))


def wake_later(work: UnitOfWork, endpoint: KeptEndpoint, moment: datetime) -> None:
    """One job for all that is due by the same half minute."""
    at = wake_at(moment, work.now)
    key = f"webhook:{endpoint.id}:{int(at.timestamp())}"
    work.jobs.enqueue("webhook", _payload(endpoint), run_at=at, dedup_key=key)


def _payload(endpoint: KeptEndpoint) -> dict[str, int]:
    return {"shop": endpoint.shop_id, "endpoint": endpoint.id}
