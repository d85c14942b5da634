"""A shop on Shopify as the provider that its refunds go by: what a contract of rails handles."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from portal.domain.money import Money
from portal.ports import RefundAsk
from portal.schemas.connector_files import read_connector
from tests.connectors.shopify_connected import believed, table_for
from tests.connectors.shopify_counterpart import Counterpart, running
from tests.connectors.shopify_orders import Currencies, Item, Node, Placed, legacy_id, order_of, shop_amount
from tests.connectors.shopify_shop import ShopifyShop
from tests.rails.counterparts import Fault, Lack
from tests.rails.platform_rail import OfOrders, opened
from tests.support.fakes import NOON, FakeClock

_GATEWAY_TAKES, _KEYS_LAST = timedelta(seconds=30), timedelta(days=1)
_STATUS: dict[Fault | None, str] = {"slow": "PENDING", "no_funds": "FAILURE"}


@dataclass
class _Shop(ShopifyShop):
    """`fault`: double (asked twice under the same key), lying (its answer says that it is done, and nothing is)."""

    fault: Fault | None = None
    called_at: datetime = NOON

    def refundCreate(self, info: Any, *, input: Node) -> Node:
        done = super().refundCreate(info, input=input)
        if self.fault == "double":
            return super().refundCreate(info, input=input)
        if self.fault == "lying" and done["refund"]:
            order = done["order"]
            order["refunds"].remove(done["refund"])
            order["transactions"] = [one for one in order["transactions"] if one not in done["refund"]["transactions"]]
            self.keys.clear()
        return done

    def time_goes_on(self) -> None:
        """Money that is on its way arrives; keys are forgotten after a day."""
        now = self.now()
        for one in (one for order in self.orders for one in order["transactions"]):
            if one["status"] == "PENDING" and one["createdAt"] + _GATEWAY_TAKES <= now:
                one["status"] = "SUCCESS"
        if now - self.called_at >= _KEYS_LAST:
            self.keys.clear()
        self.called_at = now


@dataclass
class ShopifyTill:
    """A `Counterpart`, `Spending` and `LateFailing`. A payment is called by the number of its transaction."""

    clock: FakeClock = field(default_factory=lambda: FakeClock(NOON))
    method: str = "shopify_payments"
    pause: timedelta = timedelta()
    arrives_in: timedelta = timedelta(seconds=1)
    listed_in: timedelta = timedelta(seconds=1)
    lacks: frozenset[Lack] = frozenset({"others"})

    def __post_init__(self) -> None:
        self._stack, self._of = ExitStack(), dict[str, Node]()
        self.shop = _Shop(now=self.clock.now)
        self.server: Counterpart = self._stack.enter_context(running(self.shop))
        config = read_connector("shopify", table_for(self.server))
        rail = opened(config, believed(self.server, self.clock))
        self.rail = OfOrders(rail, id_of=self._order_id, time_goes_on=self.shop.time_goes_on)

    def misbehave(self, fault: Fault | None) -> None:
        self.shop.fault, self.shop.refund_status = fault, _STATUS.get(fault, "SUCCESS")
        self.server.plans = []
        if fault == "late":
            self.server.plan("refundCreate", "late")
        if fault == "down":
            self.server.plan("*", *["down"] * 10)

    def capture(self, amount: Money) -> str:
        placed = Placed(
            number=str(1000 + len(self._of)),
            items=[Item(price=amount.decimal())],
            freight="0",
            currencies=Currencies(shop=amount.currency),
            placed_at=self.clock.now(),
        )
        order = self.shop.add(order_of(placed))
        reference = legacy_id(order["transactions"][0]["id"])
        self._of[reference] = order
        return reference

    def refund_at_console(self, ask: RefundAsk) -> None:
        order = self._of[ask.payment_reference]
        paid = {"parentId": order["transactions"][0]["id"], "gateway": "alipay_global", "kind": "REFUND"}
        asked = {"orderId": order["id"], "transactions": [paid | {"amount": ask.amount.decimal()}]}
        assert not self.shop._refund(asked)["userErrors"]

    def moved(self, payment_reference: str) -> int:
        self.shop.time_goes_on()
        order = self._of[payment_reference]
        done = [one for one in order["transactions"] if one["kind"] == "REFUND" and one["status"] == "SUCCESS"]
        amount = sum((shop_amount(one["amountSet"]) for one in done), Decimal(0))
        currency, digits = order["currencyCode"], {"JPY": 0, "KWD": 3}
        return int(amount.scaleb(digits.get(currency, 2)))

    def spend(self, number: str) -> None:
        self._fail(number)

    def fail_later(self, number: str) -> None:
        self._fail(number)

    def _fail(self, number: str) -> None:
        for order in self.shop.orders:
            for refund in order["refunds"]:
                if f"portal:{number}" in (refund["note"] or ""):
                    for one in refund["transactions"]:
                        one["status"] = "FAILURE"

    def _order_id(self, reference: str) -> str:
        return legacy_id(self._of[reference]["id"])

    def close(self) -> None:
        self._stack.close()
