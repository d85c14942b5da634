"""The adapter of Shopify, open to its counterpart."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from portal.adapters.connect_platforms import ConnectedPlatforms
from portal.domain.intake.imported_order import ImportedOrder
from portal.domain.money import Money, parse_amount
from portal.ports import Clock, PlatformRefund, RefundedLine, ShopPlatform
from portal.schemas.connector_files import read_connector
from portal.schemas.order import read_order
from tests.connectors.shopify_counterpart import TOKEN, Counterpart
from tests.connectors.shopify_orders import Node, legacy_id, shop_amount
from tests.connectors.shopify_webhooks import SECRET
from tests.support.fakes import FakeClock

NUMBER = "01M8P5KAE6EVPTGGG1NWYAM007-1"


def table_for(other: Counterpart, **changes: Any) -> dict[str, Any]:
    """A connector's file."""
    table = {"url": other.url, "access_token": TOKEN, "webhook_secret": SECRET, "api_version": "2026-10"}
    named = table | {"refund": True} | changes
    return {name: value for name, value in named.items() if value is not None}


def opened(other: Counterpart, clock: Clock | None = None, *, read: float = 8.0, **changes: Any) -> ShopPlatform:
    clock = clock or believed(other, FakeClock())
    platforms = ConnectedPlatforms(clock, may_be_private=True, read=read, whole=16.0)
    return platforms.open(read_connector("shopify", table_for(other, **changes)))


def believed(other: Counterpart, clock: FakeClock) -> FakeClock:
    """The same clock: what it pretends to rest fills the bucket of points."""
    other.bucket.rested = lambda: clock.rested
    return clock


def id_of(order: Node) -> str:
    return legacy_id(order["id"])


def line_ids(order: Node) -> list[str]:
    return [legacy_id(line["id"]) for line in order["lineItems"]]


def taken(platform: ShopPlatform, order: Node) -> ImportedOrder:
    """The order as it is imported."""
    found = platform.find_order(id_of(order))
    assert found is not None and found.problem is None, found
    read = read_order(dict(found.data or {}))
    assert isinstance(read, ImportedOrder), read
    return read


def refund_of(order: Node, amount: str, **more: Any) -> PlatformRefund:
    """Of an amount in the shop's currency, to the order's only payment unless another is named."""
    currency = order["currencyCode"]
    named: dict[str, Any] = {"number": NUMBER, "external_id": id_of(order), "amount": parse_amount(amount, currency)}
    return PlatformRefund(**named | more)


def one_unit(order: Node, amount: Money) -> tuple[RefundedLine, ...]:
    return (RefundedLine(line_id=line_ids(order)[0], quantity=1, amount=amount),)


def given_back(order: Node) -> Decimal:
    """What has really gone back, in the shop's currency."""
    done = [one for one in order["transactions"] if one["kind"] == "REFUND" and one["status"] == "SUCCESS"]
    return sum((shop_amount(one["amountSet"]) for one in done), Decimal(0))
