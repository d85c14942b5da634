"""The sandbox alone: its plan, its log, and what happens when its processes are many, or killed."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import sqlite3
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from portal.adapters.clock import SystemClock
from portal.adapters.rail_sandbox import SandboxRail
from portal.domain.errors import ProviderUnavailable
from portal.domain.money import Money
from portal.ports import CollectAsk, RefundAsk
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


class Bench:
    """A sandbox with its plan and its log at hand."""

    def __init__(self, directory: Path) -> None:
        self.log, self.plan = directory / "rail.ndjson", directory / "plan"
        self.clock = FakeClock()
        self.rail = SandboxRail(self.log, self.clock, plan=self.plan)

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.read_text().splitlines()] if self.log.is_file() else []

    def outcomes(self, number: str = ASK.number) -> list[str]:
        return [line["outcome"] for line in self.lines() if line["refund"] == number]

    def paid(self) -> list[str]:
        """What was taken from customers, by the log."""
        return [line["amount"] for line in self.lines() if line["outcome"] == "paid"]


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


@pytest.mark.req("S12")
def test_the_log_has_a_line_per_call_and_one_succeeded_when_the_money_moves(bench: Bench) -> None:
    bench.rail.refund(ASK)
    bench.rail.refund(ASK)
    bench.clock.move(seconds=1)
    for _ in range(3):
        bench.rail.find_refund(ASK)
    assert bench.outcomes() == ["accepted", "repeat", "succeeded"]
    assert bench.lines()[0] == {
        "at": "2026-11-20T04:00:00+00:00",
        "refund": "01JR-1",
        "payment": "2026-PAY-1",
        "amount": "12.30",
        "currency": "CNY",
        "outcome": "accepted",
    }


def test_money_that_is_due_moves_with_whatever_call_comes_next(bench: Bench) -> None:
    bench.rail.refund(ASK)
    bench.clock.move(seconds=1)
    bench.rail.refund(replace(ASK, number="01JR-2", amount=Money(1, "CNY")))
    assert bench.outcomes() == ["accepted", "succeeded"]


def test_the_balance_per_payment_is_what_was_captured_and_what_has_moved(bench: Bench) -> None:
    bench.rail.refund(ASK)
    assert bench.rail.balances() == (("2026-PAY-1", Money(2000, "CNY"), Money(0, "CNY")),)
    bench.clock.move(seconds=1)
    assert bench.rail.balances() == (("2026-PAY-1", Money(2000, "CNY"), Money(1230, "CNY")),)


@pytest.mark.parametrize("number", ["a b", "", "x" * 65, "退款1", "a/b"])
def test_a_number_no_real_rail_would_take_fails(bench: Bench, number: str) -> None:
    assert bench.rail.refund(replace(ASK, number=number)).outcome == "failed"


def test_another_currency_than_the_payment_fails(bench: Bench) -> None:
    bench.rail.refund(ASK)
    euros = replace(ASK, number="01JR-2", amount=Money(1, "EUR"), captured=Money(2000, "EUR"))
    assert bench.rail.refund(euros).outcome == "failed"


@pytest.mark.req("N7")
class TestThePlan:
    def test_slow_takes_twenty_seconds(self, bench: Bench) -> None:
        bench.plan.write_text("refund 01JR-* slow\n")
        bench.rail.refund(ASK)
        bench.clock.move(seconds=19)
        assert bench.rail.find_refund(ASK).outcome == "pending"
        bench.clock.move(seconds=1)
        assert bench.rail.find_refund(ASK).outcome == "succeeded"

    def test_down_answers_nothing_and_books_nothing_until_it_is_over(self, bench: Bench) -> None:
        bench.plan.write_text("refund * down\n")
        for call in (bench.rail.refund, bench.rail.find_refund):
            with pytest.raises(ProviderUnavailable):
                call(ASK)
        with pytest.raises(ProviderUnavailable):
            bench.rail.refunds_since(NOON)
        bench.plan.unlink()
        assert bench.rail.find_refund(ASK).outcome == "unknown_number"
        assert bench.rail.refund(ASK).outcome == "accepted"
        assert bench.outcomes() == ["down", "accepted"]

    def test_double_is_handled_twice_and_paid_once(self, bench: Bench) -> None:
        bench.plan.write_text("refund A-1001 double\n")
        assert bench.rail.refund(ASK).outcome == "accepted"
        bench.clock.move(seconds=1)
        assert [line.amount for line in bench.rail.refunds_since(NOON)] == [ASK.amount]
        assert bench.outcomes() == ["accepted", "repeat", "succeeded"]

    def test_late_times_out_but_is_booked(self, bench: Bench) -> None:
        bench.plan.write_text("refund 2026-PAY-? late\n")
        with pytest.raises(ProviderUnavailable):
            bench.rail.refund(ASK)
        assert bench.rail.find_refund(ASK).outcome == "pending"
        bench.clock.move(seconds=1)
        assert bench.rail.refund(ASK).outcome == "succeeded"
        assert bench.outcomes() == ["timeout", "succeeded", "repeat"]

    def test_lying_says_succeeded_and_books_only_when_asked_again(self, bench: Bench) -> None:
        bench.plan.write_text("refund p-1 lying\n")
        assert bench.rail.refund(ASK).outcome == "succeeded"
        bench.clock.move(seconds=30)
        assert bench.rail.find_refund(ASK).outcome == "unknown_number"
        assert bench.rail.refunds_since(NOON) == ()
        assert bench.rail.refund(ASK).outcome == "accepted"
        bench.clock.move(seconds=1)
        assert bench.rail.find_refund(ASK).outcome == "succeeded"
        assert bench.outcomes() == ["lying", "accepted", "succeeded"]

    def test_no_funds_fails_and_the_same_number_may_be_tried_again(self, bench: Bench) -> None:
        bench.plan.write_text("refund * no_funds\n")
        assert bench.rail.refund(ASK).reason == "商家账户余额不足"
        assert bench.rail.find_refund(ASK).outcome == "failed"
        bench.plan.unlink()
        assert bench.rail.refund(ASK).outcome == "accepted"
        bench.clock.move(seconds=1)
        assert bench.rail.find_refund(ASK).outcome == "succeeded"

    def test_the_first_match_wins_and_comments_blanks_and_hashes_in_numbers_are_understood(self, bench: Bench) -> None:
        bench.plan.write_text(
            "# what goes wrong today\n\n"
            "refund #1001 slow  # a Shopify number\n"
            "refund A 1 down\n"
            "  payment p-[0-9] wrong_password\n"
            "payment * unknown\n"
        )
        plan_for = bench.rail.plan_for
        assert plan_for("refund", "#1001") == "slow"
        assert plan_for("refund", "A 1") == "down"
        assert plan_for("refund", "p-1") is None
        assert plan_for("payment", "x", "p-1") == "wrong_password"
        assert plan_for("payment", "P-1") == "unknown"

    @pytest.mark.parametrize("line", ["refund * slo", "refund slow", "refunds * slow", "\0"])
    def test_a_line_nobody_can_read_lets_nothing_be_concluded(self, bench: Bench, line: str) -> None:
        bench.plan.write_text(f"{line}\n")
        with pytest.raises(ProviderUnavailable) as raised:
            bench.rail.refund(ASK)
        assert raised.value.reason.startswith("line 1 ")
        assert bench.lines() == []


@pytest.mark.req("S33")
class TestThePlanOfPayments:
    """PATTERN is matched with the payment number, which begins with the case number, and with the order number."""

    def test_business_as_usual_is_one_line_that_says_what_was_taken(self, bench: Bench) -> None:
        assert bench.rail.collect(FEE).outcome == "paid"
        line = {"refund": "", "payment": FEE.number, "amount": "12.00", "currency": "CNY", "outcome": "paid"}
        assert bench.lines() == [line | {"at": "2026-11-20T04:00:00+00:00"}]
        assert bench.rail.balances() == ((FEE.number, FEE.amount, Money(0, "CNY")),)

    @pytest.mark.parametrize("kind", ["wrong_password", "no_funds"])
    def test_what_is_refused_takes_nothing_and_stays_refused(self, bench: Bench, kind: str) -> None:
        bench.plan.write_text(f"payment {FEE.case_no}* {kind}\n")
        assert bench.rail.collect(FEE).outcome == kind
        bench.plan.unlink()
        assert [bench.rail.collect(FEE).outcome, bench.rail.find_payment(FEE).outcome] == [kind, kind]
        assert (bench.paid(), bench.rail.payments_since(NOON)) == ([], ())

    def test_less_takes_half_of_it(self, bench: Bench) -> None:
        bench.plan.write_text("payment A-1001 less\n")
        assert bench.rail.collect(FEE).amount == Money(600, "CNY") == bench.rail.find_payment(FEE).amount
        assert bench.paid() == ["6.00"]

    def test_down_takes_nothing_and_says_so_but_not_of_a_number_it_has_seen(self, bench: Bench) -> None:
        bench.plan.write_text("payment * down\n")
        assert bench.rail.collect(FEE).outcome == "unavailable"
        bench.plan.unlink()
        assert bench.rail.find_payment(FEE).outcome == "unknown_number"
        bench.rail.collect(FEE)
        bench.plan.write_text("payment * down\n")
        for ask in (bench.rail.collect, bench.rail.find_payment):
            with pytest.raises(ProviderUnavailable):
                ask(FEE)
        with pytest.raises(ProviderUnavailable):
            bench.rail.payments_since(NOON)

    def test_slow_takes_twenty_seconds(self, bench: Bench) -> None:
        bench.plan.write_text("payment * slow\n")
        assert bench.rail.collect(FEE).outcome == "pending"
        bench.clock.move(seconds=19)
        assert bench.rail.find_payment(FEE).outcome == "pending"
        bench.clock.move(seconds=1)
        assert (bench.rail.find_payment(FEE).outcome, bench.paid()) == ("paid", ["12.00"])

    def test_double_is_handled_twice_and_taken_once(self, bench: Bench) -> None:
        bench.plan.write_text("payment * double\n")
        assert bench.rail.collect(FEE).outcome == "paid"
        assert [line["outcome"] for line in bench.lines()] == ["paid", "repeat"]

    def test_late_times_out_but_is_taken(self, bench: Bench) -> None:
        bench.plan.write_text("payment * late\n")
        with pytest.raises(ProviderUnavailable):
            bench.rail.collect(FEE)
        bench.clock.move(seconds=1)
        assert (bench.rail.find_payment(FEE).outcome, bench.paid()) == ("paid", ["12.00"])

    def test_lying_says_paid_and_takes_it_only_when_asked_again(self, bench: Bench) -> None:
        bench.plan.write_text("payment * lying\n")
        assert bench.rail.collect(FEE).outcome == "paid"
        assert (bench.rail.find_payment(FEE).outcome, bench.paid()) == ("unknown_number", [])
        bench.rail.collect(FEE)
        assert (bench.rail.find_payment(FEE).outcome, bench.paid()) == ("paid", ["12.00"])

    def test_unknown_is_taken_and_nobody_says_so_until_it_is_over(self, bench: Bench) -> None:
        bench.plan.write_text("payment * unknown\n")
        bench.rail.collect(FEE)
        bench.clock.move(minutes=5)
        assert [bench.rail.collect(FEE).outcome, bench.rail.find_payment(FEE).outcome] == ["pending", "pending"]
        bench.plan.unlink()
        assert (bench.rail.find_payment(FEE).outcome, bench.paid()) == ("paid", ["12.00"])

    def test_a_number_no_real_rail_would_take_is_declined(self, bench: Bench) -> None:
        assert bench.rail.collect(replace(FEE, number="十二")).outcome == "declined"


@pytest.mark.req("P3")
def test_many_processes_with_one_number_move_the_money_once(tmp_path: Path) -> None:
    run_beside(refund_for_a_while, [(tmp_path / "rail.ndjson", 5)] * 3)
    bench = Bench(tmp_path)
    bench.clock.set(SystemClock().now() + timedelta(seconds=30))
    bench.rail.balances()
    for number in {line["refund"] for line in bench.lines()}:
        outcomes = bench.outcomes(number)
        assert sorted(outcomes) == ["accepted", "repeat", "repeat", "succeeded"]


@pytest.mark.req("P3")
def test_processes_killed_at_any_moment_leave_books_and_log_in_agreement(tmp_path: Path) -> None:
    log = tmp_path / "rail.ndjson"
    for pause in (0.05, 0.08, 0.11, 0.14):
        children = start(refund_for_a_while, [(log, 100_000)] * 2)
        waited = time.monotonic() + 60
        before = log.stat().st_size if log.exists() else 0
        while (log.stat().st_size if log.exists() else 0) == before and time.monotonic() < waited:
            time.sleep(0.01)
        time.sleep(pause)
        for child in children:
            assert child.pid
            os.kill(child.pid, signal.SIGKILL)
            child.join()
            child.close()
    bench = Bench(tmp_path)
    bench.clock.set(SystemClock().now() + timedelta(seconds=30))
    statement = {line.number for line in bench.rail.refunds_since(NOON - timedelta(days=3650))}
    assert statement
    outcomes = [(line["refund"], line["outcome"]) for line in bench.lines()]
    for outcome in ("accepted", "succeeded"):
        logged = [number for number, said in outcomes if said == outcome]
        assert len(logged) == len(set(logged))
        assert set(logged) == statement


@pytest.mark.req("P3")
def test_lines_that_were_written_but_not_ticked_off_are_not_written_again(bench: Bench) -> None:
    bench.rail.refund(ASK)
    written = bench.log.read_bytes()
    with sqlite3.connect(bench.log.with_suffix(".db")) as books:
        books.execute("UPDATE log SET bytes = 0")
        books.execute("INSERT INTO unlogged (text) VALUES (?)", (written.decode(),))
    books.close()
    bench.log.write_bytes(written[:-20])
    bench.clock.move(seconds=1)
    bench.rail.find_refund(ASK)
    assert bench.log.read_bytes().startswith(written)
    assert bench.outcomes() == ["accepted", "succeeded"]


def test_a_log_that_cannot_be_written_catches_up_when_it_can(bench: Bench) -> None:
    bench.log.mkdir(parents=True)
    with pytest.raises(ProviderUnavailable):
        bench.rail.refund(ASK)
    bench.log.rmdir()
    assert bench.rail.find_refund(ASK).outcome == "pending"
    bench.rail.refund(ASK)
    assert bench.outcomes() == ["accepted", "repeat"]


def test_a_log_that_was_deleted_begins_anew(bench: Bench) -> None:
    bench.rail.refund(ASK)
    bench.log.unlink()
    bench.clock.move(seconds=1)
    bench.rail.find_refund(ASK)
    assert bench.outcomes() == ["succeeded"]


def refund_for_a_while(log: Path, count: int) -> None:
    """Sends numbered refunds of a cent, as a process of its own."""
    rail = SandboxRail(log, SystemClock())
    start_at = 0 if count < 1000 else int(time.time() * 1000) % 10**9
    for number in range(start_at, start_at + count):
        rail.refund(replace(ASK, number=f"r-{number}", amount=Money(1, "CNY"), captured=Money(10**9, "CNY")))


def start(act: Any, arguments: list[tuple[Any, ...]]) -> list[Any]:
    context = multiprocessing.get_context("spawn")
    children = [context.Process(target=act, args=given, daemon=True) for given in arguments]
    for child in children:
        child.start()
    return children


def run_beside(act: Any, arguments: list[tuple[Any, ...]]) -> None:
    for child in start(act, arguments):
        child.join(100)
        assert child.exitcode == 0
        child.close()
