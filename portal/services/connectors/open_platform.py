"""The platform that a shop is connected with, opened with its keys."""

from __future__ import annotations

import json

from portal.domain.connectors.config import ConnectorConfig
from portal.domain.errors import NotFound
from portal.ports import Deps, ShopPlatform
from portal.repos.connectors import KeptConnector
from portal.repos.unit_of_work import reading

SEAL = "connector"


def config_of(kept: KeptConnector, deps: Deps) -> ConnectorConfig:
    """With its keys. It never leaves the services."""
    return deps.schemas.read_connector(kept.platform, json.loads(deps.vault.decrypt(SEAL, kept.sealed_config)))


def find_platform(*, shop_id: int, deps: Deps) -> tuple[KeptConnector, ShopPlatform] | None:
    """None where the shop is connected with none."""
    with reading(deps) as work:
        kept = work.connectors.find(shop_id)
    return (kept, deps.platforms.open(config_of(kept, deps))) if kept else None


def get_platform(*, shop_id: int, deps: Deps) -> tuple[KeptConnector, ShopPlatform]:
    """Raises NotFound."""
    found = find_platform(shop_id=shop_id, deps=deps)
    if found is None:
        raise NotFound("connector")
    return found
