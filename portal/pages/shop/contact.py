"""联系客服: how the shop can be reached, with the order's facts filled in for who may see them (S41)."""

from __future__ import annotations

from portal.domain.errors import NotFound
from portal.domain.identity.access import Actor
from portal.pages.values.accounts import ContactPage, ShopContact
from portal.ports import Deps
from portal.repos.unit_of_work import reading
from portal.services.identity.visits import VisitedShop


def contact_page(*, order_no: str, actor: Actor | None, shop: VisitedShop, locale: str, deps: Deps) -> ContactPage:
    """Without an order, or for somebody else's, only the shop's contacts: nothing tells whether the order exists."""
    contact = contact_of(shop, locale)
    if not order_no or actor is None:
        return ContactPage(shop=contact)
    try:
        with reading(deps) as work:
            order = work.orders.get(order_no, actor).order
    except NotFound:
        return ContactPage(shop=contact)
    return ContactPage(
        shop=contact,
        order_no=order_no,
        order_state=order.state,
        order_total=order.total,
        case_no=order.waiting_case or "",
    )


def contact_of(shop: VisitedShop, locale: str) -> ShopContact:
    """The shop's customer service as its settings have it, in the reader's language, and whom it names for complaints;
    what it has not is ""."""
    contact, line = shop.settings.contact, shop.settings.complaint_line
    return ShopContact(
        name=shop.settings.name_in(locale, shop.name),
        phone=contact.phone,
        hours=contact.hours.in_locale(locale),
        mail=contact.mail,
        complaint_line=line.in_locale(locale) if line else "",
    )
