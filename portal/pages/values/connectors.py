"""The page of the platform that a shop runs on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from portal.domain.connectors.compare import OrderDifference


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectorPage:
    """`platform` "off" where there is none. `webhook_url`: what is entered there. `refused`: pushes that the platform
    did not take, as (number of the order, what, its own words); `waiting`: how many are on their way."""

    may_act: bool
    platform: str
    host: str = ""
    webhook_url: str = ""
    refund: bool = False
    webhook_at: datetime | None = None
    refused_webhook_at: datetime | None = None
    orders_read: int = 0
    is_reading: bool = False
    read_at: datetime | None = None
    compared_at: datetime | None = None
    differences: tuple[OrderDifference, ...] = ()
    waiting: int = 0
    refused: tuple[tuple[str, str, str], ...] = ()
