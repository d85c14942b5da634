"""Which rail a payment goes by: the one place that says so.

What was sent somewhere stays there, whatever the shop has set since: only that rail knows the number. What was not goes
by the shop's rail that takes its method, by the gateway of the platform that its order came from, or by the sandbox
where the installation may pretend; else by none.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from portal.domain.connectors.config import PLATFORMS, ConnectorConfig, Platform
from portal.domain.errors import ProviderUnavailable
from portal.domain.refunds.rails import SANDBOX, RailConfig, RailKind, name_that_collects, name_that_takes
from portal.domain.refunds.refund import Refund
from portal.ports import ConnectedRail, Deps, PaymentRail
from portal.repos.connectors import KeptConnector
from portal.repos.rails import KeptRail
from portal.repos.unit_of_work import UnitOfWork

SEAL, CONNECTOR_SEAL = "rail", "connector"
_NOT_OF_GATEWAYS: Mapping[Platform, tuple[str, ...]] = {
    "woocommerce": ("gift_card", "store_credit", "cod"),
    "shopify": ("cod",),
}
"""Methods that no gateway of a platform gives back. Shopify puts money back on its own gift cards."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A rail by its name, read and not opened yet: `kept` of the shop, `connector` its platform; neither: the
    sandbox."""

    name: str
    kept: KeptRail | None = None
    connector: KeptConnector | None = None


def takes(work: UnitOfWork, shop_id: int, method: str, deps: Deps) -> Choice | None:
    """Who takes a payment of this method now."""
    rails = work.rails.of_shop(shop_id)
    named: dict[str, tuple[str, ...]] = {rail.kind: tuple(rail.methods) for rail in rails}
    name = name_that_takes(method, named, sandbox=sandbox_of(deps))
    return _among(rails, name, deps) if name else None


def who_collects(
    work: UnitOfWork, shop_id: int, methods: Iterable[str], currency: str, deps: Deps
) -> dict[str, Choice]:
    """By method, in their order: who takes a fee in that currency now. A method that nobody takes is not there."""
    rails = work.rails.of_shop(shop_id)
    named: dict[str, tuple[str, ...]] = {rail.kind: tuple(rail.methods) for rail in rails}
    pretends = sandbox_of(deps)
    names = {method: name_that_collects(method, currency, named, sandbox=pretends) for method in methods}
    found = {method: _among(rails, name, deps) for method, name in names.items() if name}
    return {method: choice for method, choice in found.items() if choice}


def named(work: UnitOfWork, shop_id: int, name: str, deps: Deps) -> Choice | None:
    """A rail that something was sent to; None where it is there no more."""
    if name in PLATFORMS:
        connector = work.connectors.find(shop_id)
        return Choice(name, connector=connector) if connector and connector.platform == name else None
    return _among([] if name == SANDBOX else work.rails.of_shop(shop_id), name, deps)


def rail_of(work: UnitOfWork, shop_id: int, refund: Refund, deps: Deps) -> Choice | None:
    """Where the refund was sent; before that, and once that rail has gone and is known to have refused it, who takes
    its method."""
    if refund.state in ("submitted", "pending", "succeeded"):
        return named(work, shop_id, refund.rail, deps)
    if refund.state == "failed" and refund.rail != SANDBOX and (kept := named(work, shop_id, refund.rail, deps)):
        return kept
    found = takes(work, shop_id, refund.method, deps)
    return found if found and found.kept else _platform_of(work, shop_id, refund) or found


def _platform_of(work: UnitOfWork, shop_id: int, refund: Refund) -> Choice | None:
    """Where the order came from it, its gateway took the payment, and refunds are to go through it."""
    connector = work.connectors.find(shop_id)
    if connector is None or not connector.refund or refund.method in _NOT_OF_GATEWAYS[connector.platform]:
        return None
    is_of_it = work.connectors.is_of_platform(shop_id, refund.order_id)
    return Choice(connector.platform, connector=connector) if is_of_it else None


def open_rail(choice: Choice, deps: Deps) -> PaymentRail:
    """Raises ProviderUnavailable where its keys cannot be read: under another secret key, or by another version."""
    if choice.kept is not None:
        return open_kept(choice.kept, deps)
    if choice.connector is not None:
        return deps.platforms.rail(connector_config(choice.connector, deps))
    assert deps.rail is not None
    return deps.rail


def open_kept(kept: KeptRail, deps: Deps) -> ConnectedRail:
    """Raises ProviderUnavailable."""
    return deps.rails.open(config_of(kept, deps), notify_url=callback_of(kept, deps))


def callback_of(kept: KeptRail, deps: Deps) -> str:
    """Where its provider's callbacks are taken."""
    return f"{deps.base_url}/callbacks/{kept.shop_key}/{kept.kind}"


def config_of(kept: KeptRail, deps: Deps) -> RailConfig:
    """Raises ProviderUnavailable."""
    try:
        return deps.schemas.read_rail(kept.kind, json.loads(deps.vault.decrypt(SEAL, kept.sealed)))
    except ValueError as error:
        raise ProviderUnavailable(kept.kind, "its keys cannot be read") from error


def connector_config(kept: KeptConnector, deps: Deps) -> ConnectorConfig:
    """With its keys. Raises ProviderUnavailable, as `config_of`."""
    try:
        return deps.schemas.read_connector(
            kept.platform, json.loads(deps.vault.decrypt(CONNECTOR_SEAL, kept.sealed_config))
        )
    except ValueError as error:
        raise ProviderUnavailable(kept.platform, "its keys cannot be read") from error


def sandbox_of(deps: Deps) -> Literal["none", "alone", "demo"]:
    """How far this installation may pretend."""
    if deps.rail is None:
        return "none"
    return "demo" if deps.is_demo else "alone"


def _among(rails: list[KeptRail], name: str | RailKind, deps: Deps) -> Choice | None:
    if name == SANDBOX:
        return Choice(SANDBOX) if deps.rail is not None else None
    return next((Choice(rail.kind, rail) for rail in rails if rail.kind == name), None)
