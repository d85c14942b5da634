"""What stands around every page: the layout, the shell, the notice shown once."""

from __future__ import annotations

from typing import Any

from flask import Flask, g
from werkzeug.routing import BuildError

from portal.domain.identity.masks import masked_name
from portal.domain.shops.contracts import buttons_at, home_of, leads_to_withdrawal
from portal.pages.shop.contact import contact_of
from portal.pages.values.accounts import ActedFor, Shell
from portal.services.identity.visits import VisitedShop, VisitSession
from portal.web.answers.notices import pop_notice
from portal.web.answers.stashed_form import return_url
from portal.web.request.addresses import url_for
from portal.web.request.current import current_locale, deps, known_visit, own_address
from portal.web.request.languages import BCP47
from portal.web.request.places import is_frame_request, is_staff_request, path_outside_frame
from portal.web.shell.assets import theme_href

LAYOUTS = {"shop": "layouts/page.html", "embed": "layouts/framed.html", "staff": "layouts/staff.html"}
HOMES = {"staff": "cases"}
"""The page that an audience begins with, where it is not the orders."""


def page_context() -> dict[str, Any]:
    """For every template: `layout`, `shell`, `notice`, `theme_href`."""
    if "around" not in g:
        g.around = {
            "layout": LAYOUTS[audience()],
            "shell": shell(),
            "notice": pop_notice(),
            "theme_href": theme_href(known_visit().shop),
        }
    values: dict[str, Any] = g.around
    # A part of the page may be rendered in another language first, as the preview of a theme is.
    return values if values["shell"].locale == BCP47[current_locale()] else values | {"shell": shell()}


def shell() -> Shell:
    visit, here = known_visit(), audience()
    session = visit.session
    return Shell(
        shop=contact_of(visit.shop, current_locale()) if visit.shop else None,
        is_signed_in=session is not None,
        unread=session.unread if session else 0,
        shop_key=visit.shop.key if visit.shop and visit.way == "query" else "",
        path=own_address(),
        new_tab=_new_tab(session is not None) if here == "embed" else "",
        home=address_of(HOMES.get(here, "orders")),
        contact=address_of("contact"),
        help=address_of("help"),
        withdraw=address_of("withdraw_contract") if visit.shop and _leads_to_withdrawal(visit.shop) else "",
        buttons=buttons_at((home_of(visit.shop.settings),), deps().laws) if visit.shop else None,
        locale=BCP47[current_locale()],
        is_staff=here == "staff",
        is_framed=here == "embed",
        has_lists=session is not None and session.actor.kind == "shopper",
        is_by_ticket=session is not None and session.place == "tab" and session.actor.only is not None,
        has_account=session is not None and session.actor.kind == "shopper" and session.actor.only is None,
        origins=visit.shop.origins if here == "embed" and visit.shop else (),
        is_sandbox=deps().is_sandbox,
        behalf=_acted_for(session) if session and session.by else None,
        mode=visit.shop.settings.theme.mode if visit.shop else "auto",
    )


def _acted_for(session: VisitSession) -> ActedFor:
    actor = session.actor
    name = masked_name(session.name) if actor.kind == "shopper" else ""
    return ActedFor(by=session.by, name=name, order_no=actor.order_no or "", end=url_for("shop.behalf_end"))


def _leads_to_withdrawal(shop: VisitedShop) -> bool:
    return leads_to_withdrawal(shop.settings, shop.policy, deps().laws)


def _new_tab(is_signed_in: bool) -> str:
    """Where 在新窗口打开 leads: with a session to the button that lends it to a tab, else to the same page there."""
    here = return_url()
    return (
        address_in_frame("frame.open_tab", to=path_outside_frame(here))
        if is_signed_in
        else tab_address(path_outside_frame(here))
    )


def tab_address(path: str) -> str:
    """A page outside the frame, of the frame's shop: `path` is relative to the portal's root."""
    shop = known_visit().shop
    mark = "&" if "?" in path else "?"
    return f"{path}{mark}shop={shop.key}" if shop and known_visit().way != "host" else path


def address_in_frame(endpoint: str, **values: Any) -> str:
    try:
        return url_for(endpoint, **values)
    except BuildError:
        return ""


def audience() -> str:
    """The blueprint whose pages these are: embed below /embed/, staff below /staff, else shop; also for an address that
    nobody serves."""
    if is_staff_request():
        return "staff"
    return "embed" if is_frame_request() else "shop"


def address_of(name: str, **values: Any) -> str:
    """The address of a page of this audience; "" where there is none."""
    try:
        return url_for(f"{audience()}.{name}", **values)
    except BuildError:
        return ""


def init_app(app: Flask) -> None:
    app.context_processor(page_context)
    # A macro has no context, and refunds are told of in one.
    app.jinja_env.globals["in_sandbox"] = lambda: deps().is_sandbox
