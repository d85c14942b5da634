"""The sandbox under the contract of all rails. What is its own stands in tests/adapters/test_rail_sandbox.py."""

from __future__ import annotations

import itertools
from datetime import timedelta
from pathlib import Path

import pytest

from portal.adapters.rail_sandbox import SandboxRail
from portal.domain.money import Money
from portal.ports import RefundAsk
from tests.rails.contract import CurrencyContract, RefundContract, RefundFaultContract
from tests.rails.counterparts import ALL_OF_IT, Fault
from tests.rails.payment_contract import CollectContract
from tests.support.fakes import FakeClock


class SandboxCounterpart:
    """The sandbox is its own provider: its plan is a file, its books say what moved."""

    method = "alipay"
    arrives_in = timedelta(seconds=5)
    listed_in = pause = timedelta()
    lacks = ALL_OF_IT

    def __init__(self, folder: Path) -> None:
        self.clock = FakeClock()
        self._plan = folder / "plan"
        self.rail = SandboxRail(folder / "rail.ndjson", self.clock, plan=self._plan)
        self._references = (f"2026-PAY-{count}" for count in itertools.count(1))

    def misbehave(self, fault: Fault | None) -> None:
        if fault is None:
            self._plan.unlink(missing_ok=True)
            return
        self._plan.write_text(f"refund * {fault}\npayment * {fault}\n")

    def capture(self, amount: Money) -> str:
        """The sandbox hears of a payment with the first refund of it."""
        return next(self._references)

    def refund_at_console(self, ask: RefundAsk) -> None:
        self.rail.refund_at_console(ask)

    def moved(self, payment_reference: str) -> int:
        return sum(moved.minor for reference, _, moved in self.rail.balances() if reference == payment_reference)

    def pay(self, number: str) -> None:
        """It took the money by itself."""

    def taken(self, number: str) -> int:
        """What was captured under the number, where it was."""
        return sum(captured.minor for reference, captured, _ in self.rail.balances() if reference == number)


@pytest.fixture
def provider(tmp_path: Path) -> SandboxCounterpart:
    return SandboxCounterpart(tmp_path)


class TestSandbox(RefundContract, RefundFaultContract, CurrencyContract, CollectContract):
    pass
