"""Shopify keeps the contract of platforms."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

import pytest

from portal.domain.money import parse_amount
from portal.ports import PlatformRefund, ShopPlatform
from tests.connectors.platform_contract import Bench, PlatformContract
from tests.connectors.shopify_connected import given_back, opened
from tests.connectors.shopify_counterpart import Counterpart
from tests.connectors.shopify_orders import PLACED, Currencies, Item, Node, Placed, gid, legacy_id, order_of, sent
from tests.connectors.shopify_webhooks import webhook

_CHANGES = ("refundCreate", "orderCancel", "orderUpdate", "returnCreate")


class ShopifyBench:
    def __init__(self, other: Counterpart) -> None:
        self._other, self._count = other, 1000

    def open(self) -> ShopPlatform:
        return opened(self._other)

    def place(self, *, is_sent: bool = False) -> str:
        self._count += 1
        placed = Placed(number=str(self._count), items=[Item(sku="MUG", price="10.00", quantity=2, tax="4.00")])
        placed.freight, placed.freight_tax, placed.currencies = "5.00", "1.00", Currencies(shop="EUR")
        order = self._other.shop.add(order_of(placed))
        if is_sent:
            sent(order, at=PLACED)
        return legacy_id(order["id"])

    def _order(self, external_id: str) -> Node:
        found = self._other.shop.find(gid("Order", int(external_id)))
        assert found is not None
        return found

    def moved(self, external_id: str) -> Decimal:
        return given_back(self._order(external_id))

    def refund_there(self, external_id: str, amount: str) -> None:
        self.open().refund(PlatformRefund(number="there", external_id=external_id, amount=parse_amount(amount, "EUR")))
        self._order(external_id)["refunds"][-1]["note"] = "a kind word"

    def webhook(self, external_id: str) -> tuple[dict[str, str], bytes]:
        return webhook(self._order(external_id))

    @contextmanager
    def losing(self, kind: str) -> Iterator[None]:
        self._other.plans += [(name, {"html": "html_after"}.get(kind, kind)) for name in _CHANGES]
        yield
        self._other.plans.clear()

    def notes(self, external_id: str) -> str:
        return self._order(external_id)["note"] or ""


class TestShopify(PlatformContract):
    @pytest.fixture
    def bench(self, shopify: Counterpart) -> Bench:
        return ShopifyBench(shopify)
