"""What came of a delivery: of itself, of the order's next one, and of the endpoint's health."""

from __future__ import annotations

from typing import Any

from portal.domain.identity.access import system
from portal.domain.records.events import NewEvent
from portal.domain.typed_url import host_of
from portal.domain.webhooks.schedule import Health, after_failure, jitter, next_attempt
from portal.ports import WebhookAnswer
from portal.repos.unit_of_work import UnitOfWork
from portal.repos.webhook_deliveries import ClaimedDelivery
from portal.repos.webhook_endpoints import KeptEndpoint
from portal.services.notify_staff import notify_admins
from portal.services.webhooks.wake import wake_later

_GONE = 410
_BUSY = (429, 503)


def record(work: UnitOfWork, endpoint_id: int, delivery: ClaimedDelivery, answer: WebhookAnswer) -> bool:
    """In the caller's transaction. Whether the endpoint may be sent the next one now."""
    endpoint = work.webhook_endpoints.lock(endpoint_id)
    if endpoint is None:
        return False
    if not answer.problem:
        _succeeded(work, endpoint, delivery, answer)
        return endpoint.state == "on"
    if answer.status == _GONE:
        work.webhook_deliveries.record(delivery, next_at=work.now, **_told(answer))
        _turn_off(work, endpoint, "gone")
        return False
    return _failed(work, endpoint, delivery, answer)


def _succeeded(work: UnitOfWork, endpoint: KeptEndpoint, delivery: ClaimedDelivery, answer: WebhookAnswer) -> None:
    if work.webhook_deliveries.record(delivery, state="done", **_told(answer)):
        work.webhook_deliveries.settle(endpoint.id, [delivery.order_id])
    well: dict[str, Any] = {"failures": 0, "failing_since": None, "resume_at": None, "told_at": None}
    work.webhook_endpoints.set(endpoint.id, succeeded_at=work.now, **well)


def _failed(work: UnitOfWork, endpoint: KeptEndpoint, delivery: ClaimedDelivery, answer: WebhookAnswer) -> bool:
    health = _health_after(work, endpoint, answer)
    _try_again_or_bury(work, endpoint, delivery, answer, health)
    values: dict[str, Any] = {"failures": health.failures, "failing_since": health.failing_since}
    values["resume_at"] = health.resume_at
    if health.is_to_be_told(work.now) and endpoint.told_at is None:
        values["told_at"] = work.now
        notify_admins(work, "webhook_failing", system(endpoint.shop_id), about=host_of(endpoint.url), page="webhooks")
    work.webhook_endpoints.set(endpoint.id, **values)
    if health.is_to_be_off(work.now):
        _turn_off(work, endpoint, "failing")
    elif health.resume_at:
        wake_later(work, endpoint, health.resume_at)
    return endpoint.state == "on" and not health.is_paused(work.now)


def _health_after(work: UnitOfWork, endpoint: KeptEndpoint, answer: WebhookAnswer) -> Health:
    health = Health(failures=endpoint.failures, failing_since=endpoint.failing_since, resume_at=endpoint.resume_at)
    is_down = answer.problem in ("private", "unreachable") or answer.status in _BUSY
    wait = answer.retry_after if answer.status in _BUSY else None
    return after_failure(health, is_down=is_down, retry_after=wait, now=work.now)


def _try_again_or_bury(
    work: UnitOfWork, endpoint: KeptEndpoint, delivery: ClaimedDelivery, answer: WebhookAnswer, health: Health
) -> None:
    chance = jitter(f"{delivery.id}:{delivery.attempts}")
    again = next_attempt(first_at=delivery.first_at, attempts=delivery.attempts, now=work.now, chance=chance)
    if again is not None:
        again = max(again, health.resume_at or again)
        if work.webhook_deliveries.record(delivery, next_at=again, **_told(answer)):
            wake_later(work, endpoint, again)
        return
    is_first = not work.webhook_deliveries.dead_ids(endpoint.id, 1)
    if work.webhook_deliveries.record(delivery, state="dead", **_told(answer)):
        work.webhook_deliveries.settle(endpoint.id, [delivery.order_id])
        wake_later(work, endpoint, work.now)
        if is_first:
            notify_admins(work, "webhook_dead", system(endpoint.shop_id), about=host_of(endpoint.url), page="webhooks")


def _turn_off(work: UnitOfWork, endpoint: KeptEndpoint, because: str) -> None:
    """Its deliveries and the feed wait for an administrator."""
    if endpoint.state == "off":
        return
    work.webhook_endpoints.set(endpoint.id, state="off", off_because=because)
    kind = "system:webhook:gone" if because == "gone" else "system:webhook:failing"
    event = NewEvent(kind=kind, data={"endpoint": endpoint.id, "host": host_of(endpoint.url)})
    actor = system(endpoint.shop_id)
    work.events.append_without_order(actor, event)
    notify_admins(work, "webhook_off", actor, about=host_of(endpoint.url), page="webhooks")


def _told(answer: WebhookAnswer) -> dict[str, Any]:
    return {"problem": answer.problem, "status": answer.status, "took": answer.took, "said": answer.said}
