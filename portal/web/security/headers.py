"""Headers on every answer, errors and static files included (SECURITY, headers)."""

from __future__ import annotations

from functools import lru_cache

from flask import Flask, Response, abort, current_app, g, request

from portal.services.identity.visits import VisitedShop, find_shop
from portal.web.request.current import deps, known_visit
from portal.web.request.places import frame_key
from portal.web.security.cookies import send_cookies

HSTS = "max-age=31536000"
VARY = ("Cookie", "HX-Request", "Accept-Language")


@lru_cache(maxsize=256)
def policy(image_origins: tuple[str, ...], ancestors: str) -> str:
    """The Content-Security-Policy for a shop's pages."""
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            " ".join(("img-src 'self'", *image_origins)),
            "connect-src 'self'",
            "form-action 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            f"frame-ancestors {ancestors}",
        )
    )


def framing_shop() -> VisitedShop | None:
    """The shop whose sites may frame this answer: the one the address names, on errors and unserved addresses too."""
    key = frame_key()
    if key is None:
        return None
    known = known_visit().shop
    return known if known and known.key == key else find_shop(key=key, deps=deps())


def frame_ancestors(shop: VisitedShop | None) -> str:
    """Who may show these pages in a frame. The one place that decides: the shop's own sites, nobody outside /embed/."""
    return " ".join(shop.origins) if shop and shop.origins else "'none'"


def add_headers(response: Response) -> Response:
    framing = framing_shop()
    shop, ancestors = known_visit().shop or framing, frame_ancestors(framing)
    headers = response.headers
    # A file has a stricter one of its own, which says who may frame it as well.
    own = headers.get("Content-Security-Policy", "").replace("frame-ancestors 'none'", f"frame-ancestors {ancestors}")
    headers["Content-Security-Policy"] = own or policy(shop.image_origins if shop else (), ancestors)
    if ancestors == "'none'":
        headers["X-Frame-Options"] = "DENY"
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    if current_app.config["PORTAL_HTTPS"]:
        headers["Strict-Transport-Security"] = HSTS
    headers.setdefault("Cache-Control", "private, no-store")
    if not headers["Cache-Control"].startswith("public"):
        response.vary.update(VARY)
    headers["X-Request-Id"] = g.get("request_id", "")
    return response


def file_headers(*, is_https: bool) -> dict[str, str]:
    """Those of static files, which are served before the application."""
    headers = {
        "Content-Security-Policy": policy((), "'none'"),
        "X-Frame-Options": "DENY",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    return headers | ({"Strict-Transport-Security": HSTS} if is_https else {})


def finish(response: Response) -> Response:
    if not response.headers.get("Cache-Control", "").startswith("public"):
        send_cookies(response)
    return add_headers(response)


def refuse_nul() -> None:
    """No address of ours holds the one character that PostgreSQL accepts in no text at all: there is nothing there."""
    if "\0" in request.path or any("\0" in value for values in request.args.listvalues() for value in values):
        abort(404)


def init_app(app: Flask) -> None:
    app.before_request(refuse_nul)
    app.after_request(finish)
