"""How a shop's platform is reached (INTERFACE, connector files)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Platform = Literal["woocommerce", "shopify"]
PLATFORMS: tuple[Platform, ...] = ("woocommerce", "shopify")


class ConnectorError(ValueError):
    """A connector's file that cannot be used: `problems` are (key, reason)."""

    def __init__(self, problems: tuple[tuple[str, str], ...]) -> None:
        super().__init__("; ".join(f"{key}: {reason}" for key, reason in problems))
        self.problems = problems


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectorConfig:
    """`url`: the shop's own address, without a slash at its end. `keys`: by their names in the file. `refund`: money
    goes back through the platform's gateway. `states`: its words for states, theirs to ours."""

    platform: Platform
    url: str
    keys: Mapping[str, str] = field(repr=False)
    webhook_secret: str = field(repr=False)
    api_version: str = ""
    refund: bool = False
    states: Mapping[str, str] = field(default_factory=dict)
