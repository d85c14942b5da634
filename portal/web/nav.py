"""What stands around every page: the layout, the shell, the notice shown once."""

from __future__ import annotations

from typing import Any

from flask import Flask, g, request, url_for
from werkzeug.routing import BuildError

from portal.services.page_values import Shell, ShopContact
from portal.services.visits import Shop
from portal.web.assets import theme_href
from portal.web.current import current_locale, is_staff_request, known_visit, own_address
from portal.web.languages import BCP47
from portal.web.notices import take_notice

LAYOUTS = {"shop": "layouts/page.html", "embed": "layouts/framed.html", "staff": "layouts/staff.html"}
HOMES = {"staff": "cases"}
"""The page that an audience begins with, where it is not the orders."""


def around_pages() -> dict[str, Any]:
    """For every template: `layout`, `shell`, `notice`, `theme_href`."""
    if "around" not in g:
        g.around = {
            "layout": LAYOUTS[audience()],
            "shell": shell(),
            "notice": take_notice(),
            "theme_href": theme_href(known_visit().shop),
        }
    values: dict[str, Any] = g.around
    return values


def shell() -> Shell:
    visit = known_visit()
    session = visit.session
    return Shell(
        shop=contact_of(visit.shop) if visit.shop else None,
        is_signed_in=session is not None,
        unread=session.unread if session else 0,
        shop_key=visit.shop.key if visit.shop and visit.way == "query" else "",
        path=own_address(),
        new_tab="",
        home=address_of(HOMES.get(audience(), "orders")),
        contact=address_of("contact"),
        help=address_of("help"),
        locale=BCP47[current_locale()],
        is_staff=audience() == "staff",
    )


def contact_of(shop: Shop) -> ShopContact:
    contact = shop.settings.contact
    return ShopContact(name=shop.name, phone=contact.phone, hours=contact.hours, mail=contact.mail)


def audience() -> str:
    """The blueprint whose pages these are: embed inside a frame, else shop, also for an address nobody serves; below
    /staff always staff."""
    if is_staff_request():
        return "staff"
    return request.blueprint if request.blueprint in LAYOUTS else "shop"


def address_of(name: str, **values: Any) -> str:
    """The address of a page of this audience; "" where there is none."""
    try:
        return url_for(f"{audience()}.{name}", **values)
    except BuildError:
        return ""


def carry_over(endpoint: str, values: dict[str, Any]) -> None:
    """What addresses of ours carry along: the frame's shop; on public pages ?shop= and where sign-in leads to."""
    page = endpoint.rpartition(".")[2]
    if endpoint.startswith("embed.") and "shop_key" in g:
        values.setdefault("shop_key", g.shop_key)
    if page not in PUBLIC_PAGES:
        return
    visit = known_visit()
    if visit.way == "query" and visit.shop:
        values.setdefault("shop", visit.shop.key)
    is_signing_in = (request.endpoint or "").rpartition(".")[2] in SIGN_IN_PAGES
    if page in SIGN_IN_PAGES and is_signing_in and "next" in request.args:
        values.setdefault("next", request.args["next"])


SIGN_IN_PAGES = frozenset({"sign_in", "sign_in_code", "sign_in_verify"})
PUBLIC_PAGES = SIGN_IN_PAGES | {"find_order", "contact", "help", "help_page", "language"}


def init_app(app: Flask) -> None:
    app.context_processor(around_pages)
    app.url_defaults(carry_over)
