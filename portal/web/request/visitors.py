"""Flask-Login over our own sessions: `current_user` is who came with the session of this request, shopper or staff.

Sessions are rows, found with the visit in one query before any view; so there is no cookie of Flask-Login's own, and no
query either. Its own remember-me is not used: the cookie holds a user's id for as long as the secret key lives, and can
neither be ended by row nor partitioned. Staying signed in is a longer life of the row (decision 42).
"""

from __future__ import annotations

from typing import NoReturn

from flask import Flask, Request
from flask_login import UserMixin

from portal.domain.identity.access import Actor
from portal.extensions import login_manager
from portal.services.identity.visits import VisitSession
from portal.web.request.current import SignInNeeded, known_visit

NO_COOKIE = ";"
"""No cookie can be called so: what is sent under the name that Flask-Login expects is never looked at."""


class Visitor(UserMixin):  # type: ignore[misc] # flask-login ships no types
    """Who is signed in: `actor` acts, `name` and `locale` are the person's."""

    def __init__(self, session: VisitSession) -> None:
        self.actor: Actor = session.actor
        self.name = session.name
        self.locale = session.locale or session.customer_locale

    def get_id(self) -> str:
        return self.actor.key


def load_visitor(_request: Request) -> Visitor | None:
    session = known_visit().session
    return Visitor(session) if session else None


def lead_to_sign_in() -> NoReturn:
    """What `login_required` does where nobody is signed in: `web/answers/errors.py` leads to the form and back."""
    raise SignInNeeded


def init_app(app: Flask) -> None:
    app.config["REMEMBER_COOKIE_NAME"] = NO_COOKIE
    login_manager.session_protection = None
    login_manager.request_loader(load_visitor)
    login_manager.unauthorized_handler(lead_to_sign_in)
    login_manager.init_app(app, add_context_processor=False)
