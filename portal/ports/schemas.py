"""What comes in as data, or was stored as it came, read to values of the domain."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from portal.domain.intake.imported_order import ImportedOrder, OrderProblem
from portal.domain.policy.pack import Pack
from portal.domain.shops.settings import ShopSettings


class Schemas(Protocol):
    """Readers of data. What is wrong with it is said all at once."""

    def read_order(self, data: Mapping[str, Any], country: str = "") -> ImportedOrder | tuple[OrderProblem, ...]:
        """One order of the order format. Whether its payments add up is another question (`balance_problem`)."""

    def read_stored_pack(self, text: str) -> Pack:
        """A published version: its canonical text. Raises PackError."""

    def read_settings(self, data: Mapping[str, Any]) -> ShopSettings:
        """The table of a settings file, or stored settings. Raises SettingsError."""
