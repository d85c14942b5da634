"""What services may expect of every rail, ours in memory and the sandbox alike."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Protocol

import pytest

from portal.adapters.rail_sandbox import SandboxRail
from portal.domain.money import Money
from portal.ports import CollectAsk, PaymentRail, RefundAsk
from tests.support.fake_rail import FakeRail
from tests.support.fakes import NOON, FakeClock

ASK = RefundAsk(
    number="01JR-1",
    payment_reference="2026-PAY-1",
    payment_id="p-1",
    order_no="A-1001",
    method="alipay",
    amount=Money(1230, "CNY"),
    captured=Money(2000, "CNY"),
)

FEE = CollectAsk(
    number="T20261120ABCDEFGH-F1-1",
    order_no="A-1001",
    case_no="T20261120ABCDEFGH",
    method="alipay",
    amount=Money(1200, "CNY"),
)


class ConsoleRail(PaymentRail, Protocol):
    def refund_at_console(self, ask: RefundAsk) -> None: ...


@dataclass
class Case:
    rail: ConsoleRail
    clock: FakeClock


@pytest.fixture(params=["fake", "sandbox"])
def case(request: pytest.FixtureRequest, tmp_path: Path) -> Case:
    clock = FakeClock()
    rail = FakeRail(clock) if request.param == "fake" else SandboxRail(tmp_path / "rail.ndjson", clock)
    return Case(rail, clock)


@pytest.mark.req("S12", "P3")
class TestEveryRail:
    def test_a_refund_is_accepted_first_and_succeeds_within_five_seconds(self, case: Case) -> None:
        answer = case.rail.refund(ASK)
        assert (answer.outcome, answer.amount) == ("accepted", ASK.amount)
        assert case.rail.find_refund(ASK).outcome == "pending"
        case.clock.move(seconds=5)
        found = case.rail.find_refund(ASK)
        assert (found.outcome, found.amount) == ("succeeded", ASK.amount)
        assert found.at is not None and found.at <= case.clock.now()

    def test_a_number_never_sent_is_unknown(self, case: Case) -> None:
        assert case.rail.find_refund(ASK).outcome == "unknown_number"

    def test_the_same_number_again_pays_once(self, case: Case) -> None:
        for _ in range(3):
            case.rail.refund(ASK)
        case.clock.move(seconds=5)
        assert case.rail.refund(ASK).outcome == "succeeded"
        assert [line.amount for line in case.rail.refunds_since(NOON)] == [ASK.amount]

    def test_a_repeat_with_another_amount_says_what_is_booked(self, case: Case) -> None:
        case.rail.refund(ASK)
        assert case.rail.refund(replace(ASK, amount=Money(1, "CNY"))).amount == ASK.amount

    def test_several_parts_may_add_up_to_what_was_captured_and_no_further(self, case: Case) -> None:
        assert case.rail.refund(ASK).outcome == "accepted"
        rest = replace(ASK, number="01JR-2", amount=Money(770, "CNY"))
        assert case.rail.refund(rest).outcome == "accepted"
        beyond = case.rail.refund(replace(ASK, number="01JR-3", amount=Money(1, "CNY")))
        assert (beyond.outcome, beyond.amount) == ("failed", None)
        assert beyond.reason

    def test_a_refund_that_failed_stays_failed_and_is_in_no_statement(self, case: Case) -> None:
        beyond = replace(ASK, amount=Money(2001, "CNY"))
        case.rail.refund(beyond)
        case.clock.move(seconds=5)
        assert case.rail.find_refund(beyond).outcome == "failed"
        assert case.rail.refunds_since(NOON) == ()

    @pytest.mark.parametrize("minor", [0, -5])
    def test_nothing_and_less_than_nothing_are_no_refund(self, case: Case, minor: int) -> None:
        assert case.rail.refund(replace(ASK, amount=Money(minor, "CNY"))).outcome == "failed"

    def test_the_statement_holds_what_was_made_by_hand_and_begins_when_asked(self, case: Case) -> None:
        case.rail.refund(ASK)
        case.clock.move(hours=1)
        case.rail.refund_at_console(replace(ASK, number="console-7", amount=Money(100, "CNY")))
        assert [(line.number, line.outcome) for line in case.rail.refunds_since(NOON)] == [
            ("01JR-1", "succeeded"),
            ("console-7", "succeeded"),
        ]
        assert [line.number for line in case.rail.refunds_since(NOON + timedelta(minutes=1))] == ["console-7"]

    def test_a_payment_is_taken_and_its_number_takes_no_more(self, case: Case) -> None:
        assert case.rail.find_payment(FEE).outcome == "unknown_number"
        for _ in range(3):
            case.rail.collect(FEE)
        found = case.rail.find_payment(FEE)
        assert (found.outcome, found.amount) == ("paid", FEE.amount)
        assert [(line.number, line.amount) for line in case.rail.payments_since(NOON)] == [(FEE.number, FEE.amount)]
        assert case.rail.payments_since(NOON + timedelta(minutes=1)) == ()

    def test_what_was_taken_goes_back_once_and_no_more_than_that(self, case: Case) -> None:
        case.rail.collect(FEE)
        back = RefundAsk(
            number=f"{FEE.number}-R1",
            payment_reference=FEE.number,
            payment_id=FEE.number,
            order_no=FEE.order_no,
            method=FEE.method,
            amount=FEE.amount,
            captured=FEE.amount,
        )
        for _ in range(2):
            case.rail.refund(back)
        case.clock.move(seconds=5)
        assert case.rail.find_refund(back).outcome == "succeeded"
        more = replace(back, number="console", amount=Money(1, "CNY"))
        assert case.rail.refund(more).outcome == "failed"
