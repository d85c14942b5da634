"""A shop's endpoints and what was sent to them, for its administrators and auditors."""

from __future__ import annotations

from portal.domain.errors import Forbidden, NotFound
from portal.domain.identity.access import Actor, may
from portal.ports import Deps
from portal.repos.unit_of_work import reading
from portal.repos.webhook_deliveries import ListedDelivery
from portal.repos.webhook_endpoints import CountedEndpoint


def list_endpoints(*, actor: Actor, deps: Deps) -> list[CountedEndpoint]:
    """Oldest first. Raises Forbidden."""
    if not may(actor, "read", "webhooks"):
        raise Forbidden("webhooks")
    with reading(deps) as work:
        return work.webhook_endpoints.of_shop(actor.shop_id)


def get_endpoint(*, endpoint_id: int, actor: Actor, deps: Deps) -> CountedEndpoint:
    """Raises Forbidden, NotFound."""
    return read_endpoint(endpoint_id=endpoint_id, which="", before=None, limit=0, actor=actor, deps=deps)[0]


def read_endpoint(
    *, endpoint_id: int, which: str, before: int | None, limit: int, actor: Actor, deps: Deps
) -> tuple[CountedEndpoint, list[ListedDelivery]]:
    """With deliveries, the newest first. `which` and `before` as WebhookDeliveries.page. Raises Forbidden, NotFound."""
    if not may(actor, "read", "webhooks"):
        raise Forbidden("webhooks")
    with reading(deps) as work:
        endpoint = work.webhook_endpoints.find_counted(actor.shop_id, endpoint_id)
        if endpoint is None:
            raise NotFound("webhook")
        page = work.webhook_deliveries.page(endpoint_id, which=which, before=before, limit=limit) if limit else []
    return endpoint, page
