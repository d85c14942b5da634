"""A shop's own system asks for events: where they are sent, which, and the secret that they are signed with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from portal.domain.codec import fingerprint
from portal.domain.errors import Forbidden, Invalid
from portal.domain.identity.access import Actor, may
from portal.domain.records.events import NewEvent
from portal.domain.sent import RequestKey
from portal.domain.typed_url import LONGEST_URL, host_of, read_url
from portal.domain.webhooks.endpoint import MOST_ENDPOINTS, secret_of
from portal.domain.webhooks.kinds import read_kinds
from portal.domain.webhooks.results import EndpointAdded
from portal.ports import Deps
from portal.repos.unit_of_work import UnitOfWork, unit_of_work
from portal.services.identity.fresh_code import NO_CODE, FreshCode, counting_wrong_codes, spend_code
from portal.services.notify_staff import notify_admins
from portal.services.webhooks.deliver import SEAL


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedEndpoint:
    """`kinds`: none is all."""

    url: str
    kinds: Sequence[str] = ()


def add_endpoint(
    *, typed: TypedEndpoint, actor: Actor, request_id: RequestKey = "", code: FreshCode = NO_CODE, deps: Deps
) -> tuple[int, str]:
    """Its id and its secret: shown this once, "" where the same form came before. It is sent what happens from now on.

    Takes a code of this moment, since what happens in the shop is sent there; other administrators are told.
    Errors: Forbidden, Invalid (url: a code of `read_url`, long, many; kinds: the kind that there is not), WrongCode,
    TooMany, Reused.
    """
    if not may(actor, "write", "webhooks"):
        raise Forbidden("webhooks")
    secret = secret_of(deps.random.token())
    with counting_wrong_codes(actor, code, deps), unit_of_work(deps) as work:
        said = fingerprint(["webhook", typed.url, sorted(typed.kinds)])
        if request_id and (done := work.requests.claim(actor, request_id, said, EndpointAdded)):
            return done.endpoint_id, ""
        url, kinds = _read(work, typed, actor)
        spend_code(work, actor, code, deps)
        txid, event_id = work.webhook_endpoints.end_of_feed(actor.shop_id)
        sealed = deps.vault.encrypt(SEAL, secret)
        endpoint_id = work.webhook_endpoints.add(
            actor.shop_id, url=url, kinds=list(kinds), sealed_secret=sealed, after_txid=txid, after_id=event_id
        )
        data = {"endpoint": endpoint_id, "host": host_of(url), "kinds": list(kinds)}
        work.events.append_without_order(actor, NewEvent(kind=f"{actor.kind}:webhook:added", data=data))
        notify_admins(work, "webhook_added", actor, about=host_of(url), page="webhooks")
        if request_id:
            work.requests.finish(actor, request_id, EndpointAdded(endpoint_id=endpoint_id))
    return endpoint_id, secret


def _read(work: UnitOfWork, typed: TypedEndpoint, actor: Actor) -> tuple[str, tuple[str, ...]]:
    """Raises Invalid."""
    if len(typed.url) > LONGEST_URL:
        raise Invalid((("url", "long"),))
    try:
        url = read_url(typed.url)
    except ValueError as error:
        raise Invalid((("url", str(error)),)) from None
    try:
        kinds = read_kinds(typed.kinds)
    except ValueError as unknown:
        raise Invalid((("kinds", str(unknown)),)) from None
    work.shops.lock(actor.shop_id)
    if len(work.webhook_endpoints.of_shop(actor.shop_id)) >= MOST_ENDPOINTS:
        raise Invalid((("url", "many"),))
    return url, kinds
