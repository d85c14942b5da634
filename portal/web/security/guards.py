"""Who may come to an address. Every view says it; an app with one that does not say refuses to start (law 7)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from flask import Flask, g, request
from flask_login import current_user, login_required

from portal.domain.errors import Forbidden, NotFound
from portal.domain.identity.access import Actor
from portal.domain.identity.scopes import Scope
from portal.extensions import login_manager
from portal.services.identity.visits import Shop
from portal.services.shops.api_tokens import bearer_of
from portal.web.request.current import deps
from portal.web.security.csrf import csrf_exempt

View = TypeVar("View", bound=Callable[..., Any])


class TokenNeeded(Exception):
    """The machine API without a bearer token of a shop: 401."""


def public(view: View) -> View:
    """Anybody."""
    view.access = "public"  # type: ignore[attr-defined]
    return view


def signed_in(view: View) -> View:
    """A shopper or a guest with a session; others are led to /sign-in and back."""

    guarded: View = login_required(view)
    guarded.access = "signed_in"  # type: ignore[attr-defined]
    return guarded


def customers_only(view: View) -> View:
    """A shopper; a guest, who is let in to one order, is led to /sign-in."""

    @login_required
    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if current_user.actor.kind != "shopper":
            return login_manager.unauthorized()
        return view(*args, **kwargs)

    guarded.access = "customers_only"  # type: ignore[attr-defined]
    return guarded  # type: ignore[return-value]


def all_orders(view: View) -> View:
    """A shopper who was not handed over for some orders only: what is about the person, not about an order."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if current_user.actor.only is not None:
            raise NotFound
        return view(*args, **kwargs)

    return customers_only(guarded)  # type: ignore[return-value]


def shop_token(scope: Scope) -> Callable[[View], View]:
    """A shop's program, by a bearer token that has `scope`. No cookie counts, so no form can forge it.

    Without a live token 401, without the scope 403 (Forbidden names it).
    """

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            scheme, _, token = request.headers.get("Authorization", "").partition(" ")
            bearer = bearer_of(token=token.strip(), deps=deps()) if scheme.lower() == "bearer" else None
            if bearer is None:
                raise TokenNeeded
            if scope not in bearer.scopes:
                raise Forbidden(scope)
            g.token_shop = bearer.shop
            return view(*args, **kwargs)

        guarded.access = "shop_token"  # type: ignore[attr-defined]
        return cast("View", csrf_exempt(guarded))

    return guard


def token_shop() -> Shop:
    """The shop whose token this API request carries."""
    shop: Shop = g.token_shop
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
