"""A payment rail for one machine: it behaves like the real ones, and misbehaves like them where the plan asks for
it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path

from portal.adapters.sandbox_books import BookedRefund, Booking, SandboxBooks
from portal.adapters.sandbox_payments import SandboxPayments, TakenPayment
from portal.adapters.sandbox_plan import Kind, SandboxPlan, Subject
from portal.domain.errors import ProviderUnavailable
from portal.domain.money import Money
from portal.ports import (
    Clock,
    CollectAnswer,
    CollectAsk,
    PaymentOutcome,
    RailPayment,
    RailRefund,
    RefundAnswer,
    RefundAsk,
    RefundOutcome,
)

_DELAY = timedelta(seconds=1)
_SLOW = timedelta(seconds=20)
# What every rail takes (PAYMENTS, idempotency): WeChat's characters, at most 64.
_NUMBER = re.compile(r"[A-Za-z0-9_\-|*@]{1,64}\Z")
_OUTCOMES: dict[str, RefundOutcome] = {"due": "pending", "moved": "succeeded", "failed": "failed"}
_REFUSED: dict[str, PaymentOutcome] = {"wrong_password": "wrong_password", "no_funds": "no_funds"}


class SandboxRail:
    """Idempotent by refund number, over any number of processes; never pays back more than was captured.

    Of the plan's kinds, refunds know: slow (20 s instead of 1), down (no answer, nothing booked), double (handled
    twice, paid once), late (no answer, but booked), lying (says succeeded, and books only when asked again), no_funds
    (fails, may be tried again under the same number). Payments know: slow, down, double, late and lying as well,
    wrong_password and no_funds (nothing taken), less (half of it), unknown (taken, but not reported while planned).
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

    def refunds_since(self, since: datetime, until: datetime | None = None) -> tuple[RailRefund, ...]:
        # Only a plan for everything (`*`) matches the empty name: then the statement is out of reach as well.
        if self._plan.kind_for("refund", "") == "down":
            raise ProviderUnavailable("sandbox", "down")
        with self._books.entry(self._clock.now()) as entry:
            booked = entry.since(since, until)
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

    def collect(self, ask: CollectAsk) -> CollectAnswer:
        kind = self._kind_of(ask)
        with self._books.entry(self._clock.now()) as entry:
            till = SandboxPayments(entry)
            answer = _collect(till, ask, kind)
            if kind == "double":
                _collect(till, ask, kind)
        if answer is None:
            raise ProviderUnavailable("sandbox", "timeout" if kind == "late" else "down")
        return answer

    def find_payment(self, ask: CollectAsk) -> CollectAnswer:
        kind = self._kind_of(ask)
        if kind == "down":
            raise ProviderUnavailable("sandbox", "down")
        with self._books.entry(self._clock.now()) as entry:
            known = SandboxPayments(entry).find(ask.number)
        if known is None:
            return CollectAnswer(outcome="unknown_number")
        return CollectAnswer(outcome="pending") if kind == "unknown" else _answer_of(known)

    def payments_since(self, since: datetime, until: datetime | None = None) -> tuple[RailPayment, ...]:
        if self._plan.kind_for("payment", "") == "down":
            raise ProviderUnavailable("sandbox", "down")
        with self._books.entry(self._clock.now()) as entry:
            taken = SandboxPayments(entry).since(since, until)
        return tuple(RailPayment(number=one.number, amount=one.amount, at=one.due_at) for one in taken)

    def plan_for(self, subject: Subject, *names: str) -> Kind | None:
        """What is planned for a refund or payment known under any of `names`; None is business as usual."""
        return self._plan.kind_for(subject, *names)

    def refund_at_console(self, ask: RefundAsk) -> None:
        """A refund made at the provider's console, which nobody told the portal about (T17). It moves at once."""
        with self._books.entry(self._clock.now()) as entry:
            entry.book(ask, state="due")
            entry.move_what_is_due()

    def balances(self) -> tuple[tuple[str, Money, Money], ...]:
        """The statement: per payment its reference, what was captured, what has been paid back."""
        with self._books.entry(self._clock.now()) as entry:
            return entry.balances()

    def _kind_of(self, ask: CollectAsk) -> Kind | None:
        return self._plan.kind_for("payment", ask.number, ask.case_no, ask.order_no)

    def _kind_for(self, ask: RefundAsk) -> Kind | None:
        return self._plan.kind_for("refund", ask.number, ask.payment_reference, ask.payment_id, ask.order_no)

    def _take(self, entry: Booking, ask: RefundAsk, kind: Kind | None) -> RefundAnswer | None:
        """Books what this one call books and logs it as such; None where the caller gets no answer."""
        outcome, answer = self._outcome(entry, ask, kind)
        entry.log(ask.number, ask.payment_reference, ask.amount, outcome)
        return answer

    def _outcome(self, entry: Booking, ask: RefundAsk, kind: Kind | None) -> tuple[str, RefundAnswer | None]:
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


def _why_not(entry: Booking, ask: RefundAsk, kind: Kind | None) -> str:
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


def _answer(booked: BookedRefund) -> RefundAnswer:
    return RefundAnswer(
        outcome=_OUTCOMES[booked.state],
        amount=booked.amount if booked.state != "failed" else None,
        at=booked.due_at if booked.state == "moved" else None,
        reason=booked.reason,
    )


def _collect(till: SandboxPayments, ask: CollectAsk, kind: Kind | None) -> CollectAnswer | None:
    """Books and logs this one call; None where the caller gets no answer."""
    word, answer = _outcome_of(till, ask, kind)
    if word:
        till.entry.log("", ask.number, ask.amount, word)
    return answer


def _outcome_of(till: SandboxPayments, ask: CollectAsk, kind: Kind | None) -> tuple[str, CollectAnswer | None]:
    """The word for the log, empty where the till has logged what it took, and the answer."""
    known = till.find(ask.number)
    if kind == "down":
        # Once a number has been seen, it is no longer certain that nothing was taken.
        return "down", None if known else CollectAnswer(outcome="unavailable")
    if known:
        return "repeat", CollectAnswer(outcome="pending") if kind == "unknown" else _answer_of(known)
    if kind == "lying" and till.entry.is_first_time(ask.number):
        return "lying", CollectAnswer(outcome="paid", amount=ask.amount, at=till.entry.now)
    if kind in _REFUSED or not _NUMBER.match(ask.number) or ask.amount.minor <= 0:
        reason = _REFUSED.get(kind or "", "declined")
        till.refuse(ask, reason)
        return reason, CollectAnswer(outcome=reason)
    if kind in ("slow", "late", "unknown"):
        till.take(ask, ask.amount, due_in=_SLOW if kind == "slow" else _DELAY)
        word = {"slow": "accepted", "late": "timeout"}.get(kind, "unknown")
        return word, None if kind == "late" else CollectAnswer(outcome="pending")
    amount = Money(max(1, ask.amount.minor // 2), ask.amount.currency) if kind == "less" else ask.amount
    till.take(ask, amount)
    return "", CollectAnswer(outcome="paid", amount=amount, at=till.entry.now)


def _answer_of(known: TakenPayment) -> CollectAnswer:
    if known.state == "refused":
        return CollectAnswer(outcome=_REFUSED.get(known.reason, "declined"))
    if known.state == "due":
        return CollectAnswer(outcome="pending")
    return CollectAnswer(outcome="paid", amount=known.amount, at=known.due_at)
