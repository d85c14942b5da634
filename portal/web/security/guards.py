"""Who may come to an address. Every view says it; an app with one that does not say refuses to start (law 7)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, Protocol, TypeVar

from flask import Flask, current_app, g, request
from flask_login import current_user, login_required

from portal.domain.errors import Forbidden, NotFound
from portal.domain.identity.access import Actor
from portal.domain.identity.scopes import Scope
from portal.extensions import login_manager
from portal.services.identity.visits import VisitedShop
from portal.services.shops.api_tokens import Bearer, bearer_of
from portal.web.request.current import deps
from portal.web.security.csrf import csrf_exempt

P = ParamSpec("P")
R = TypeVar("R")


class Guard(Protocol):
    """A decorator of views that leaves their types alone."""

    def __call__(self, view: Callable[P, R], /) -> Callable[P, R]: ...


class TokenNeeded(Exception):
    """The machine API without a bearer token of a shop: 401."""


def says_access(view: Callable[P, R], access: str) -> Callable[P, R]:
    """The view, with who may come written on it: what `refuse_unguarded` and the tests of roles read as `access`."""
    vars(view)["access"] = access
    return view


def needs_session(view: Callable[P, R]) -> Callable[P, R]:
    """Flask-Login's `login_required`, which ships no types."""
    guarded: Callable[P, R] = login_required(view)
    return guarded


def needs_person() -> bool:
    """Whether the view of this request is for somebody who is signed in."""
    view = current_app.view_functions.get(request.endpoint or "")
    return getattr(view, "access", "public") not in ("public", "shop_token")


def public(view: Callable[P, R]) -> Callable[P, R]:
    """Anybody."""
    return says_access(view, "public")


def signed_in(view: Callable[P, R]) -> Callable[P, R]:
    """A shopper or a guest with a session; others are led to /sign-in and back."""
    return says_access(needs_session(view), "signed_in")


def customers_only(view: Callable[P, R]) -> Callable[P, R]:
    """A shopper; a guest, who is let in to one order, is led to /sign-in."""

    @needs_session
    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        if current_user.actor.kind != "shopper":
            nobody: R = login_manager.unauthorized()
            return nobody
        return view(*args, **kwargs)

    return says_access(guarded, "customers_only")


def all_orders(view: Callable[P, R]) -> Callable[P, R]:
    """A shopper who was not handed over for some orders only: what is about the person, not about an order."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        if current_user.actor.only is not None:
            raise NotFound
        return view(*args, **kwargs)

    return customers_only(guarded)


def shop_token(scope: Scope) -> Guard:
    """A shop's program, by a bearer token that has `scope`. No cookie counts, so no form can forge it.

    Without a live token 401, without the scope 403 (Forbidden names it).
    """

    def guard(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            bearer = _bearer()
            if bearer is None:
                raise TokenNeeded
            if scope not in bearer.scopes:
                raise Forbidden(scope)
            g.token_shop = bearer.shop
            return view(*args, **kwargs)

        return csrf_exempt(says_access(guarded, "shop_token"))

    return guard


def _bearer() -> Bearer | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return bearer_of(token=token.strip(), deps=deps()) if scheme.lower() == "bearer" else None


def shop_of_token() -> VisitedShop | None:
    """Whose live token came with a request to an address that asks for none: a program need not say it twice."""
    bearer = _bearer()
    return bearer.shop if bearer else None


def token_shop() -> VisitedShop:
    """The shop whose token this API request carries."""
    shop: VisitedShop = g.token_shop
    return shop


def feed_actor() -> Actor:
    """Who acts in an API request: the shop's feed."""
    return Actor(kind="feed", shop_id=token_shop().id)


def unguarded_endpoints(app: Flask) -> list[str]:
    return sorted(name for name, view in app.view_functions.items() if not hasattr(view, "access"))


def refuse_unguarded(app: Flask) -> None:
    """Deny by default: raises RuntimeError that names the views nobody has thought about."""
    if forgotten := unguarded_endpoints(app):
        raise RuntimeError(f"views without a guard: {', '.join(forgotten)}")
