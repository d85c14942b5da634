"""The shop's own system as the contract of rails handles it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from standardwebhooks import Webhook

from portal.adapters.rail_merchant import MerchantRail
from portal.domain.money import Money
from portal.domain.refunds.rails import MerchantConfig
from portal.ports import RefundAnswer, RefundAsk
from portal.schemas.result_body import read_result
from tests.rails.counterparts import Fault, Lack, Notice
from tests.rails.merchant_server import ANOTHER_SECRET, SECRET, Answers, MerchantServer
from tests.support.fakes import FakeClock


class MerchantCounterpart:
    """`look_up`: it gives an address to be asked at; without one it posts every result. It has no statement, and its
    answers name no amount unless something is planned."""

    arrives_in = timedelta(seconds=5)
    listed_in = pause = timedelta()

    def __init__(
        self,
        clock: FakeClock | None = None,
        *,
        look_up: bool = True,
        answers: Answers = "at_once",
        method: str = "alipay",
    ) -> None:
        self.method = method
        self.clock = clock or FakeClock()
        settles_in = timedelta(seconds=1 if answers == "later" else 0)
        self.server = MerchantServer(self.clock, answers=answers, settles_in=settles_in)
        self._look_up = look_up
        self.lacks: frozenset[Lack] = frozenset({"statement", "details"} | (set() if look_up else {"look_up"}))
        self.rail = self._rail(SECRET)

    @property
    def calls(self) -> int:
        return len(self.server.requests)

    def config(self, secret: str = SECRET, **other: Any) -> MerchantConfig:
        address = f"{self.server.url}/refunds"
        values = {
            **{"methods": (self.method,), "url": address, "secret": secret},
            **{"query_url": address if self._look_up else ""},
        }
        return MerchantConfig(**(values | other))  # type: ignore[arg-type]

    def _rail(self, secret: str) -> MerchantRail:
        return MerchantRail(self.config(secret), self.clock, may_be_private=True)

    def wrong_key_rail(self) -> MerchantRail:
        return self._rail(ANOTHER_SECRET)

    def secrets(self) -> tuple[str, ...]:
        return SECRET, SECRET.removeprefix("whsec_"), ANOTHER_SECRET

    def misbehave(self, fault: Fault | str | None) -> None:
        self.server.fault = fault

    def capture(self, amount: Money, own_number: str = "") -> str:
        return self.server.open(amount.minor, amount.currency, own_number)

    def refund_at_console(self, ask: RefundAsk) -> None:
        data = {"refund": ask.number, "reference": ask.payment_reference}
        amount = {"amount": ask.amount.decimal(), "currency": ask.amount.currency}
        self.server.books[ask.number] = self.server.book(data | amount)

    def moved(self, payment_reference: str) -> int:
        return self.server.moved(payment_reference)

    def fail_later(self, number: str) -> None:
        booked = self.server.books[number]
        booked.moves_at, booked.message = None, "账户已注销，银行退回"

    def reported(self, number: str) -> RefundAnswer:
        """The body of its result, read as the machine API reads one; `pending` until there is one."""
        booked = self.server.books.get(number)
        if booked is None:
            return RefundAnswer(outcome="unknown_number")
        said = read_result(json.loads(json.dumps(booked.answer(self.clock.now()))))
        return RefundAnswer(outcome=said["state"], reason=said.get("message") or "")

    def signed_by_its_secret(self, body: bytes) -> Notice:
        """As if it called the portal back under the secret that both have."""
        now = self.clock.now()
        signature = Webhook(SECRET).sign("n-1", now, body.decode())
        stamp = str(int(now.timestamp()))
        return Notice({"webhook-id": "n-1", "webhook-timestamp": stamp, "webhook-signature": signature}, body)

    def close(self) -> None:
        self.server.close()
