"""Who may read the figures: they name nobody, but tell a stranger how busy the shop is (SECURITY, availability)."""

from __future__ import annotations

import hmac
from ipaddress import ip_address

from flask import current_app, request

from portal.web.request.current import client_address


def may_read_metrics() -> bool:
    """With a token set, whoever brings it; without one, this machine itself, nobody that a proxy speaks for."""
    expected: str = current_app.config["PORTAL_METRICS_TOKEN"]
    if expected:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        is_token = hmac.compare_digest(token.strip().encode(), expected.encode())
        return scheme.lower() == "bearer" and is_token
    is_passed_on = any(name in request.headers for name in ("X-Forwarded-For", "Forwarded", "X-Real-IP"))
    return not is_passed_on and _is_loopback(client_address())


def _is_loopback(address: str) -> bool:
    try:
        ip = ip_address(address)
    except ValueError:
        return False
    return (getattr(ip, "ipv4_mapped", None) or ip).is_loopback
