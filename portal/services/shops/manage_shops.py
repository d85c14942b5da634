"""Shops: added with their keys, set from a file, shown. For operators and scripts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from portal.domain.embedding.origins import read_origin
from portal.domain.errors import Invalid
from portal.domain.identity.access import Actor
from portal.domain.policy.pack import Pack
from portal.domain.records.events import NewEvent
from portal.domain.shops.settings import settings_to_dict
from portal.ports import Deps
from portal.repos.unit_of_work import reading, unit_of_work
from portal.services.embedding.handoff_keys import add_first_key
from portal.services.shops.api_tokens import add_first_token

_KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,39}\Z")
_HOST = re.compile(r"[a-z0-9.-]{1,253}(:[0-9]{1,5})?\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopKeys:
    """Shown once: only a digest of the token is kept, and the hand-off key encrypted."""

    token: str
    handoff_key: str


def check_origin(origin: str) -> str:
    """`https://shop.example[:port]`, or http on a loopback name (also under `.localhost`). Raises Invalid."""
    try:
        return read_origin(origin)
    except ValueError as error:
        raise Invalid((("origin", f"{origin} {error}"),)) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewShop:
    """A shop under `policy`, the name of a pack. `origins` may embed it, `hosts` stand for it, its pictures come from
    `image_origins`."""

    key: str
    name: str
    origins: tuple[str, ...]
    hosts: tuple[str, ...] = ()
    image_origins: tuple[str, ...] = ()
    policy: str = "cn"


def add_shop(*, new: NewShop, packs: dict[str, Pack], deps: Deps) -> ShopKeys:
    """With every law's pack of `packs` published for it. Raises Invalid."""
    key, policy, hosts = new.key, new.policy, new.hosts
    if not _KEY.match(key):
        raise Invalid((("key", "must be lower-case letters, digits and -, at most 40"),))
    if policy not in packs:
        raise Invalid((("policy", f"there is no policy {policy}; there are: {', '.join(sorted(packs))}"),))
    if bad := [host for host in hosts if not _HOST.match(host.lower())]:
        raise Invalid((("host", f"{bad[0]} is not a host name"),))
    keys = ShopKeys(token=deps.random.token(), handoff_key=deps.random.token())
    with unit_of_work(deps) as work:
        shop_id = work.shops.add(
            tuple(host.lower() for host in hosts),
            key=key,
            name=new.name,
            policy=policy,
            settings={},
            origins=[check_origin(origin) for origin in new.origins],
            image_origins=[check_origin(origin) for origin in new.image_origins],
        )
        add_first_token(work, shop_id, keys.token)
        add_first_key(work, shop_id, keys.handoff_key, deps=deps)
        for pack in packs.values():
            work.policies.ensure(shop_id, pack, by="operator")
        work.events.append_without_order(
            _operator(shop_id), NewEvent(kind="operator:shop:added", data={"key": key, "policy": policy})
        )
    return keys


def set_shop(*, key: str, settings: dict[str, Any], deps: Deps) -> None:
    """Replaces the shop's settings. Raises NotFound, or SettingsError with every problem."""
    kept = settings_to_dict(deps.schemas.read_settings(settings))  # TOML has dates, JSON has none.
    with unit_of_work(deps) as work:
        shop = work.shops.get(key)
        work.shops.set(shop.id, settings=kept)
        work.events.append_without_order(
            _operator(shop.id), NewEvent(kind="operator:shop:set", data={"keys": sorted(settings)})
        )


def show_shop(*, key: str, deps: Deps) -> dict[str, Any]:
    """What is stored of a shop, without its keys."""
    with reading(deps) as work:
        shop = work.shops.get(key)
    shown = ("key", "name", "policy", "origins", "image_origins", "settings", "version")
    return {name: getattr(shop, name) for name in shown}


def shop_id_of(*, key: str, deps: Deps) -> int:
    """Raises NotFound for a key nobody has."""
    with reading(deps) as work:
        return int(work.shops.get(key).id)


def _operator(shop_id: int) -> Actor:
    return Actor(kind="operator", shop_id=shop_id)
