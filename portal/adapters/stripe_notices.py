"""Stripe's callbacks: the signature over the raw body first, then what they say (docs.stripe.com/webhooks)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from stripe import WebhookSignature

from portal.adapters.stripe_amounts import money_of
from portal.adapters.stripe_api import NUMBER
from portal.domain.money import BadMoney, Money
from portal.ports import BadNotice, RailNotice
from portal.ports.payments import DisputeState

LARGEST, TOLERANCE = 64 * 1024, 300
_LONGEST_HEADER = 2000
_SIGNED_AT = re.compile(r"t=([0-9]{1,12})\Z", re.ASCII)
REFUND_EVENTS = ("refund.created", "refund.updated", "refund.failed", "charge.refund.updated")
PAYMENT_EVENTS = (
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "checkout.session.expired",
)
DISPUTE_EVENTS = ("charge.dispute.created", "charge.dispute.closed")
_CLOSED: dict[str, DisputeState] = {"won": "won", "warning_closed": "won", "lost": "lost", "prevented": "won"}


def read_stripe_notice(headers: Mapping[str, str], body: bytes, *, secret: str, now: datetime) -> RailNotice | None:
    """None: genuine, but about nothing of ours. Raises BadNotice."""
    _verify(headers, body, secret=secret, now=now)
    try:
        event = json.loads(body)
        kind, about = str(event["type"]), event["data"]["object"]
        if kind in REFUND_EVENTS:
            return _of_ours("refund", about, about["amount"])
        if kind in PAYMENT_EVENTS:
            return _of_ours("payment", about, about["amount_total"])
        if kind in DISPUTE_EVENTS:
            return _dispute(about)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise BadNotice("it is signed, but no event") from None
    return None


def _verify(headers: Mapping[str, str], body: bytes, *, secret: str, now: datetime) -> None:
    if len(body) > LARGEST:
        raise BadNotice("too large")
    given = next((value for name, value in headers.items() if name.lower() == "stripe-signature"), "")
    if len(given) > _LONGEST_HEADER:
        raise BadNotice("its signature is no signature")
    # The first `t` counts, for the library too. Its own limit of time goes by the machine's clock, and knows no future.
    signed = next((part for part in given.split(",") if part.startswith("t=")), "")
    found = _SIGNED_AT.match(signed)
    if found is None or abs(now.timestamp() - int(found[1])) > TOLERANCE:
        raise BadNotice("unsigned, or signed at another time")
    try:
        WebhookSignature.verify_header(body, given, secret, tolerance=0)
    except Exception:
        raise BadNotice("the signature is not by our secret") from None


def _of_ours(about: Any, found: dict[str, Any], counted: int) -> RailNotice | None:
    number = (found.get("metadata") or {}).get(NUMBER)
    if not number:
        return None
    return RailNotice(about=about, number=str(number), amount=_amount(counted, found["currency"]))


def _amount(counted: int, currency: str) -> Money | None:
    try:
        return money_of(counted, currency)
    except BadMoney:
        return None


def _dispute(found: dict[str, Any]) -> RailNotice:
    named = [str(found[key]) for key in ("payment_intent", "charge") if found.get(key)]
    number, other = (*named, "", "")[:2]
    if not number:
        raise ValueError("a dispute about no payment")
    state = _CLOSED.get(found["status"], "open")
    amount = _amount(found["amount"], found["currency"])
    return RailNotice(about="dispute", number=number, other_number=other, amount=amount, dispute=state)
