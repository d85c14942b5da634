"""A coarse limit a network on what anybody may send without being known: signing in, asking for codes, the machine API.

It stands outside the counters of each account and destination (the services', in the database), and only keeps one
network from keeping the portal busy. Those count who was wrong (INTERFACE: sign-in counts failures only); of forms with
a password or a code this one counts so many a minute that nobody who is right comes near it (decision 99). Pages that
are read with a session are not counted. Where several processes serve,
PORTAL_RATE_LIMIT_URL names the Redis that counts for all of them; while it does not answer each counts for itself.
"""

from __future__ import annotations

import math
import time
from typing import Any

from flask import Flask, Response, current_app, request

from portal.domain.identity.throttles import network_of
from portal.extensions import limiter
from portal.web.request.current import client_address

API = "/api/"
SIGN_INS, TRIES, CALLS = "PORTAL_SIGN_INS", "PORTAL_TRIES", "PORTAL_CALLS"
MOST = {SIGN_INS: "1200 per minute", TRIES: "120 per minute; 1200 per hour", CALLS: "1200 per minute"}
"""Forms posted with a password or a code to sign in; to ask for a code, to find an order, to declare a withdrawal or to
join a team, which an office full of customers stays below; requests to the machine API. Kept in the app's config."""


ANSWER = 0.25
"""Seconds that Redis has to connect, and for each answer, of which a request wants nine at most. Whoever signs in
holds a place of the process meanwhile. It is asked once a request: what is late is counted here."""
HASTE: dict[str, Any] = {"socket_connect_timeout": ANSWER, "socket_timeout": ANSWER, "retry": None}


def network() -> str:
    """Who is counted as one: an IPv4 address, or the /64 of an IPv6 one, which is what one customer is given."""
    return network_of(client_address())


few_tries = limiter.shared_limit(lambda: current_app.config[TRIES], scope="tries", methods=["POST"], key_func=network)
"""For the views that send a code, or take what no account's counter sees: together they share one count."""

few_sign_ins = limiter.shared_limit(
    lambda: current_app.config[SIGN_INS], scope="sign-in", methods=["POST"], key_func=network
)
"""For the views that take a password, or the code that lets somebody in: they share another."""

few_calls = limiter.shared_limit(lambda: current_app.config[CALLS], scope="api", key_func=network)
"""For the blueprint of the machine API."""
_stray_calls = limiter.shared_limit(lambda: current_app.config[CALLS], scope="api", key_func=network)
"""For what is sent below its address and to none of its views: it counts with the others."""


def seconds_to_wait() -> int:
    """Whole seconds until the limit that was just passed lets the next request through."""
    limit = limiter.current_limit
    return max(1, math.ceil(limit.reset_at - time.time())) if limit else 1


@limiter.request_filter
def is_never_counted() -> bool:
    """A page that is only read: told beforehand, it costs no look through the limits of its view."""
    return request.method in ("GET", "HEAD") and not request.path.startswith(API)


def counted_as() -> str:
    """What the limiter takes a request for: its view, or a call to none of the machine API's."""
    return request.endpoint or ("api" if request.path.startswith(API) else "")


def count_stray_calls() -> None:
    """An address of the machine API that there is not, or a method that it does not take."""
    if request.endpoint is None and request.path.startswith(API):
        with _stray_calls:
            pass


def tell_calls_left(response: Response) -> Response:
    """Every answer of the machine API says how many calls there are and when they are again: as the draft of the IETF
    has it (draft-ietf-httpapi-ratelimit-headers-10), and in the three fields of its earlier versions that clients know.
    """
    limit = limiter.current_limit if request.path.startswith(API) else None
    if limit is None:
        return response
    most, window = limit.limit.amount, limit.limit.get_expiry()
    left, seconds = max(0, limit.remaining), min(window, seconds_to_wait())
    response.headers["RateLimit-Policy"] = f'"calls";q={most};w={window}'
    response.headers["RateLimit"] = f'"calls";r={left};t={seconds}'
    response.headers["RateLimit-Limit"] = str(most)
    response.headers["RateLimit-Remaining"] = str(left)
    response.headers["RateLimit-Reset"] = str(seconds)
    return response


def init_app(app: Flask) -> None:
    for name, most in MOST.items():
        app.config.setdefault(name, most)
    app.config["RATELIMIT_REQUEST_IDENTIFIER"] = counted_as
    if not app.config["RATELIMIT_STORAGE_URI"].startswith("memory:"):
        app.config["RATELIMIT_STORAGE_OPTIONS"] = HASTE
    limiter.init_app(app)
    app.before_request(count_stray_calls)
    app.after_request(tell_calls_left)
