"""A shop is connected with its platform, or no longer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from portal.domain.codec import fingerprint
from portal.domain.connectors.config import PLATFORMS, ConnectorConfig, ConnectorError, Platform
from portal.domain.connectors.results import ConnectorSet
from portal.domain.errors import Forbidden, Invalid
from portal.domain.identity.access import Actor, may
from portal.domain.records.events import NewEvent
from portal.domain.sent import RequestKey
from portal.ports import Deps
from portal.repos.unit_of_work import UnitOfWork, unit_of_work
from portal.services.identity.fresh_code import FreshCode, counting_wrong_codes, spend_code
from portal.services.notify_staff import notify_admins
from portal.services.refunds.choose_rail import CONNECTOR_SEAL as SEAL
from portal.services.shops.set_rail import check_unused


def connect(*, platform: Platform, table: Mapping[str, Any], actor: Actor, deps: Deps) -> ConnectorConfig:
    """By an operator, from a file. Raises ConnectorError, Conflict as `set_connector`."""
    config = deps.schemas.read_connector(platform, table)
    with unit_of_work(deps) as work:
        work.shops.lock(actor.shop_id)
        _store(work, config, table, actor, deps)
    return config


def set_connector(
    *, platform: str, table: Mapping[str, Any], code: FreshCode, actor: Actor, request_id: RequestKey, deps: Deps
) -> ConnectorSet:
    """By an administrator, with a code of this moment: orders and refunds go there from now on. A key that is left
    empty keeps what is stored, as long as the platform and its address stay the same.

    Errors: Forbidden, Invalid, Conflict("rail_in_use": another shop while refunds are on their way by this),
    WrongCode, TooMany, Reused.
    """
    if not may(actor, "write", "settings"):
        raise Forbidden("settings")
    said = fingerprint(["connector", platform, sorted((key, str(value)) for key, value in table.items())])
    with counting_wrong_codes(actor, code, deps), unit_of_work(deps) as work:
        if done := work.requests.claim(actor, request_id, said, ConnectorSet):
            return done
        work.shops.lock(actor.shop_id)
        whole = _completed(work, platform, table, actor, deps)
        config = _read(platform, whole, deps)
        spend_code(work, actor, code, deps)
        _store(work, config, whole, actor, deps)
        return work.requests.finish(actor, request_id, ConnectorSet(what="set"))


def disconnect(*, actor: Actor, request_id: RequestKey, deps: Deps) -> ConnectorSet:
    """Nothing comes in or goes out any more; orders and refunds stay. Errors: Forbidden, Conflict("rail_in_use": what
    is on its way by its gateway has to arrive first, or fail), Reused."""
    if not may(actor, "write", "settings"):
        raise Forbidden("settings")
    with unit_of_work(deps) as work:
        if done := work.requests.claim(actor, request_id, fingerprint(["connector", "ended"]), ConnectorSet):
            return done
        _end(work, actor)
        return work.requests.finish(actor, request_id, ConnectorSet(what="ended"))


def end_connector(*, actor: Actor, deps: Deps) -> None:
    """By an operator. Raises Conflict, as `disconnect`."""
    with unit_of_work(deps) as work:
        _end(work, actor)


def _end(work: UnitOfWork, actor: Actor) -> None:
    work.shops.lock(actor.shop_id)
    if before := work.connectors.find(actor.shop_id):
        check_unused(work, actor.shop_id, before.platform)
        work.connectors.remove(actor.shop_id)
        _tell(work, actor, "connector_ended", before.host, before.platform)


def _read(platform: str, table: Mapping[str, Any], deps: Deps) -> ConnectorConfig:
    """Raises Invalid."""
    if platform not in PLATFORMS:
        raise Invalid((("platform", "required"),))
    try:
        return deps.schemas.read_connector(platform, table)
    except ConnectorError as error:
        raise Invalid(error.problems) from None


def _completed(
    work: UnitOfWork, platform: str, table: Mapping[str, Any], actor: Actor, deps: Deps
) -> Mapping[str, Any]:
    typed = {key: value for key, value in table.items() if value not in ("", None)}
    before = work.connectors.find(actor.shop_id)
    if before is None or before.platform != platform:
        return typed
    stored = json.loads(deps.vault.decrypt(SEAL, before.sealed_config))
    # Keys are for the address they were given for: who types another has to know them.
    same = str(typed.get("url", stored["url"])).rstrip("/") == str(stored["url"]).rstrip("/")
    stored = {key: value for key, value in stored.items() if key not in _other_way_in(typed)}
    return stored | typed if same else {"states": stored.get("states", {})} | typed


def _other_way_in(typed: Mapping[str, Any]) -> tuple[str, ...]:
    """Keys that those which were typed stand instead of: an app has a token, or it asks for one."""
    pair = ("client_id", "client_secret")
    if "access_token" in typed:
        return () if typed.keys() & set(pair) else pair
    return ("access_token",) if typed.keys() & set(pair) else ()


def _store(work: UnitOfWork, config: ConnectorConfig, table: Mapping[str, Any], actor: Actor, deps: Deps) -> None:
    before = work.connectors.find(actor.shop_id)
    host = urlsplit(config.url).netloc
    is_other = before is None or (before.platform, before.host) != (config.platform, host)
    if before and is_other:
        check_unused(work, actor.shop_id, before.platform)
    fresh = {"events_cursor": work.events.feed_end(actor.shop_id)} if is_other else {}
    work.connectors.set(
        actor.shop_id,
        is_other=is_other,
        platform=config.platform,
        host=host,
        sealed_config=deps.vault.encrypt(SEAL, json.dumps(dict(table))),
        refund=config.refund,
        **fresh,
    )
    _tell(work, actor, "connector_set", host, config.platform)


def _tell(work: UnitOfWork, actor: Actor, what: str, host: str, platform: Platform) -> None:
    data = {"platform": platform, "host": host, "what": what.partition("_")[2]}
    work.events.append_without_order(actor, NewEvent(kind=f"{actor.kind}:shop:connector", data=data))
    notify_admins(work, what, actor, about=host)
