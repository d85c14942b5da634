"""The platform that a shop is connected with, opened with its keys."""

from __future__ import annotations

from portal.domain.errors import NotFound
from portal.ports import Deps, ShopPlatform
from portal.repos.connectors import KeptConnector
from portal.repos.unit_of_work import reading
from portal.services.refunds.choose_rail import connector_config


def find_platform(*, shop_id: int, deps: Deps) -> tuple[KeptConnector, ShopPlatform] | None:
    """None where the shop is connected with none."""
    with reading(deps) as work:
        kept = work.connectors.find(shop_id)
    return (kept, deps.platforms.open(connector_config(kept, deps))) if kept else None


def get_platform(*, shop_id: int, deps: Deps) -> tuple[KeptConnector, ShopPlatform]:
    """Raises NotFound."""
    found = find_platform(shop_id=shop_id, deps=deps)
    if found is None:
        raise NotFound("connector")
    return found
