"""What comes in as data, or was stored as it came, read to values of the domain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, BinaryIO, Protocol

from portal.domain.connectors.config import ConnectorConfig, Platform
from portal.domain.intake.imported_order import ImportedOrder, OrderProblem, Read, Reject
from portal.domain.orders.product import Product
from portal.domain.policy.pack import Pack
from portal.domain.refunds.rails import RailConfig, RailKind
from portal.domain.shops.settings import ShopSettings


class Schemas(Protocol):
    """Readers of data. What is wrong with it is said all at once."""

    def read_order(self, data: Mapping[str, Any], country: str = "") -> ImportedOrder | tuple[OrderProblem, ...]:
        """One order of the order format. Whether its payments add up is another question (`balance_problem`)."""

    def read_product(self, sku: str, data: Mapping[str, Any], *, currency: str, now: datetime) -> Product:
        """One product as a shop's program sends it. Raises Invalid."""

    def read_connector(self, platform: Platform, data: Mapping[str, Any]) -> ConnectorConfig:
        """The table of a connector's file, or a stored one. Raises ConnectorError."""

    def read_lines(self, raw: BinaryIO, most: int) -> Iterator[Read | Reject]:
        """Orders, one a line, gzipped or not, in constant memory; what breaks off or has more than `most` bytes,
        unpacked, ends with a Reject that is no order."""

    def read_stored_pack(self, text: str) -> Pack:
        """A published version: its canonical text. Raises PackError."""

    def read_settings(self, data: Mapping[str, Any]) -> ShopSettings:
        """The table of a settings file, or stored settings. Raises SettingsError."""

    def read_rail_text(self, kind: RailKind, text: str) -> RailConfig:
        """The same, from TOML. Raises RailFileError."""

    def read_rail(self, kind: RailKind, data: Mapping[str, Any]) -> RailConfig:
        """A rail's table that holds the keys themselves, posted or stored. Raises RailFileError."""


class PackTexts(Protocol):
    """Policy packs as the files that people write."""

    @property
    def bases(self) -> Mapping[str, Pack]:
        """The packs that ship with the portal, by name: a shop's may be written `on` one of them."""

    def read_pack(self, text: str) -> Pack:
        """A checked pack. Raises PackError with every problem."""

    def table_of(self, text: str) -> dict[str, Any]:
        """What the file itself says. Raises PackError where it is no TOML."""

    def text_of(self, table: Mapping[str, Any], like: str = "") -> str:
        """A file that says `table`; `like`: the one it was, whose comments and order stay where they can."""
