"""What this request is about: the app's `Deps`, the visit, its shop and actor."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from urllib.parse import quote

from flask import current_app, g, request

from portal.domain.identity.access import Actor
from portal.ports import Deps
from portal.services.identity.behalf_visits import find_behalf_visit
from portal.services.identity.staff_visits import find_staff_visit
from portal.services.identity.visits import Visit, VisitedShop, VisitSession, find_visit
from portal.web.request.places import frame_key, is_frame_request, is_staff_request
from portal.web.security.cookies import read_cookie


class ShopUnknown(Exception):
    """Several shops, and nothing says which. `wrong` is a key that was asked for and is not there."""

    def __init__(self, wrong: str = "") -> None:
        self.wrong = wrong


class SignInNeeded(Exception):
    """A personal page without a session: leads to /sign-in."""


def deps() -> Deps:
    """What the services of this app get."""
    found: Deps = current_app.extensions["portal"]
    return found


def now() -> datetime:
    """The clock's time, one for the whole request: aware UTC."""
    if "now" not in g:
        g.now = deps().clock.now()
    at: datetime = g.now
    return at


BY_THEMSELVES = frozenset({"staff.presence"})
"""What an open page asks with nobody before it: no session lives by that."""


def visit() -> Visit:
    """Found once a request, in one query where there is a session."""
    if "visit" not in g:
        g.visit = _find()
    found: Visit = g.visit
    return found


def _find() -> Visit:
    token, hosts = session_token(), (request.host.lower(), host_name())
    if is_staff_request():
        is_somebody = request.endpoint not in BY_THEMSELVES
        return find_staff_visit(token=token, hosts=hosts, deps=deps(), is_somebody=is_somebody)
    asked, is_over = request.args.get("shop", ""), False
    if behalf_token():
        if found := find_behalf_visit(token=token, hosts=hosts, deps=deps()):
            return found
        token, is_over = read_cookie("portal"), True
    found = find_visit(token=token, hosts=hosts, path_key=frame_key(), query_key=asked, deps=deps())
    return replace(found, is_behalf_over=True) if is_over else found


_NOBODY = Visit()


def known_visit() -> Visit:
    """The visit as far as it is known: error pages and headers must not ask the database once more."""
    found: Visit = g.get("visit", _NOBODY)
    return found


def current_shop() -> VisitedShop:
    """Raises ShopUnknown."""
    found = visit()
    if found.shop is None:
        raise ShopUnknown(found.wrong_key)
    return found.shop


def shop_by_address() -> VisitedShop:
    """The shop that host or `?shop=` names, else the only one, whoever asks: of answers that anybody may keep, no
    session counts. Raises ShopUnknown."""
    hosts, asked = (request.host.lower(), host_name()), request.args.get("shop", "")
    g.visit = find_visit(token="", hosts=hosts, path_key=None, query_key=asked, deps=deps())
    return current_shop()


def speak_for(shop: VisitedShop) -> None:
    """What this request says is said by that shop's clock, where no visit has told: to its own program."""
    g.visit = Visit(shop=shop)


def shop_name() -> str:
    """What the shop is called in the reader's language. Raises ShopUnknown."""
    shop = current_shop()
    return shop.settings.name_in(current_locale(), shop.name)


def current_session() -> VisitSession:
    """Raises SignInNeeded."""
    session = visit().session
    if session is None:
        raise SignInNeeded
    return session


def current_actor() -> Actor:
    """Raises SignInNeeded."""
    return current_session().actor


def find_actor() -> Actor | None:
    """Who acts, on pages that are for everybody; None for a visitor."""
    session = visit().session
    return session.actor if session else None


def acting_as() -> Actor:
    """Who a form acts for: on a page for everybody, without a session, whoever declares something in this shop."""
    return find_actor() or Actor(kind="declarant", shop_id=current_shop().id)


def current_locale() -> str:
    """zh or en: what was chosen here, else the customer's; else in a frame the shop's, which the page around it speaks,
    and elsewhere English where the browser asks for it, else Chinese."""
    locale: str | None = g.get("locale")
    return locale or _choose_locale()


def _choose_locale() -> str:
    session = known_visit().session
    chosen = (session.locale if session else "") or read_cookie("portal_language")
    wanted = chosen or (session.customer_locale if session else "") or _frames_locale()
    g.locale = language_of(wanted) if wanted else str(request.accept_languages.best_match(["zh", "en"], "zh"))
    return str(g.locale)


def _frames_locale() -> str:
    shop = known_visit().shop if is_frame_request() else None
    return shop.settings.locale if shop else ""


def language_of(locale: str) -> str:
    return "en" if locale.lower().startswith("en") else "zh"


def session_token() -> str:
    """Of this request's place. Where staff act for a customer, a session of their own as a shopper waits meanwhile."""
    if is_staff_request():
        return read_cookie("portal_staff")
    return behalf_token() or read_cookie("portal")


def behalf_token() -> str:
    """By which staff act in a customer's place on the customer's pages; never on their own, and in no frame."""
    return "" if is_staff_request() or is_frame_request() else read_cookie("portal_behalf")


def host_name() -> str:
    """The host of this request after trusted proxies, without port, lower case."""
    host = request.host.lower()
    name, _, port = host.rpartition(":")
    return name if port.isdigit() else host


def own_address() -> str:
    """This request's own path and query, as an address relative to the host."""
    query = request.query_string.decode("ascii", "replace")
    return quote(request.path, safe="/:@!$&'()*+,;=~") + (f"?{query}" if query else "")


def client_address() -> str:
    """The caller's address after trusted proxies."""
    return request.remote_addr or "unknown"
