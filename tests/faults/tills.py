"""By which rails the orders of an installation are paid, and what must hold of the rails' own books."""

from __future__ import annotations

import http.client
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import select

from portal.domain.errors import Conflict
from portal.domain.identity.access import Actor
from portal.domain.money import Money
from portal.domain.orders.order import Payment
from portal.models.refund import Refund
from portal.ports import Deps
from portal.services.refunds.retry_refund_now import retry_refund_now
from portal.services.shops.set_rail import set_rail
from tests.rails.alipay_counterpart import AlipayCounterpart
from tests.rails.counterparts import HostedCounterpart
from tests.rails.merchant_counterpart import MerchantCounterpart
from tests.rails.stripe_counterpart import StripeCounterpart
from tests.rails.wechat_counterpart import WechatCounterpart
from tests.support.fakes import FakeClock
from tests.support.make import Made

REFUNDS = Refund.__table__
Rows = Mapping[str, Sequence[Any]]
"""`refunds` and `payments` of the portal, as rows."""


class Till(Protocol):
    """`tenders`: method and minor units of every order, 30.10 together."""

    tenders: tuple[tuple[str, int], ...]

    def set_up(self, made: Made) -> None:
        """What the shop needs to be paid so."""

    def reference(self, order_no: str, payment: Payment) -> str:
        """The provider's own of that payment, which has been made."""

    def attend(self, made: Made, port: int) -> bool:
        """What the shop and its people do meanwhile; whether there was anything to do."""

    def check(self, folder: Path, deps: Deps, rows: Rows) -> None:
        """Every refund of ours has moved once, and nothing else has."""


class SandboxTill:
    """All of it by the sandbox, whose log lies in the installation's folder."""

    tenders = (("alipay", 1_500), ("gift_card", 500), ("card", 1_010))

    def set_up(self, made: Made) -> None:
        """It is there."""

    def reference(self, order_no: str, payment: Payment) -> str:
        return f"{order_no}-{payment.id}"

    def attend(self, made: Made, port: int) -> bool:
        return False

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

    tenders: tuple[tuple[str, int], ...] = (("alipay", 1_000), ("wechat", 500), ("card", 1_010), ("unionpay", 500))

    def __init__(self) -> None:
        clock = WallClock()
        self.counterparts: dict[str, HostedCounterpart] = {
            "alipay": AlipayCounterpart(clock),
            "wechat": WechatCounterpart(clock),
            "card": StripeCounterpart(clock),
            "unionpay": MerchantCounterpart(clock, answers="later", method="unionpay"),
        }

    def set_up(self, made: Made) -> None:
        for counterpart in self.counterparts.values():
            operator = Actor(kind="operator", shop_id=made.shop_id)
            set_rail(config=counterpart.config(), actor=operator, deps=made.deps)

    def reference(self, order_no: str, payment: Payment) -> str:
        return self.counterparts[payment.method].capture(Money(payment.captured.minor, payment.captured.currency))

    def attend(self, made: Made, port: int) -> bool:
        return False

    def check(self, folder: Path, deps: Deps, rows: Rows) -> None:
        """By the books of each, payment by payment."""
        for payment in rows["payments"]:
            assert self.counterparts[payment.method].moved(payment.reference) == payment.refunded_minor

    def close(self) -> None:
        for counterpart in self.counterparts.values():
            counterpart.server.close()


class UnaskedTill(RailsTill):
    """A shop's own system that cannot be asked what became of a refund. It posts each result until that is taken, and
    somebody has what nobody knows of sent once more."""

    tenders = (("unionpay", 3_010),)

    def __init__(self) -> None:
        self.system = MerchantCounterpart(WallClock(), look_up=False, answers="later", method="unionpay")
        self.counterparts = {"unionpay": self.system}

    def attend(self, made: Made, port: int) -> bool:
        results = self.system.server.results()
        for number, said in results:
            if self._is_taken(number, said, made.keys.token, port):
                self.system.server.was_taken(number, said)
        return bool(self._press(made)) or bool(results)

    def _is_taken(self, number: str, said: dict[str, Any], token: str, port: int) -> bool:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=15)
        try:
            connection.request("POST", f"/api/v1/refunds/{number}/result", json.dumps(said), headers)
            answer = connection.getresponse()
            assert answer.status in (200, 503), (answer.status, answer.read())
        except (OSError, http.client.HTTPException):
            return False
        else:
            return answer.status == 200
        finally:
            connection.close()

    def _press(self, made: Made) -> list[str]:
        """Once for every time that it was parked."""
        with made.deps.database.reading() as connection:
            parked = select(REFUNDS.c.number, REFUNDS.c.parked_at).where(REFUNDS.c.parked_at.is_not(None))
            found = {f"{number} {at.isoformat()}": number for number, at in connection.execute(parked)}
        for press, number in found.items():
            with suppress(Conflict):
                retry_refund_now(refund_no=number, actor=made.staff("agent"), request_id=press, deps=made.deps)
        return list(found)
