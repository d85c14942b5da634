"""An endpoint gets a new secret, is turned on again, or is removed."""

from __future__ import annotations

from portal.domain.codec import fingerprint
from portal.domain.errors import Forbidden, NotFound
from portal.domain.identity.access import Actor, may
from portal.domain.records.events import NewEvent
from portal.domain.sent import RequestKey
from portal.domain.typed_url import host_of
from portal.domain.webhooks.endpoint import OLD_SECRET_LASTS, secret_of
from portal.domain.webhooks.results import EndpointEnabled, EndpointRemoved, SecretRotated
from portal.ports import Deps
from portal.repos.unit_of_work import UnitOfWork, unit_of_work
from portal.repos.webhook_endpoints import KeptEndpoint
from portal.services.identity.fresh_code import NO_CODE, FreshCode, counting_wrong_codes, spend_code
from portal.services.notify_staff import notify_admins
from portal.services.webhooks.deliver import SEAL
from portal.services.webhooks.wake import wake_now


def rotate_secret(
    *, endpoint_id: int, actor: Actor, request_id: RequestKey = "", code: FreshCode = NO_CODE, deps: Deps
) -> str:
    """The new secret: shown this once, "" where the same form came before. For a day everything is signed with the one
    before it too. Takes a code of this moment. Errors: Forbidden, NotFound, WrongCode, TooMany, Reused."""
    secret = secret_of(deps.random.token())
    with counting_wrong_codes(actor, code, deps), unit_of_work(deps) as work:
        said = fingerprint(["webhook", "rotate", endpoint_id])
        if request_id and work.requests.claim(actor, request_id, said, SecretRotated):
            return ""
        endpoint = own_endpoint(work, endpoint_id, actor)
        spend_code(work, actor, code, deps)
        work.webhook_endpoints.set(
            endpoint_id,
            sealed_secret=deps.vault.encrypt(SEAL, secret),
            sealed_old_secret=endpoint.sealed_secret,
            old_until=work.now + OLD_SECRET_LASTS,
        )
        happened(work, f"{actor.kind}:webhook:rotated", endpoint, actor)
        notify_admins(work, "webhook_rotated", actor, about=host_of(endpoint.url), page="webhooks")
        if request_id:
            work.requests.finish(actor, request_id, SecretRotated(endpoint_id=endpoint_id))
    return secret


def enable_endpoint(*, endpoint_id: int, actor: Actor, request_id: RequestKey = "", deps: Deps) -> EndpointEnabled:
    """Sent to again, from where it stopped. One that is on is no longer left alone, if it was.

    Errors: Forbidden, NotFound, Reused."""
    with unit_of_work(deps) as work:
        said = fingerprint(["webhook", "enable", endpoint_id])
        if request_id and (done := work.requests.claim(actor, request_id, said, EndpointEnabled)):
            return done
        endpoint = own_endpoint(work, endpoint_id, actor)
        well = {"failures": 0, "failing_since": None, "resume_at": None, "told_at": None}
        work.webhook_endpoints.set(endpoint_id, state="on", off_because="", **well)
        wake_now(work, endpoint)
        happened(work, f"{actor.kind}:webhook:enabled", endpoint, actor)
        done = EndpointEnabled(endpoint_id=endpoint_id)
        return work.requests.finish(actor, request_id, done) if request_id else done


def remove_endpoint(*, endpoint_id: int, actor: Actor, request_id: RequestKey = "", deps: Deps) -> EndpointRemoved:
    """Nothing is sent to it any more, what waits for it neither. Errors: Forbidden, NotFound, Reused."""
    with unit_of_work(deps) as work:
        said = fingerprint(["webhook", "remove", endpoint_id])
        if request_id and (done := work.requests.claim(actor, request_id, said, EndpointRemoved)):
            return done
        endpoint = own_endpoint(work, endpoint_id, actor)
        work.webhook_endpoints.set(endpoint_id, removed_at=work.now, sealed_secret="", sealed_old_secret="")
        happened(work, f"{actor.kind}:webhook:removed", endpoint, actor)
        notify_admins(work, "webhook_removed", actor, about=host_of(endpoint.url), page="webhooks")
        done = EndpointRemoved(endpoint_id=endpoint_id)
        return work.requests.finish(actor, request_id, done) if request_id else done


def own_endpoint(work: UnitOfWork, endpoint_id: int, actor: Actor) -> KeptEndpoint:
    """Locked. Raises Forbidden, NotFound."""
    if not may(actor, "write", "webhooks"):
        raise Forbidden("webhooks")
    endpoint = work.webhook_endpoints.lock(endpoint_id, actor.shop_id)
    if endpoint is None:
        raise NotFound("webhook")
    return endpoint


def happened(work: UnitOfWork, kind: str, endpoint: KeptEndpoint, actor: Actor, **data: object) -> None:
    told = {"endpoint": endpoint.id, "host": host_of(endpoint.url), **data}
    work.events.append_without_order(actor, NewEvent(kind=kind, data=told))
