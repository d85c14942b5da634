"""Flask-Login over our own sessions, so that extensions find `current_user`. No cookie of its own, no query either."""

from __future__ import annotations

from flask import Flask, Request
from flask_login import UserMixin

from portal.domain.identity.access import Actor
from portal.extensions import login_manager
from portal.services.identity.visits import Session
from portal.web.request.current import known_visit


class Visitor(UserMixin):  # type: ignore[misc]
    """Who is signed in: `actor` acts, `name` and `locale` are the customer's."""

    def __init__(self, session: Session) -> None:
        self.actor: Actor = session.actor
        self.name = session.name
        self.locale = session.locale or session.customer_locale

    def get_id(self) -> str:
        return self.actor.key


def load_visitor(_request: Request) -> Visitor | None:
    session = known_visit().session
    return Visitor(session) if session else None


def init_app(app: Flask) -> None:
    login_manager.session_protection = None
    login_manager.request_loader(load_visitor)
    login_manager.init_app(app, add_context_processor=False)
