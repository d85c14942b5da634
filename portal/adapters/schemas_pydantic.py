"""Data read by the pydantic types of `portal.schemas`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.domain.intake.imported_order import ImportedOrder, OrderProblem
from portal.domain.policy.pack import Pack
from portal.domain.shops.settings import ShopSettings
from portal.schemas.order import read_order
from portal.schemas.pack import read_stored_pack
from portal.schemas.shop_settings import read_settings


class PydanticSchemas:
    """The port `Schemas`."""

    def read_order(self, data: Mapping[str, Any], country: str = "") -> ImportedOrder | tuple[OrderProblem, ...]:
        return read_order(data, country)

    def read_stored_pack(self, text: str) -> Pack:
        return read_stored_pack(text)

    def read_settings(self, data: Mapping[str, Any]) -> ShopSettings:
        return read_settings(data)
