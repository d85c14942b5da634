"""The rail in memory that the services' tests use, under the contract of all rails."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest

from portal.domain.errors import ProviderUnavailable
from portal.domain.money import Money
from portal.ports import CollectAnswer, RefundAnswer, RefundAsk
from tests.rails.contract import CurrencyContract, LateFailureContract, RefundContract, RefundFaultContract
from tests.rails.counterparts import ALL_OF_IT, Fault
from tests.rails.payment_contract import CollectContract
from tests.support.fake_rail import FakeRail
from tests.support.fakes import FakeClock


class FakeCounterpart:
    """What a fault does is queued for the next call."""

    method = "alipay"
    arrives_in = timedelta(seconds=5)
    listed_in = pause = timedelta()
    lacks = ALL_OF_IT

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.rail = FakeRail(self.clock)
        self._references = (f"2026-PAY-{count}" for count in itertools.count(1))

    def misbehave(self, fault: Fault | None) -> None:
        """It handles a call twice as it handles it once, and is always slow enough."""
        self.rail.is_down = fault == "down"
        self.rail.forget_what_was_queued()
        if fault == "late":
            self.rail.next_refund(ProviderUnavailable("fake", "timeout"), booked=True)
            self.rail.next_collect(ProviderUnavailable("fake", "timeout"), booked=True)
        if fault == "lying":
            self.rail.next_refund(RefundAnswer(outcome="succeeded"))
            self.rail.next_collect(CollectAnswer(outcome="pending"))
        if fault == "no_funds":
            self.rail.next_refund(RefundAnswer(outcome="failed", reason="商家账户余额不足"))

    def capture(self, amount: Money) -> str:
        return next(self._references)

    def refund_at_console(self, ask: RefundAsk) -> None:
        self.rail.refund_at_console(ask)

    def moved(self, payment_reference: str) -> int:
        return self.rail.moved(payment_reference)

    def pay(self, number: str) -> None:
        """It took the money by itself."""

    def taken(self, number: str) -> int:
        return self.rail.collected(number)

    def fail_later(self, number: str) -> None:
        self.rail.settle(number, "failed")


@pytest.fixture
def provider() -> FakeCounterpart:
    return FakeCounterpart()


class TestFake(RefundContract, RefundFaultContract, CurrencyContract, LateFailureContract, CollectContract):
    pass
