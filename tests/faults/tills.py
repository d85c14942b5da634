"""By which rails the orders of an installation are paid, and what must hold of the rails' own books."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from portal.domain.identity.access import Actor
from portal.domain.money import Money
from portal.domain.orders.order import Payment
from portal.ports import Deps
from portal.services.shops.set_rail import set_rail
from tests.rails.alipay_counterpart import AlipayCounterpart
from tests.rails.counterparts import HostedCounterpart
from tests.rails.stripe_counterpart import StripeCounterpart
from tests.rails.wechat_counterpart import WechatCounterpart
from tests.support.fakes import FakeClock
from tests.support.make import Made

Rows = Mapping[str, Sequence[Any]]
"""`refunds` and `payments` of the portal, as rows."""


class Till(Protocol):
    """`tenders`: method and minor units of every order, 30.10 together."""

    tenders: tuple[tuple[str, int], ...]

    def set_up(self, made: Made) -> None:
        """What the shop needs to be paid so."""

    def reference(self, order_no: str, payment: Payment) -> str:
        """The provider's own of that payment, which has been made."""

    def check(self, folder: Path, deps: Deps, rows: Rows) -> None:
        """Every refund of ours has moved once, and nothing else has."""


class SandboxTill:
    """All of it by the sandbox, whose log lies in the installation's folder."""

    tenders = (("alipay", 1_500), ("gift_card", 500), ("card", 1_010))

    def set_up(self, made: Made) -> None:
        """It is there."""

    def reference(self, order_no: str, payment: Payment) -> str:
        return f"{order_no}-{payment.id}"

    def check(self, folder: Path, deps: Deps, rows: Rows) -> None:
        """By its log."""
        log = (folder / "rail.ndjson").read_text().splitlines() if rows["refunds"] else []
        moved = Counter(line["refund"] for line in map(json.loads, log) if line["outcome"] == "succeeded")
        assert set(moved.values()) <= {1}
        assert set(moved) == {refund.number for refund in rows["refunds"]}
        balances = {reference: money.minor for reference, _, money in deps.rail.balances()}  # type: ignore[union-attr]
        assert all(balances.get(payment.reference, 0) == payment.refunded_minor for payment in rows["payments"])


class WallClock(FakeClock):
    """A provider's own, which does not jump with ours."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class RailsTill:
    """One tender a rail: every order goes back over all of them."""

    tenders = (("alipay", 1_500), ("wechat", 500), ("card", 1_010))

    def __init__(self) -> None:
        clock = WallClock()
        self.counterparts: dict[str, HostedCounterpart] = {
            "alipay": AlipayCounterpart(clock),
            "wechat": WechatCounterpart(clock),
            "card": StripeCounterpart(clock),
        }

    def set_up(self, made: Made) -> None:
        for counterpart in self.counterparts.values():
            operator = Actor(kind="operator", shop_id=made.shop_id)
            set_rail(config=counterpart.config(), actor=operator, deps=made.deps)

    def reference(self, order_no: str, payment: Payment) -> str:
        return self.counterparts[payment.method].capture(Money(payment.captured.minor, payment.captured.currency))

    def check(self, folder: Path, deps: Deps, rows: Rows) -> None:
        """By the books of each, payment by payment."""
        for payment in rows["payments"]:
            assert self.counterparts[payment.method].moved(payment.reference) == payment.refunded_minor

    def close(self) -> None:
        for counterpart in self.counterparts.values():
            counterpart.server.close()
