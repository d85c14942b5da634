"""What stands around every page: the layout, the shell, the notice shown once."""

from __future__ import annotations

from typing import Any

from flask import Flask, g, request
from werkzeug.routing import BuildError

from portal.services.page_values import Shell, ShopContact
from portal.services.visits import Shop
from portal.web.addresses import url_for
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
    visit, here = known_visit(), audience()
    session = visit.session
    return Shell(
        shop=contact_of(visit.shop) if visit.shop else None,
        is_signed_in=session is not None,
        unread=session.unread if session else 0,
        shop_key=visit.shop.key if visit.shop and visit.way == "query" else "",
        path=own_address(),
        new_tab="",
        home=address_of(HOMES.get(here, "orders")),
        contact=address_of("contact"),
        help=address_of("help"),
        locale=BCP47[current_locale()],
        is_staff=here == "staff",
    )


def contact_of(shop: Shop) -> ShopContact:
    contact = shop.settings.contact
    return ShopContact(name=shop.name, phone=contact.phone, hours=contact.hours, mail=contact.mail)


def audience() -> str:
    """The blueprint whose pages these are: embed inside a frame, else shop, also for an address nobody serves; below
    /staff always staff."""
    if is_staff_request():
        return "staff"
    blueprint = request.blueprint
    return blueprint if blueprint in LAYOUTS else "shop"


def address_of(name: str, **values: Any) -> str:
    """The address of a page of this audience; "" where there is none."""
    try:
        return url_for(f"{audience()}.{name}", **values)
    except BuildError:
        return ""


def init_app(app: Flask) -> None:
    app.context_processor(around_pages)
