"""The rails of a shop as they may be shown: what they take, fingerprints, and never a key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from portal.domain.errors import Forbidden, ProviderUnavailable
from portal.domain.identity.access import Actor, may
from portal.domain.refunds.rails import RailKind, shown_config
from portal.ports import Deps
from portal.repos.rails import KeptRail
from portal.repos.unit_of_work import reading
from portal.services.refunds.choose_rail import callback_of, config_of, sandbox_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownRail:
    """`facts`: (key, what may be shown of it), () where its keys cannot be read any more; `callback`: the address to
    enter with the provider; `checked_at` None: never."""

    kind: RailKind
    methods: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    callback: str
    changed_at: datetime
    checked_at: datetime | None
    check_problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopRails:
    """`untaken`: methods of the shop's refunds that no rail takes; `sandbox` takes those, where it does."""

    rails: tuple[ShownRail, ...]
    untaken: tuple[str, ...]
    sandbox: bool


def list_rails(*, actor: Actor, deps: Deps) -> ShopRails:
    """Raises Forbidden."""
    if not may(actor, "read", "settings"):
        raise Forbidden("settings")
    with reading(deps) as work:
        rails = work.rails.of_shop(actor.shop_id)
        used = work.rails.methods_used(actor.shop_id)
    taken = {method for rail in rails for method in rail.methods}
    pretends = sandbox_of(deps)
    return ShopRails(
        rails=tuple(_shown(rail, deps) for rail in rails),
        untaken=tuple(method for method in used if method not in taken),
        sandbox=pretends == "demo" or (pretends == "alone" and not rails),
    )


def _shown(rail: KeptRail, deps: Deps) -> ShownRail:
    try:
        facts = shown_config(config_of(rail, deps))
    except ProviderUnavailable:
        facts = ()
    return ShownRail(
        kind=rail.kind,
        methods=tuple(rail.methods),
        facts=tuple((key, shown) for key, shown in facts if key != "methods"),
        callback=callback_of(rail, deps) if rail.kind != "merchant" else "",
        changed_at=rail.changed_at,
        checked_at=rail.checked_at,
        check_problem=rail.check_problem,
    )
