"""Forged requests are refused before any view: our token and our origin (SECURITY, CSRF).

The token is an HMAC of the session's cookie, before sign-in of a visitor's cookie. It holds no time, so pages that
carry it can be answered 304, and it needs no row, so a form of a session that is over is told apart from a forged one.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
from collections.abc import Callable
from typing import ParamSpec, TypeVar
from urllib.parse import urlsplit

from flask import Flask, current_app, g, request

from portal.domain.loopback import is_loopback
from portal.web.request.current import deps, host_name, session_token, visit
from portal.web.security.cookies import read_cookie, write_cookie

P = ParamSpec("P")
R = TypeVar("R")
SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


class Forged(Exception):
    """A missing or wrong token, or a foreign origin. `why` is for the log."""

    def __init__(self, why: str) -> None:
        self.why = why


def csrf_token() -> str:
    """The token for this visitor's forms, masked again for each page so that compression tells nothing about it."""
    if "csrf" not in g:
        mask, token = secrets.token_bytes(16), _expected(_visitor_cookie())
        g.csrf = base64.urlsafe_b64encode(mask + _xor(mask, token)).decode().rstrip("=")
    masked: str = g.csrf
    return masked


def check_csrf() -> None:
    """Raises Forged for an unsafe request that our pages did not make. Exempt are views with `csrf_exempt`."""
    if request.method in SAFE or request.endpoint is None:
        return
    view = current_app.view_functions[request.endpoint]
    if getattr(view, "csrf_exempt", False):
        return
    check_origin()
    cookie = session_token() or read_cookie("portal_visitor")
    if not cookie:
        raise Forged("no cookie")
    sent = request.form.get("csrf_token", "") or request.headers.get("X-CSRF-Token", "")
    if not _is_expected(_unmasked(sent), cookie):
        raise Forged("token")


def csrf_exempt(view: Callable[P, R]) -> Callable[P, R]:
    """For addresses that other programs post to: they prove themselves by a bearer token or a signature."""
    vars(view)["csrf_exempt"] = True
    return view


def check_origin(others: tuple[str, ...] = (), *, is_needed: bool = False) -> None:
    """Raises Forged unless a page of this very origin, or of one of `others`, asks. Only with a token beside it may the
    browser say nothing of the origin; `is_needed` where there is none."""
    origin = asking_origin()
    if not origin and not is_needed:
        return
    if origin in others:
        return
    if not is_from_our_page():
        raise Forged("origin")
    if not _is_our_host():
        raise Forged("host")


def asking_origin() -> str:
    """The origin of the page that makes this request, lower case: `null` for one in a box; "" where nothing says."""
    origin = request.headers.get("Origin")
    if origin is None:
        referrer = urlsplit(request.headers.get("Referer", ""))
        return f"{referrer.scheme}://{referrer.netloc}".lower() if referrer.netloc else ""
    return origin.lower() or "null"


def is_from_our_page() -> bool:
    """Whether the browser says that a page of this very origin sends this: nobody else could make it say so."""
    return asking_origin() == f"{request.scheme}://{request.host}".lower()


def _is_our_host() -> bool:
    """The portal's own name, a loopback name, or the name of a shop: nobody else's name resolves to us unnoticed."""
    name = host_name()
    own = urlsplit(current_app.config["PORTAL_BASE_URL"]).hostname
    return name == own or is_loopback(name.strip("[]")) or visit().way == "host"


def leave_visitor_cookie() -> None:
    """So that the next request tells whether this browser keeps our cookies."""
    _visitor_cookie()


def _visitor_cookie() -> str:
    cookie = session_token() or read_cookie("portal_visitor") or g.get("visitor", "")
    if not cookie:
        cookie = g.visitor = deps().random.token()
        write_cookie("portal_visitor", cookie)
    return str(cookie)


def _expected(cookie: str) -> bytes:
    return bytes.fromhex(deps().vault.digest("csrf", cookie)[:32])


def _is_expected(token: bytes, cookie: str) -> bool:
    """A page that was open while the secret key was changed still posts."""
    return any(hmac.compare_digest(token, bytes.fromhex(one[:32])) for one in deps().vault.digests("csrf", cookie))


def _unmasked(sent: str) -> bytes:
    try:
        raw = base64.urlsafe_b64decode(sent + "=" * (-len(sent) % 4))
    except (binascii.Error, ValueError):
        return b""
    return _xor(raw[:16], raw[16:]) if len(raw) == 32 else b""


def _xor(one: bytes, other: bytes) -> bytes:
    return (int.from_bytes(one) ^ int.from_bytes(other)).to_bytes(len(one))


def init_app(app: Flask) -> None:
    app.before_request(check_csrf)
    app.jinja_env.globals["csrf_token"] = csrf_token
