"""A shop on WooCommerce as the provider that its refunds go by: what a contract of rails handles."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from portal.domain.money import Money, parse_amount
from portal.ports import RefundAsk
from portal.schemas.connector_files import read_connector
from tests.connectors.support import woo_table
from tests.connectors.woocommerce_counterpart import Woo
from tests.connectors.woocommerce_orders import line, order
from tests.rails.counterparts import Fault, Lack
from tests.rails.local_provider import Reply, Request
from tests.rails.platform_rail import OfOrders, opened
from tests.support.fakes import NOON, FakeClock

_GATEWAY_TAKES = timedelta(seconds=30)
_FAULTS: dict[Fault | None, str | None] = {"late": "cut", "down": "down", "slow": "gateway_slow", "lying": "lying"}


class _Woo(Woo):
    """`cut`: what changes the books is done, and the connection is cut; `gateway_slow`: the gateway pays half a minute
    after it was asked; `lying`: the answer says that it is done, and nothing is."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.slow: list[tuple[datetime, dict[str, Any]]] = []
        super().__init__(clock.now())

    def answer(self, request: Request) -> Reply | None:
        found = super().answer(request)
        return None if self.fault == "cut" and request.method == "POST" else found

    def post_refund(self, request: Request, order_id: int) -> Reply:
        reply, fault = super().post_refund(request, order_id), self.fault
        if reply.status != 201 or fault not in ("gateway_slow", "lying"):
            return reply
        document = self.refund_books[order_id][-1]
        paid = self.gateway.pop()
        if fault == "lying":
            self.refund_books[order_id].pop()
            return reply
        document["refunded_payment"] = False
        self.slow.append((self.clock.now() + _GATEWAY_TAKES, document | {"paid": paid}))
        return Reply(500, b'{"code": "woocommerce_rest_cannot_create_order_refund", "message": "no answer"}', {})

    def time_goes_on(self) -> None:
        with self.lock:
            self.now = max(self.now, self.clock.now())
            for entry in [one for one in self.slow if one[0] <= self.clock.now()]:
                self.slow.remove(entry)
                order_id, money = entry[1]["paid"]
                self.gateway.append((order_id, money))
                for document in self.refund_books[order_id]:
                    document["refunded_payment"] |= document["id"] == entry[1]["id"]


class WooTill:
    """A `Counterpart`. An order is called by its own id; each is paid by card, all of it."""

    method, pause = "card", timedelta()
    arrives_in = listed_in = timedelta(seconds=1)
    lacks: frozenset[Lack] = frozenset({"others"})

    def __init__(self) -> None:
        self.clock = FakeClock(NOON)
        self.server = _Woo(self.clock)
        rail = opened(read_connector("woocommerce", woo_table(self.server)), self.clock)
        self.rail = OfOrders(rail, id_of=str, time_goes_on=self.server.time_goes_on)
        self._orders = 0

    def misbehave(self, fault: Fault | None) -> None:
        """`no_funds`: the gateway gives nothing back, and Woo knows it before it asks."""
        self.server.fault = _FAULTS.get(fault)
        self.server.no_refunds = {"stripe"} if fault == "no_funds" else set()

    def capture(self, amount: Money) -> str:
        self._orders += 1
        lines = [line(1, "Mug", amount.decimal(), currency=amount.currency)]
        self.server.put(order(self._orders, lines, currency=amount.currency))
        return str(self._orders)

    def refund_at_console(self, ask: RefundAsk) -> None:
        self.server.time_goes_on()
        self.server.refund_by_hand(int(ask.payment_reference), ask.amount.decimal())

    def moved(self, payment_reference: str) -> int:
        self.server.time_goes_on()
        row = self.server.books[int(payment_reference)]
        paid = [money for order_id, money in self.server.gateway if order_id == row["id"]]
        by_hand = [one for one in self.server.refund_books.get(row["id"], ()) if not one["meta_data"]]
        amounts = [*map(str, paid), *(one["amount"] for one in by_hand if one["refunded_payment"])]
        return sum(parse_amount(amount, row["currency"]).minor for amount in amounts)

    def close(self) -> None:
        self.server.close()
