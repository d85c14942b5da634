"""Fees paid on a page of Stripe's (Checkout).

A session lives a day, and cannot be looked for by our number: those of the last day are gone through, newest first.
What is older is looked for in the index of payments, which is minutes behind, and by then has it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from stripe import CardError, InvalidRequestError, StripeClient

from portal.adapters.stripe_amounts import money_of, stripe_amount
from portal.adapters.stripe_api import NUMBER, PAGE, asking, created_between
from portal.ports import Clock, CollectAnswer, CollectAsk, RailPayment

_LIVES = timedelta(hours=26)
"""A session ends within 24 hours; clocks may differ."""
_PAY_WITHIN, _BEGINS_WITHIN = timedelta(hours=1), timedelta(minutes=25)
"""Of a try's beginning. Stripe wants a session to live half an hour at least, and the same end under the same key."""


class StripeCheckout:
    """The part of the rail that takes money."""

    def __init__(self, client: StripeClient, clock: Clock) -> None:
        self._client, self._clock = client, clock

    def collect(self, ask: CollectAsk) -> CollectAnswer:
        """Begins a session, unless one was begun under the number."""
        counted = stripe_amount(ask.amount)
        if counted is None or counted <= 0:
            return CollectAnswer(outcome="declined")
        with asking():
            known = self._find(ask.number)
            if known is None and ask.begun_at and self._clock.now() > ask.begun_at + _BEGINS_WITHIN:
                return CollectAnswer(outcome="declined")
            return known if known else self._begin(ask, counted)

    def find_payment(self, ask: CollectAsk) -> CollectAnswer:
        with asking():
            return self._find(ask.number) or CollectAnswer(outcome="unknown_number")

    def payments_since(self, since: datetime, until: datetime | None = None) -> Iterator[RailPayment]:
        """What was paid in sessions of ours, page by page."""
        with asking():
            for session in self._sessions(since - _LIVES, until):
                number = (session["metadata"] or {}).get(NUMBER)
                if not number or session["payment_status"] != "paid":
                    continue
                paid_at = _paid_at(session)
                if paid_at >= since and (until is None or paid_at < until):
                    amount = money_of(session["amount_total"], session["currency"])
                    yield RailPayment(number=number, amount=amount, at=paid_at)

    def intent_of(self, number: str) -> str | None:
        """Stripe's own id of the payment that was made under `number`."""
        session = self._session(number)
        if session is not None:
            intent = session["payment_intent"]
            return intent["id"] if intent else None
        found = self._indexed(number)
        return found["id"] if found else None

    def _begin(self, ask: CollectAsk, counted: int) -> CollectAnswer:
        name = f"{ask.order_no} · {ask.case_no}"
        price = {"currency": ask.amount.currency.lower(), "unit_amount": counted, "product_data": {"name": name}}
        marks = {NUMBER: ask.number}
        asked: Any = {
            "mode": "payment",
            "client_reference_id": ask.number,
            "line_items": [{"quantity": 1, "price_data": price}],
            "metadata": marks,
            "payment_intent_data": {"metadata": marks},
            "success_url": ask.return_url,
            "cancel_url": ask.return_url,
        }
        if ask.begun_at:
            asked["expires_at"] = int((ask.begun_at + _PAY_WITHIN).timestamp())
        try:
            made = self._client.v1.checkout.sessions.create(asked, {"idempotency_key": ask.number})
        except (InvalidRequestError, CardError):
            return self._find(ask.number) or CollectAnswer(outcome="declined")
        return _answer(made.to_dict())

    def _find(self, number: str) -> CollectAnswer | None:
        session = self._session(number)
        if session is not None:
            return _answer(session)
        found = self._indexed(number)
        if found is None or found["status"] != "succeeded":
            return None
        paid = money_of(found["amount_received"], found["currency"])
        return CollectAnswer(outcome="paid", amount=paid, at=datetime.fromtimestamp(found["created"], UTC))

    def _session(self, number: str) -> dict[str, Any] | None:
        recent = self._sessions(self._clock.now() - _LIVES)
        return next((session for session in recent if (session["metadata"] or {}).get(NUMBER) == number), None)

    def _sessions(self, since: datetime, until: datetime | None = None) -> Iterator[dict[str, Any]]:
        """Newest first, with their payments."""
        asked: Any = {
            "created": created_between(since, until),
            "limit": PAGE,
            "expand": ["data.payment_intent"],
        }
        for session in self._client.v1.checkout.sessions.list(asked).auto_paging_iter():
            yield session.to_dict()

    def _indexed(self, number: str) -> dict[str, Any] | None:
        quoted = number.replace("\\", "\\\\").replace("'", "\\'")
        found = self._client.v1.payment_intents.search({"query": f"metadata['{NUMBER}']:'{quoted}'", "limit": 1})
        return next((intent.to_dict() for intent in found.data), None)


def _answer(session: dict[str, Any]) -> CollectAnswer:
    if session["payment_status"] == "paid":
        amount = money_of(session["amount_total"], session["currency"])
        return CollectAnswer(outcome="paid", amount=amount, at=_paid_at(session))
    if session["status"] == "expired":
        return CollectAnswer(outcome="declined")
    return CollectAnswer(outcome="pending", pay_url=session["url"] or "")


def _paid_at(session: dict[str, Any]) -> datetime:
    """Stripe makes the payment when its customer pays."""
    intent = session["payment_intent"]
    made = intent["created"] if isinstance(intent, dict) else session["created"]
    return datetime.fromtimestamp(made, UTC)
