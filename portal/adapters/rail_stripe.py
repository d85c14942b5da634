"""Refunds and fees by Stripe.

The refund's number is the idempotency key, which Stripe forgets after a day; so it stands in the refund's metadata as
well, and before anything is sent the refunds of the payment are gone through for it. A number whose refund failed, or
was refused, is spent: under its key Stripe only repeats what it answered (PAYMENTS, Stripe).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from stripe import CardError, InvalidRequestError

from portal.adapters.stripe_amounts import money_of, stripe_amount
from portal.adapters.stripe_api import (
    NAME,
    NUMBER,
    PAGE,
    PAYMENT,
    asking,
    created_between,
    is_missing,
    is_replayed,
    stripe_client,
)
from portal.adapters.stripe_check import check_stripe
from portal.adapters.stripe_checkout import StripeCheckout
from portal.adapters.stripe_notices import read_stripe_notice
from portal.domain.refunds.rails import StripeConfig
from portal.ports import (
    CheckStep,
    Clock,
    CollectAnswer,
    CollectAsk,
    RailNotice,
    RailPayment,
    RailRefund,
    RefundAnswer,
    RefundAsk,
    RefundOutcome,
)

_OUTCOMES: dict[str, RefundOutcome] = {
    "pending": "pending",
    "requires_action": "pending",
    "succeeded": "succeeded",
    "failed": "failed",
    "canceled": "failed",
}
_BOOKED = ("pending", "succeeded")


class StripeRail:
    """The port `ConnectedRail` for one shop. An order's `payment_reference` is a payment intent or a charge."""

    name = NAME

    def __init__(self, config: StripeConfig, clock: Clock) -> None:
        self._client, self._clock = stripe_client(config), clock
        self._webhook_secret = config.webhook_secret
        self._checkout = StripeCheckout(self._client, clock)

    def refund(self, ask: RefundAsk) -> RefundAnswer:
        counted = stripe_amount(ask.amount)
        if counted is None or counted <= 0:
            return RefundAnswer(outcome="failed", reason="Stripe 不能退回这一金额")
        with asking():
            payment = self._payment(ask.payment_reference)
            if payment is None:
                return RefundAnswer(outcome="failed", reason="Stripe 没有这笔付款")
            if known := self._find(ask.number, payment):
                answer = _answer(known)
                return RefundAnswer(outcome="number_spent") if answer.outcome == "failed" else answer
            # Stripe takes the number for one of the payment's own currency.
            if self._currency(payment) != ask.amount.currency:
                return RefundAnswer(outcome="failed", reason="退款币种与付款不同")
            return self._send(ask, payment, counted)

    def find_refund(self, ask: RefundAsk) -> RefundAnswer:
        with asking():
            payment = self._payment(ask.payment_reference)
            known = self._find(ask.number, payment) if payment else None
            return _answer(known) if known else RefundAnswer(outcome="unknown_number")

    def refunds_since(self, since: datetime, until: datetime | None = None) -> Iterator[RailRefund]:
        """Page by page, newest first."""
        asked: Any = {"created": created_between(since, until), "limit": PAGE}
        with asking():
            for refund in self._client.v1.refunds.list(asked).auto_paging_iter():
                line = _line(refund.to_dict())
                if line.outcome in _BOOKED:
                    yield line

    def collect(self, ask: CollectAsk) -> CollectAnswer:
        return self._checkout.collect(ask)

    def find_payment(self, ask: CollectAsk) -> CollectAnswer:
        return self._checkout.find_payment(ask)

    def payments_since(self, since: datetime, until: datetime | None = None) -> Iterator[RailPayment]:
        return self._checkout.payments_since(since, until)

    def read_notice(self, headers: Mapping[str, str], body: bytes) -> RailNotice | None:
        return read_stripe_notice(headers, body, secret=self._webhook_secret, now=self._clock.now())

    def check(self) -> Iterable[CheckStep]:
        return check_stripe(self._client, webhook_secret=self._webhook_secret, now=self._clock.now())

    def _send(self, ask: RefundAsk, payment: dict[str, str], counted: int) -> RefundAnswer:
        """Refused is certain only once the payment has no refund of that number."""
        marks = {NUMBER: ask.number, PAYMENT: ask.payment_reference}
        asked: Any = {**payment, "amount": counted, "metadata": marks}
        try:
            made = self._client.v1.refunds.create(asked, {"idempotency_key": ask.number})
        except (InvalidRequestError, CardError) as refusal:
            if known := self._find(ask.number, payment):
                return _answer(known)
            if is_replayed(refusal):
                return RefundAnswer(outcome="number_spent")
            return RefundAnswer(outcome="failed", reason=(refusal.user_message or refusal.code or "refused")[:200])
        return _answer(made.to_dict())

    def _payment(self, reference: str) -> dict[str, str] | None:
        """As Stripe's calls name it; a fee's is known by the number it was collected under."""
        if reference.startswith("pi_"):
            return {"payment_intent": reference}
        if reference.startswith(("ch_", "py_")):
            return {"charge": reference}
        intent = self._checkout.intent_of(reference)
        return {"payment_intent": intent} if intent else None

    def _currency(self, payment: dict[str, str]) -> str:
        """Upper case; "" where there is no such payment."""
        try:
            if intent := payment.get("payment_intent"):
                return str(self._client.v1.payment_intents.retrieve(intent).currency).upper()
            return str(self._client.v1.charges.retrieve(payment["charge"]).currency).upper()
        except InvalidRequestError as refusal:
            if is_missing(refusal):
                return ""
            raise

    def _find(self, number: str, payment: dict[str, str]) -> dict[str, Any] | None:
        """Its refund; of several under one number one that has not failed."""
        asked: Any = {**payment, "limit": PAGE}
        failed = None
        try:
            for refund in self._client.v1.refunds.list(asked).auto_paging_iter():
                found = refund.to_dict()
                if (found.get("metadata") or {}).get(NUMBER) != number:
                    continue
                if _OUTCOMES.get(found["status"]) != "failed":
                    return found
                failed = failed or found
        except InvalidRequestError as refusal:
            if not is_missing(refusal):
                raise
        return failed


def _answer(refund: dict[str, Any]) -> RefundAnswer:
    """`trace`: the bank's own number of a card refund, where it has one."""
    # A state that Stripe may add one day settles nothing: it is asked about again.
    outcome = _OUTCOMES.get(refund["status"], "pending")
    details = refund.get("destination_details") or {}
    way = details.get(details.get("type") or "") or {}
    if outcome == "failed":
        reason = str(refund.get("failure_reason") or refund["status"])
        return RefundAnswer(outcome="failed", reason=reason, reference=refund["id"])
    return RefundAnswer(
        outcome=outcome,
        amount=money_of(refund["amount"], refund["currency"]),
        at=datetime.fromtimestamp(refund["created"], UTC) if outcome == "succeeded" else None,
        trace=str(way.get("reference") or "")[:64],
        reference=refund["id"],
    )


def _line(refund: dict[str, Any]) -> RailRefund:
    """Of the statement; what was made at the console has Stripe's id for a number."""
    marks = refund.get("metadata") or {}
    return RailRefund(
        number=marks.get(NUMBER) or refund["id"],
        payment_reference=marks.get(PAYMENT) or refund.get("payment_intent") or refund.get("charge") or "",
        amount=money_of(refund["amount"], refund["currency"]),
        outcome=_OUTCOMES.get(refund["status"], "pending"),
        at=datetime.fromtimestamp(refund["created"], UTC),
    )
