"""A payment rail in memory, with books of its own, that can be set to misbehave."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.domain.errors import ProviderUnavailable
from portal.domain.money import Money
from portal.ports import (
    Clock,
    CollectAnswer,
    CollectAsk,
    RailPayment,
    RailRefund,
    RefundAnswer,
    RefundAsk,
    RefundOutcome,
)
from tests.support.fakes import FakeClock


@dataclass(slots=True)
class _Entry:
    ask: RefundAsk
    at: datetime
    outcome: RefundOutcome


class FakeRail:
    """A rail in memory: books at once, moves the money a second later on its clock, or earlier by `settle`.

    `next_refund` and `next_find` queue what the following calls answer instead; an exception is raised. A queued
    answer to a refund books nothing unless `booked` is given: that is a rail that lies, or one whose answer got lost.
    Payments are taken at once; `next_collect` and `next_payment_find` are for them what the others are for refunds.
    """

    name = "fake"

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock or FakeClock()
        self._entries: dict[str, _Entry] = {}
        self._refund_answers: deque[tuple[RefundAnswer | Exception, bool]] = deque()
        self._find_answers: deque[RefundAnswer | Exception] = deque()
        self._taken: dict[str, tuple[CollectAnswer, datetime]] = {}
        self._collect_answers: deque[tuple[CollectAnswer | Exception, bool]] = deque()
        self._payment_answers: deque[CollectAnswer | Exception] = deque()
        self.calls: list[tuple[str, str]] = []
        self.is_down = False

    def next_refund(self, answer: RefundAnswer | Exception, *, booked: bool = False) -> None:
        self._refund_answers.append((answer, booked))

    def next_find(self, answer: RefundAnswer | Exception) -> None:
        self._find_answers.append(answer)

    def next_collect(self, answer: CollectAnswer | Exception, *, booked: bool = False) -> None:
        self._collect_answers.append((answer, booked))

    def next_payment_find(self, answer: CollectAnswer | Exception) -> None:
        self._payment_answers.append(answer)

    def forget_what_was_queued(self) -> None:
        for queue in (self._refund_answers, self._find_answers, self._collect_answers, self._payment_answers):
            queue.clear()

    def collected(self, case_no: str = "") -> int:
        """Minor units that have really been taken from customers."""
        amounts = (answer.amount for number, (answer, _) in self._taken.items() if number.startswith(case_no))
        return sum(amount.minor for amount in amounts if amount)

    def settle(self, number: str | None = None, outcome: RefundOutcome = "succeeded") -> None:
        """What is pending, or one number whatever it is (a refund may still fail after success)."""
        for key, entry in self._entries.items():
            if key == number or (number is None and entry.outcome == "pending"):
                entry.outcome = outcome

    def moved(self, payment_reference: str) -> int:
        """Minor units that have really been paid back to the payment."""
        self._move_what_is_due()
        entries = self._entries.values()
        return sum(e.ask.amount.minor for e in entries if e.ask.payment_reference == payment_reference and _paid(e))

    def refund(self, ask: RefundAsk) -> RefundAnswer:
        self.calls.append(("refund", ask.number))
        self._answer_if_down()
        if self._refund_answers:
            answer, booked = self._refund_answers.popleft()
            if booked:
                self._book(ask)
            return _given(answer)
        return self._book(ask)

    def find_refund(self, ask: RefundAsk) -> RefundAnswer:
        self.calls.append(("find", ask.number))
        self._answer_if_down()
        if self._find_answers:
            return _given(self._find_answers.popleft())
        self._move_what_is_due()
        entry = self._entries.get(ask.number)
        return _answer(entry) if entry else RefundAnswer(outcome="unknown_number")

    def refunds_since(self, since: datetime, until: datetime | None = None) -> tuple[RailRefund, ...]:
        self._answer_if_down()
        self._move_what_is_due()
        return tuple(
            RailRefund(
                number=entry.ask.number,
                payment_reference=entry.ask.payment_reference,
                amount=entry.ask.amount,
                outcome=entry.outcome,
                at=entry.at,
            )
            for entry in sorted(self._entries.values(), key=lambda entry: (entry.at, entry.ask.number))
            if entry.outcome != "failed" and entry.at >= since and (until is None or entry.at < until)
        )

    def collect(self, ask: CollectAsk) -> CollectAnswer:
        """A queued answer that was certain (refused, less) is kept with its number; so is what `booked` says of one."""
        self.calls.append(("collect", ask.number))
        self._answer_if_down()
        if ask.number not in self._taken and self._collect_answers:
            answer, booked = self._collect_answers.popleft()
            if booked:
                self._take(ask, CollectAnswer(outcome="paid", amount=ask.amount))
            elif isinstance(answer, CollectAnswer) and answer.outcome not in ("pending", "unavailable"):
                self._take(ask, answer)
            return _told(answer)
        return self._take(ask, CollectAnswer(outcome="paid", amount=ask.amount))

    def find_payment(self, ask: CollectAsk) -> CollectAnswer:
        self.calls.append(("find_payment", ask.number))
        self._answer_if_down()
        if self._payment_answers:
            return _told(self._payment_answers.popleft())
        known = self._taken.get(ask.number)
        return known[0] if known else CollectAnswer(outcome="unknown_number")

    def payments_since(self, since: datetime, until: datetime | None = None) -> tuple[RailPayment, ...]:
        self._answer_if_down()
        return tuple(
            RailPayment(number=number, amount=answer.amount, at=at)
            for number, (answer, at) in sorted(self._taken.items())
            if answer.amount and at >= since and (until is None or at < until)
        )

    def _take(self, ask: CollectAsk, answer: CollectAnswer) -> CollectAnswer:
        return self._taken.setdefault(ask.number, (answer, self._clock.now()))[0]

    def refund_at_console(self, ask: RefundAsk) -> None:
        self._entries[ask.number] = _Entry(ask, self._clock.now(), "succeeded")

    def _book(self, ask: RefundAsk) -> RefundAnswer:
        self._move_what_is_due()
        entry = self._entries.get(ask.number)
        if entry and entry.outcome != "failed":
            return _answer(entry)
        left = self._left(ask)
        is_fine = ask.amount.minor > 0 and ask.amount.currency == left.currency and ask.amount <= left
        self._entries[ask.number] = _Entry(ask, self._clock.now(), "pending" if is_fine else "failed")
        return RefundAnswer(outcome="accepted", amount=ask.amount) if is_fine else _answer(self._entries[ask.number])

    def _left(self, ask: RefundAsk) -> Money:
        """Of the payment, as the first that asked about it had it."""
        same = [e for e in self._entries.values() if e.ask.payment_reference == ask.payment_reference]
        captured = same[0].ask.captured if same else ask.captured
        return Money(captured.minor - sum(e.ask.amount.minor for e in same if e.outcome != "failed"), captured.currency)

    def _move_what_is_due(self) -> None:
        for entry in self._entries.values():
            if entry.outcome == "pending" and entry.at + timedelta(seconds=1) <= self._clock.now():
                entry.outcome = "succeeded"

    def _answer_if_down(self) -> None:
        if self.is_down:
            raise ProviderUnavailable(self.name, "down")


def _paid(entry: _Entry) -> bool:
    return entry.outcome == "succeeded"


def _given(answer: RefundAnswer | Exception) -> RefundAnswer:
    if isinstance(answer, Exception):
        raise answer
    return answer


def _told(answer: CollectAnswer | Exception) -> CollectAnswer:
    if isinstance(answer, Exception):
        raise answer
    return answer


def _answer(entry: _Entry) -> RefundAnswer:
    if entry.outcome == "failed":
        return RefundAnswer(outcome="failed", reason="超过可退金额")
    return RefundAnswer(outcome=entry.outcome, amount=entry.ask.amount, at=entry.at if _paid(entry) else None)
