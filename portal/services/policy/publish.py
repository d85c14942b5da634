"""A pack becomes an immutable version of a shop's policy, from now or from a date on: by `portal policy publish`, or
once a second person has approved a draft."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from portal.domain.errors import Forbidden, Invalid, NotFound
from portal.domain.identity.access import Actor, may
from portal.domain.policy.canonical import digest
from portal.domain.policy.pack import Pack
from portal.domain.records.events import NewEvent
from portal.ports import Deps
from portal.repos.unit_of_work import UnitOfWork, unit_of_work


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """`starts_at` None: it holds for imported orders from now on."""

    version_id: int
    shop_key: str
    digest: str
    starts_at: datetime | None


def publish_policy(*, pack: Pack, login: str, shop_key: str, starts_at: datetime | None, deps: Deps) -> Published:
    """Orders keep the version they were placed under. `shop_key` may be "" for somebody who works for one shop.

    `starts_at` replaces the pack's own `effective_from`. Errors: NotFound, Forbidden (the role), Invalid.
    """
    if starts_at is not None:
        pack = replace(pack, effective_from=starts_at)
    with unit_of_work(deps) as work:
        actor, key, in_use = _publisher(work, login, shop_key)
        return replace(publish_version(work, actor, pack, in_use=in_use), shop_key=key)


def publish_version(
    work: UnitOfWork, actor: Actor, pack: Pack, *, in_use: str, proposal: int | None = None
) -> Published:
    """In the caller's transaction. `in_use`: the name of the policy that the shop uses; `proposal`: the one it was
    approved by."""
    starts = pack.effective_from if pack.effective_from and pack.effective_from > work.now else None
    version_id = work.policies.ensure(actor.shop_id, pack, by=actor.key)
    if starts is None and work.policies.newest(actor.shop_id, pack.name) != version_id:
        # Published before, and others since: it holds again from now on, as a version of its own.
        pack = replace(pack, effective_from=work.now)
        version_id = work.policies.ensure(actor.shop_id, pack, by=actor.key)
    if starts is None:
        _put_in_use(work, actor.shop_id, pack.name, in_use)
    elif pack.name != in_use:
        # A version under the name in use starts by its date; another name must be switched to on that day.
        payload = {"shop": actor.shop_id, "policy": pack.name, "instead_of": in_use}
        work.jobs.enqueue("policy", payload, run_at=starts, dedup_key=f"policy:{version_id}")
    data: dict[str, Any] = {"policy": pack.name, "digest": digest(pack), "from": starts.isoformat() if starts else ""}
    if proposal is not None:
        data["proposal"] = proposal
    work.events.append_without_order(actor, NewEvent(kind="staff:policy:published", data=data))
    return Published(version_id=version_id, shop_key="", digest=digest(pack), starts_at=starts)


def start_policy(*, shop_id: int, policy: str, instead_of: str, deps: Deps) -> None:
    """The day has come: the shop's orders are imported under `policy`, unless another one was put in use meanwhile."""
    with unit_of_work(deps) as work:
        if work.shops.get_by_id(shop_id).policy == instead_of:
            _put_in_use(work, shop_id, policy, instead_of)


def _put_in_use(work: UnitOfWork, shop_id: int, policy: str, in_use: str) -> None:
    if policy != in_use:
        work.shops.set(shop_id, policy=policy)


def _publisher(work: UnitOfWork, login: str, shop_key: str) -> tuple[Actor, str, str]:
    """Who publishes, for which shop, and the name of the policy that shop uses."""
    staff = work.accounts.find_staff(login)
    if staff is None or staff.disabled_at:
        raise NotFound("staff")
    granted = work.accounts.shops_of_staff(staff.id)
    if shop_key:
        shop = work.shops.get(shop_key)
        if shop.id not in granted:
            raise NotFound("shop")
    elif len(granted) == 1:
        shop = work.shops.get_by_id(next(iter(granted)))
    else:
        raise Invalid((("shop", f"{login} works for several shops: say which with --shop"),))
    actor = Actor(kind="staff", shop_id=shop.id, id=staff.id, role=staff.role)
    if not may(actor, "write", "policies"):
        raise Forbidden("policies")
    return actor, shop.key, shop.policy
