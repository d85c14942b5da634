"""The demo's shop on another site: what a merchant writes to show the portal in a page of its own.

It knows the portal as docs/embedding.md tells it and in no other way: one call of its server for a code, the snippet in
its page. Its customers "sign in" by pressing their name.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from functools import partial
from urllib.error import URLError
from urllib.request import Request, urlopen

from flask import Flask, Response, abort, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from portal.domain.embedding.setup_check import snippet

_PATIENCE_SECONDS = 10
SHOP_VARIABLE = "PORTAL_DEMO_SHOP"
"""The environment variable with what the shop knows (`Merchant`), as JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Merchant:
    """What the shop knows: where the portal is, its own key and API token, its customers by id with their names."""

    portal: str
    key: str
    token: str
    customers: dict[str, str]


class NoCode(Exception):
    """The portal gave none."""


def code_for(merchant: Merchant, customer: str) -> str:
    """Asked by the server with each view of the page; it works once and for a minute. Raises NoCode."""
    asked = Request(
        f"{merchant.portal}/api/v1/embed/sessions",
        data=json.dumps({"customer": customer}).encode(),
        headers={"Authorization": f"Bearer {merchant.token}", "Content-Type": "application/json"},
    )
    try:
        with urlopen(asked, timeout=_PATIENCE_SECONDS) as answer:
            return str(json.load(answer)["code"])
    except (URLError, TimeoutError) as problem:
        raise NoCode from problem


def make_storefront(merchant: Merchant) -> Flask:
    app = Flask(__name__, template_folder="pages")
    app.secret_key = secrets.token_bytes(32)
    app.config.update(SESSION_COOKIE_NAME="demo_shop", SESSION_COOKIE_SAMESITE="Lax")

    @app.get("/")
    def home() -> ResponseReturnValue:
        return render_template("home.html", customers=merchant.customers, signed_in=name_of(merchant))

    @app.post("/sign-in")
    def sign_in() -> ResponseReturnValue:
        customer = request.form.get("customer", "")
        if customer not in merchant.customers or not is_own_form():
            abort(403)
        session["customer"] = customer
        return redirect(url_for("my_orders"), 303)

    @app.post("/sign-out")
    def sign_out() -> ResponseReturnValue:
        if not is_own_form():
            abort(403)
        session.clear()
        return redirect(url_for("home"), 303)

    @app.get("/my-orders")
    def my_orders() -> ResponseReturnValue:
        if not name_of(merchant):
            return redirect(url_for("home"), 303)
        try:
            code = code_for(merchant, session["customer"])
        except NoCode:
            return render_template("away.html", signed_in=name_of(merchant)), 503
        frame = Markup(snippet(merchant.portal, merchant.key).replace("THE CODE", code))
        return render_template("my_orders.html", frame=frame, signed_in=name_of(merchant))

    app.after_request(partial(guarded, merchant.portal))
    return app


def guarded(portal: str, response: Response) -> Response:
    """What a careful shop sends: nothing from elsewhere but the portal, and nothing personal is kept."""
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; style-src 'self' 'unsafe-inline'; script-src {portal}; frame-src {portal}; "
        f"form-action 'self' {portal}; base-uri 'none'; frame-ancestors 'none'"
    )
    if request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
    return response


def is_own_form() -> bool:
    """Whether the form was a page's of this shop."""
    return request.headers.get("Origin") == request.host_url.rstrip("/")


def name_of(merchant: Merchant) -> str:
    """Who is signed in at the shop; empty for nobody."""
    return merchant.customers.get(session.get("customer", ""), "")
