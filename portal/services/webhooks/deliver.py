"""Deliveries that are due are sent, one after another; what became of each is written down before the next is sent.

Claim, commit, send, record (ARCHITECTURE law 4). Whoever dies between sending and recording leaves it to be sent again
under the same `webhook-id`.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from datetime import timedelta

from portal.domain.webhooks.endpoint import message_id
from portal.ports import Deps, WebhookAnswer, WebhookCall
from portal.repos.events import FedEvent
from portal.repos.unit_of_work import UnitOfWork, reading, unit_of_work
from portal.repos.webhook_deliveries import ClaimedDelivery
from portal.repos.webhook_endpoints import KeptEndpoint
from portal.services.records.event_feed import fed
from portal.services.webhooks.record import record
from portal.services.webhooks.wake import wake_later

SEAL = "webhook"
MOST_AT_ONCE = 10
CLAIM_LASTS = timedelta(minutes=1)
"""Longer than a turn and a call that begins at its end; then whoever claimed them is taken for dead."""
TURN = 5.0
"""Seconds after which an endpoint lets others have their turn: nothing is sent after that."""


def deliver_webhooks(*, endpoint_id: int, deps: Deps) -> bool:
    """What is due now, for a turn. False where more may be due. Raises ProviderUnavailable (of the database)."""
    until = time.monotonic() + TURN
    while time.monotonic() < until:
        endpoint, claimed = _claim_due(endpoint_id, deps)
        if endpoint is None or not claimed:
            return True
        if not _send_all(endpoint, claimed, until, deps):
            return True
    return False


def _claim_due(endpoint_id: int, deps: Deps) -> tuple[KeptEndpoint | None, list[ClaimedDelivery]]:
    with unit_of_work(deps) as work:
        endpoint = work.webhook_endpoints.lock(endpoint_id)
        if endpoint is None or not may_send(endpoint, work):
            return None, []
        token = deps.random.token()[:32]
        claimed = work.webhook_deliveries.claim(endpoint_id, most=MOST_AT_ONCE, lasts=CLAIM_LASTS, token=token)
        if claimed:
            wake_later(work, endpoint, work.now + CLAIM_LASTS)
        return endpoint, claimed


def may_send(endpoint: KeptEndpoint, work: UnitOfWork) -> bool:
    return endpoint.state == "on" and (endpoint.resume_at is None or endpoint.resume_at <= work.now)


def _send_all(endpoint: KeptEndpoint, claimed: Sequence[ClaimedDelivery], until: float, deps: Deps) -> bool:
    """False where the endpoint is to be left alone for now. What was not sent is as it was."""
    left = list(claimed)
    with reading(deps) as work:
        events = work.webhook_deliveries.events_of([delivery.event_id for delivery in claimed])
    may_go_on = True
    while left and may_go_on and time.monotonic() < until:
        delivery = left.pop(0)
        may_go_on = _send(endpoint, delivery, events[delivery.event_id], deps)
    if left:
        with unit_of_work(deps) as work:
            work.webhook_deliveries.unclaim(left)
    return may_go_on


def _send(endpoint: KeptEndpoint, delivery: ClaimedDelivery, event: FedEvent, deps: Deps) -> bool:
    """Whether the next one may be sent."""
    told = fed(event)
    answer = post(endpoint, message_id(event.id), {"type": told["type"], "timestamp": told["at"], "data": told}, deps)
    with unit_of_work(deps) as work:
        return record(work, endpoint.id, delivery, answer)


def post(endpoint: KeptEndpoint, webhook_id: str, payload: dict[str, object], deps: Deps) -> WebhookAnswer:
    """The payload signed with the endpoint's secret, and with the one before it for as long as that counts."""
    now = deps.clock.now()
    sealed = [endpoint.sealed_secret]
    if endpoint.sealed_old_secret and endpoint.old_until and endpoint.old_until > now:
        sealed.append(endpoint.sealed_old_secret)
    call = WebhookCall(
        url=endpoint.url,
        secrets=tuple(deps.vault.decrypt(SEAL, secret) for secret in sealed),
        message_id=webhook_id,
        at=now,
        body=json.dumps(payload, ensure_ascii=False, separators=(",", ":")),
    )
    return deps.webhooks.post(call)
