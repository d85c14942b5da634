"""Data read by the pydantic types of `portal.schemas`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, BinaryIO

from portal.adapters.feed_files import read_orders
from portal.domain.connectors.config import ConnectorConfig, Platform
from portal.domain.intake.imported_order import ImportedOrder, OrderProblem, Read, Reject
from portal.domain.orders.product import Product
from portal.domain.policy.pack import Pack
from portal.domain.refunds.rails import RailConfig, RailKind
from portal.domain.shops.settings import ShopSettings
from portal.schemas.connector_files import read_connector
from portal.schemas.order import read_order
from portal.schemas.pack import read_stored_pack
from portal.schemas.product_body import read_product
from portal.schemas.rail_files import read_rail, read_rail_text
from portal.schemas.shop_settings import read_settings


class PydanticSchemas:
    """The port `Schemas`."""

    def read_order(self, data: Mapping[str, Any], country: str = "") -> ImportedOrder | tuple[OrderProblem, ...]:
        return read_order(data, country)

    def read_product(self, sku: str, data: Mapping[str, Any], *, currency: str, now: datetime) -> Product:
        return read_product(sku, data, currency=currency, now=now)

    def read_connector(self, platform: Platform, data: Mapping[str, Any]) -> ConnectorConfig:
        return read_connector(platform, data)

    def read_lines(self, raw: BinaryIO, most: int) -> Iterator[Read | Reject]:
        return read_orders(raw, "ndjson", most=most)

    def read_stored_pack(self, text: str) -> Pack:
        return read_stored_pack(text)

    def read_settings(self, data: Mapping[str, Any]) -> ShopSettings:
        return read_settings(data)

    def read_rail_text(self, kind: RailKind, text: str) -> RailConfig:
        return read_rail_text(kind, text)

    def read_rail(self, kind: RailKind, data: Mapping[str, Any]) -> RailConfig:
        return read_rail(kind, data)
