"""Addresses of our pages, remembered: a page asks for two dozen, most of them the same for everybody."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import flask
from flask import Flask, request

from portal.web.request.current import known_visit
from portal.web.request.places import frame_key

SIGN_IN_PAGES = frozenset({"sign_in", "sign_in_code", "sign_in_verify"})
LONGEST_KEPT = 300
"""Characters of what an address carries that is remembered: a visitor's search or way back may be longer."""
PUBLIC_PAGES = SIGN_IN_PAGES | {
    "find_order",
    "withdraw_contract",
    "verify",
    "unsubscribing",
    "mail",
    "contact",
    "help",
    "help_page",
    "language",
}


def url_for(endpoint: str, **values: Any) -> str:
    """As Flask's, for addresses without a host: `.orders` is the page of the audience at hand. Raises BuildError."""
    if endpoint.startswith("."):
        endpoint = f"{request.blueprint}{endpoint}"
    keep_shop_and_return_url(endpoint, values)
    if sum(len(value) for value in values.values() if isinstance(value, str)) > LONGEST_KEPT:
        return flask.url_for(endpoint, **values)
    return _built(request.root_path, endpoint, tuple(values.items()))


@lru_cache(maxsize=4096)
def _built(_root: str, endpoint: str, values: tuple[tuple[str, Any], ...]) -> str:
    return flask.url_for(endpoint, **dict(values))


def keep_shop_and_return_url(endpoint: str, values: dict[str, Any]) -> None:
    """What addresses of ours carry along: the frame's shop; on public pages ?shop= and where sign-in leads to."""
    page = endpoint.rpartition(".")[2]
    if endpoint.startswith(("embed.", "frame.")) and (key := frame_key()) is not None:
        values.setdefault("shop_key", key)
    if page not in PUBLIC_PAGES:
        return
    visit = known_visit()
    if visit.way == "query" and visit.shop:
        values.setdefault("shop", visit.shop.key)
    is_signing_in = (request.endpoint or "").rpartition(".")[2] in SIGN_IN_PAGES
    if page in SIGN_IN_PAGES and is_signing_in and "next" in request.args:
        values.setdefault("next", request.args["next"])


def init_app(app: Flask) -> None:
    app.url_defaults(keep_shop_and_return_url)
    app.jinja_env.globals["url_for"] = url_for
