"""A webhook of a shop's platform: believed by its signature, then left to a job.

What the body says beyond whom it is about is not used. The job asks the platform for the order as it is now, so that
neither the order in which webhooks arrive nor how often they do matters.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import timedelta

from portal.domain.errors import NotFound
from portal.ports import BadWebhook, Deps, PlatformNotice
from portal.repos.connectors import KeptConnector
from portal.repos.unit_of_work import reading, unit_of_work
from portal.services.refunds.choose_rail import connector_config

_NOTED_EVERY = timedelta(minutes=1)
ORDER_JOB, PRODUCT_JOB = "platform_order", "platform_product"


def receive_webhook(
    *, shop_key: str, platform: str, headers: Mapping[str, str], body: bytes, deps: Deps
) -> PlatformNotice:
    """Raises NotFound where the shop is not connected with it, BadWebhook."""
    with reading(deps) as work:
        kept = work.connectors.find_by_key(shop_key)
    if kept is None or kept.platform != platform:
        raise NotFound("connector")
    try:
        notice = deps.platforms.open(connector_config(kept, deps)).read_webhook(headers, body)
    except BadWebhook:
        _note_refused(kept, deps)
        raise
    _keep(kept, notice, body, deps)
    return notice


def _keep(kept: KeptConnector, notice: PlatformNotice, body: bytes, deps: Deps) -> None:
    """One job a delivery: the same body again is the same job, as long as that is kept."""
    with unit_of_work(deps) as work:
        work.connectors.note(kept.shop_id, webhook_at=work.now)
        if notice.about == "nothing":
            return
        kind = ORDER_JOB if notice.about == "order" else PRODUCT_JOB
        digest = hashlib.sha256(notice.topic.encode() + body).hexdigest()[:32]
        payload = {"shop": kept.shop_id, "id": notice.external_id}
        work.jobs.enqueue(kind, payload, dedup_key=f"{kind}:{kept.shop_id}:{digest}")


def _note_refused(kept: KeptConnector, deps: Deps) -> None:
    """Shown to staff; written at most once a minute, whoever calls however often."""
    last = kept.refused_webhook_at
    if last is None or deps.clock.now() - last > _NOTED_EVERY:
        with unit_of_work(deps) as work:
            work.connectors.note(kept.shop_id, refused_webhook_at=work.now)
