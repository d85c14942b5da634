"""A coarse limit a network on what anybody may send without being known: signing in, asking for codes, the machine API.

It stands outside the counters of each account and destination (the services', in the database), and only keeps one
network from keeping the portal busy. Pages that are read with a session are not counted. Where several processes serve,
PORTAL_RATE_LIMIT_URL names the Redis that counts for all of them; while it does not answer each counts for itself.
"""

from __future__ import annotations

import math
import time

from flask import Flask, current_app, request

from portal.domain.identity.throttles import network_of
from portal.extensions import limiter
from portal.web.request.current import client_address

TRIES, CALLS = "PORTAL_TRIES", "PORTAL_CALLS"
MOST = {TRIES: "120 per minute; 1200 per hour", CALLS: "1200 per minute"}
"""Forms posted to sign in or to find an order, which an office full of customers stays below; requests to the machine
API. Kept in the app's config."""


def network() -> str:
    """Who is counted as one: an IPv4 address, or the /64 of an IPv6 one, which is what one customer is given."""
    return network_of(client_address())


few_tries = limiter.shared_limit(lambda: current_app.config[TRIES], scope="sign-in", methods=["POST"], key_func=network)
"""For the views that take a password, a code, or the wish for one: together they share one count."""

few_calls = limiter.shared_limit(lambda: current_app.config[CALLS], scope="api", key_func=network)
"""For the blueprint of the machine API."""


def seconds_to_wait() -> int:
    """Whole seconds until the limit that was just passed lets the next request through."""
    limit = limiter.current_limit
    return max(1, math.ceil(limit.reset_at - time.time())) if limit else 1


@limiter.request_filter
def is_never_counted() -> bool:
    """A page that is only read: told beforehand, it costs no look through the limits of its view."""
    return request.method in ("GET", "HEAD") and request.blueprint != "api"


def init_app(app: Flask) -> None:
    for name, most in MOST.items():
        app.config.setdefault(name, most)
    limiter.init_app(app)
