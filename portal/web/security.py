"""Headers on every answer, errors and static files included (SECURITY, headers)."""

from __future__ import annotations

from functools import lru_cache

from flask import Flask, Response, abort, current_app, g, request

from portal.services.visits import Shop
from portal.web.cookies import send_cookies
from portal.web.current import is_staff_request, known_visit

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


def frame_ancestors(shop: Shop | None) -> str:
    """Who may show these pages in a frame. The one place that decides: nobody yet, and those of staff never."""
    if is_staff_request():
        return "'none'"
    return "'none'"


def add_headers(response: Response) -> Response:
    shop = known_visit().shop
    ancestors = frame_ancestors(shop)
    headers = response.headers
    headers.setdefault("Content-Security-Policy", policy(shop.image_origins if shop else (), ancestors))
    if ancestors == "'none'":
        headers["X-Frame-Options"] = "DENY"
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    if current_app.config["PORTAL_HTTPS"]:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    headers.setdefault("Cache-Control", "private, no-store")
    if not headers["Cache-Control"].startswith("public"):
        response.vary.update(VARY)
    headers["X-Request-Id"] = g.get("request_id", "")
    return response


def finish(response: Response) -> Response:
    if request.endpoint != "assets.file":
        send_cookies(response)
    return add_headers(response)


def refuse_nul() -> None:
    """No address of ours holds the one character that PostgreSQL takes in no text at all: there is nothing there."""
    if "\0" in request.path or any("\0" in value for values in request.args.listvalues() for value in values):
        abort(404)


def init_app(app: Flask) -> None:
    app.before_request(refuse_nul)
    app.after_request(finish)
