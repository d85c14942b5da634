"""A payment rail for one machine: it behaves like the real ones, and misbehaves like them where the plan says so."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path

from portal.adapters.sandbox_books import Booked, Entry, SandboxBooks
from portal.adapters.sandbox_plan import Kind, SandboxPlan, Subject
from portal.domain.errors import ProviderUnavailable
from portal.domain.money import Money
from portal.ports import Clock, RailRefund, RefundAnswer, RefundAsk, RefundOutcome

_DELAY = timedelta(seconds=1)
_SLOW = timedelta(seconds=20)
# What every rail takes (PAYMENTS, idempotency): WeChat's characters, at most 64.
_NUMBER = re.compile(r"[A-Za-z0-9_\-|*@]{1,64}\Z")
_OUTCOMES: dict[str, RefundOutcome] = {"due": "pending", "moved": "succeeded", "failed": "failed"}


class SandboxRail:
    """Idempotent by refund number, over any number of processes; never pays back more than was captured.

    Of the plan's kinds, refunds know: slow (20 s instead of 1), down (no answer, nothing booked), double (handled
    twice, paid once), late (no answer, but booked), lying (says succeeded, and books only when asked again), no_funds
    (fails, may be tried again under the same number). The others are about payments: `plan_for`.
    """

    name = "sandbox"

    def __init__(self, log: Path, clock: Clock, *, plan: Path | None = None) -> None:
        self._books = SandboxBooks(log)
        self._plan = SandboxPlan(plan)
        self._clock = clock

    def refund(self, ask: RefundAsk) -> RefundAnswer:
        kind = self._kind_for(ask)
        with self._books.entry(self._clock.now()) as entry:
            answer = self._take(entry, ask, kind)
            if kind == "double":
                self._take(entry, ask, kind)
        if answer is None:
            raise ProviderUnavailable("sandbox", "timeout" if kind == "late" else "down")
        return answer

    def find_refund(self, ask: RefundAsk) -> RefundAnswer:
        if self._kind_for(ask) == "down":
            raise ProviderUnavailable("sandbox", "down")
        with self._books.entry(self._clock.now()) as entry:
            booked = entry.find(ask.number)
        return _answer(booked) if booked else RefundAnswer(outcome="unknown_number")

    def refunds_since(self, since: datetime) -> tuple[RailRefund, ...]:
        # Only a plan for everything (`*`) matches the empty name: then the statement is out of reach as well.
        if self._plan.kind_for("refund", "") == "down":
            raise ProviderUnavailable("sandbox", "down")
        with self._books.entry(self._clock.now()) as entry:
            booked = entry.since(since)
        return tuple(
            RailRefund(
                number=refund.number,
                payment_reference=refund.reference,
                amount=refund.amount,
                outcome=_OUTCOMES[refund.state],
                at=refund.booked_at,
            )
            for refund in booked
        )

    def plan_for(self, subject: Subject, *names: str) -> Kind | None:
        """What is planned for a refund or payment known under any of `names`; None is business as usual."""
        return self._plan.kind_for(subject, *names)

    def book_by_hand(self, ask: RefundAsk) -> None:
        """A refund made at the provider's console, which nobody told the portal about (T17). It moves at once."""
        with self._books.entry(self._clock.now()) as entry:
            entry.book(ask, state="due")
            entry.move_what_is_due()

    def balances(self) -> tuple[tuple[str, Money, Money], ...]:
        """The statement: per payment its reference, what was captured, what has been paid back."""
        with self._books.entry(self._clock.now()) as entry:
            return entry.balances()

    def _kind_for(self, ask: RefundAsk) -> Kind | None:
        return self._plan.kind_for("refund", ask.number, ask.payment_reference, ask.payment_id, ask.order_no)

    def _take(self, entry: Entry, ask: RefundAsk, kind: Kind | None) -> RefundAnswer | None:
        """Books what this one call books and logs it as such; None where the caller gets no answer."""
        outcome, answer = self._outcome(entry, ask, kind)
        entry.log(ask.number, ask.payment_reference, ask.amount, outcome)
        return answer

    def _outcome(self, entry: Entry, ask: RefundAsk, kind: Kind | None) -> tuple[str, RefundAnswer | None]:
        """The word for the log, and the answer."""
        if kind == "down":
            return "down", None
        known = entry.find(ask.number)
        if known and known.state != "failed":
            return "repeat", _answer(known)
        if kind == "lying" and entry.is_first_time(ask.number):
            return "lying", RefundAnswer(outcome="succeeded", amount=ask.amount, at=entry.now)
        if reason := _why_not(entry, ask, kind):
            entry.book(ask, state="failed", reason=reason)
            return "failed", RefundAnswer(outcome="failed", reason=reason)
        entry.book(ask, state="due", due_in=_SLOW if kind == "slow" else _DELAY)
        if kind == "late":
            return "timeout", None
        return "accepted", RefundAnswer(outcome="accepted", amount=ask.amount)


def _why_not(entry: Entry, ask: RefundAsk, kind: Kind | None) -> str:
    """Why the rail does not do it, in the provider's words; empty where it does."""
    if kind == "no_funds":
        return "商家账户余额不足"
    if not _NUMBER.match(ask.number):
        return "退款编号格式不正确"
    left = entry.left(ask)
    if ask.amount.currency != left.currency or ask.amount.minor <= 0:
        return "退款金额不正确"
    if left < ask.amount:
        return "超过可退金额"
    return ""


def _answer(booked: Booked) -> RefundAnswer:
    return RefundAnswer(
        outcome=_OUTCOMES[booked.state],
        amount=booked.amount if booked.state != "failed" else None,
        at=booked.due_at if booked.state == "moved" else None,
        reason=booked.reason,
    )
