"""Stripe's API by its own library: one client a shop, with a time limit on every call and no retries behind our back.

What is called again is called again by us, under the same number; the library's retries would only hide how often.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import stripe
from stripe import RequestsClient, StripeClient

from portal.domain.errors import ProviderUnavailable
from portal.domain.refunds.rails import StripeConfig

NAME = "stripe"
NUMBER, PAYMENT = "portal_number", "portal_payment"
"""Keys of the metadata that we put on what we make: by them it is found again once Stripe has forgotten the number."""
PAGE = 100
_CONNECT = 3.05

# Else it writes an id into the home directory and names this machine in every call.
stripe.enable_telemetry = False


def created_between(since: datetime, until: datetime | None) -> dict[str, int]:
    """As its lists take it, in whole seconds."""
    return {"gte": int(since.timestamp())} | ({"lt": int(until.timestamp())} if until else {})


def stripe_client(config: StripeConfig) -> StripeClient:
    """Its gateway is Stripe's own unless the config names another."""
    http = RequestsClient(timeout=(_CONNECT, float(config.timeout)))
    if not config.gateway:
        return StripeClient(config.secret_key, http_client=http, max_network_retries=0)
    addresses: Any = {"api": config.gateway, "files": config.gateway}
    return StripeClient(config.secret_key, http_client=http, max_network_retries=0, base_addresses=addresses)


@contextmanager
def asking() -> Iterator[None]:
    """Whatever goes wrong after sending leaves the outcome unknown (PAYMENTS, what the libraries do), an answer nobody
    can read among it. Raises ProviderUnavailable, without anything of the request or the key in it."""
    try:
        yield
    except ProviderUnavailable:
        raise
    except Exception as error:
        raise ProviderUnavailable(NAME, reason_of(error)) from None


def reason_of(error: Exception) -> str:
    """What kind of problem, for a log: never a message, which may quote what was sent."""
    status = getattr(error, "http_status", None)
    code = getattr(error, "code", None)
    return " ".join(str(part) for part in (type(error).__name__, status, code) if part)


def is_missing(error: stripe.InvalidRequestError) -> bool:
    """There is no such object: certain, and nothing was done."""
    return error.code == "resource_missing"


def is_replayed(error: stripe.StripeError) -> bool:
    """Stripe repeats what it answered to the same number within the last day: it can never say anything else."""
    headers = {name.lower(): value for name, value in (error.headers or {}).items()}
    return headers.get("idempotent-replayed") == "true"
