"""WooCommerce keeps the contract of platforms."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

import pytest

from portal.ports import ShopPlatform
from tests.connectors.platform_contract import Bench, PlatformContract
from tests.connectors.test_woocommerce_platform import mugs, opened
from tests.connectors.woocommerce_counterpart import Woo


class WooBench:
    def __init__(self, woo: Woo) -> None:
        self._woo, self._count = woo, 10

    def open(self) -> ShopPlatform:
        return opened(self._woo)

    def place(self, *, is_sent: bool = False) -> str:
        self._count += 1
        self._woo.put(mugs(self._count))
        if is_sent:
            self._woo.put(self._woo.books[self._count], status="completed", date_completed="2026-11-19T09:00:00")
        return str(self._count)

    def moved(self, external_id: str) -> Decimal:
        return sum((amount for order_id, amount in self._woo.gateway if str(order_id) == external_id), Decimal(0))

    def refund_there(self, external_id: str, amount: str) -> None:
        self._woo.refund_by_hand(int(external_id), amount)

    def webhook(self, external_id: str) -> tuple[dict[str, str], bytes]:
        return self._woo.webhook("order.updated", self._woo.books[int(external_id)])

    @contextmanager
    def losing(self, kind: str) -> Iterator[None]:
        if kind == "down":
            self._woo.fault = "down"
        else:
            self._woo.lose_answer_of = ("POST", {"html": "lost_in_html"}.get(kind, kind))
        yield
        self._woo.fault = self._woo.lose_answer_of = None

    def notes(self, external_id: str) -> str:
        return "\n".join(note["note"] for note in self._woo.notes.get(int(external_id), ()))


class TestWooCommerce(PlatformContract):
    @pytest.fixture
    def bench(self, woo: Woo) -> Bench:
        return WooBench(woo)
