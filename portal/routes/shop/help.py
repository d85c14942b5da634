"""帮助 and 联系客服: open to everybody."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from portal.domain.errors import NotFound
from portal.routes.shop import shop
from portal.services.page_values import HelpIndexPage, HelpPage
from portal.services.pages_contact import contact_page
from portal.web.current import current_shop, deps, find_actor
from portal.web.guards import public
from portal.web.respond import respond
from portal.web.words import HELP_TITLES

_RELATED = {
    "cancel": ("when-can-i-cancel", "after-cancelling"),
    "when-can-i-cancel": ("cancel", "returns"),
    "after-cancelling": ("refunds", "buy-again"),
    "refunds": ("after-cancelling", "partial-refunds"),
    "partial-refunds": ("refunds", "returns"),
    "returns": ("refunds", "contact"),
}


@shop.get("/help")
@public
def help() -> ResponseReturnValue:
    page = HelpIndexPage(slugs=tuple(HELP_TITLES))
    return respond("pages/shop/help.html", "pages/shop/help.html", page=page)


@shop.get("/help/<slug>")
@public
def help_page(slug: str) -> ResponseReturnValue:
    if slug not in HELP_TITLES:
        raise NotFound("help")
    page = HelpPage(slug=slug, related=_RELATED.get(slug, ("contact",)))
    return respond("pages/shop/help_page.html", "pages/shop/help_page.html", page=page)


@shop.get("/contact")
@public
def contact() -> ResponseReturnValue:
    page = contact_page(order_no=request.args.get("order_no", ""), actor=find_actor(), shop=current_shop(), deps=deps())
    return respond("pages/shop/contact.html", "pages/shop/contact.html", page=page)
