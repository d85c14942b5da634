"""`portal rails check` of Stripe: the secret of the callbacks, the key, and what the key may do."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import stripe
from stripe import StripeClient, WebhookSignature

from portal.adapters.stripe_api import is_missing, reason_of
from portal.adapters.stripe_notices import DISPUTE_EVENTS, PAYMENT_EVENTS, REFUND_EVENTS, read_stripe_notice
from portal.ports import BadNotice, CheckStep

_NEEDED = {*REFUND_EVENTS[:3], PAYMENT_EVENTS[0], *DISPUTE_EVENTS}


def check_stripe(client: StripeClient, *, webhook_secret: str, now: datetime) -> Iterator[CheckStep]:
    """Ends after the first step that fails."""
    steps = (
        ("webhook secret", lambda: _verifies(webhook_secret, now)),
        ("key", lambda: _lists(client)),
        ("refunds", lambda: _may_refund(client)),
        ("payments", lambda: _may_collect(client)),
        ("callbacks", lambda: _is_called_back(client)),
    )
    for name, act in steps:
        step = _tried(name, act)
        yield step
        if not step.is_ok:
            return


def _tried(name: str, act: Any) -> CheckStep:
    try:
        return CheckStep(name=name, is_ok=True, detail=act())
    except BadNotice:
        return CheckStep(name=name, is_ok=False, detail="stripe_callbacks" if name == "callbacks" else "stripe_secret")
    except stripe.AuthenticationError:
        return CheckStep(name=name, is_ok=False, detail="stripe_key")
    except stripe.PermissionError:
        return CheckStep(name=name, is_ok=False, detail="stripe_permission")
    except stripe.APIConnectionError:
        return CheckStep(name=name, is_ok=False, detail="unreachable")
    except Exception as problem:
        return CheckStep(name=name, is_ok=False, detail=f"no answer that can be used: {reason_of(problem)}")


def _verifies(secret: str, now: datetime) -> str:
    """A callback signed here is read, one changed on the way is not."""
    text = json.dumps({"id": "evt_check", "type": "ping", "data": {"object": {"of": secrets.token_hex(8)}}})
    signed_at = int(now.timestamp())
    header = {"Stripe-Signature": WebhookSignature.generate_signature_header(text, secret, signed_at)}
    read_stripe_notice(header, text.encode(), secret=secret, now=now)
    try:
        read_stripe_notice(header, text.replace("ping", "pong").encode(), secret=secret, now=now)
    except BadNotice:
        return "signs and verifies"
    raise BadNotice("a changed callback was believed")


def _lists(client: StripeClient) -> str:
    balance = client.v1.balance.retrieve().to_dict()
    return "live" if balance["livemode"] else "test mode: no money moves"


def _may_refund(client: StripeClient) -> str:
    """Of a payment that does not exist: what may write is told that, what may not is told so first."""
    try:
        client.v1.refunds.create({"payment_intent": f"pi_check{secrets.token_hex(8)}"})
    except stripe.InvalidRequestError as refusal:
        if is_missing(refusal):
            return "may refund"
        raise
    raise ValueError("a refund of nothing was made")


def _may_collect(client: StripeClient) -> str:
    client.v1.checkout.sessions.list({"limit": 1})
    return "may open payment pages"


def _is_called_back(client: StripeClient) -> str:
    try:
        ends = [end.to_dict() for end in client.v1.webhook_endpoints.list({"limit": 100}).auto_paging_iter()]
    except stripe.PermissionError:
        return "this key may not see which callbacks are set up"
    wanted = [set(end["enabled_events"]) for end in ends if end["status"] == "enabled"]
    if any("*" in events or events >= _NEEDED for events in wanted):
        return "are sent"
    raise BadNotice("no endpoint has the events")
