"""退货单 in a tab without a session: a ticket that the frame lent for this one case."""

from __future__ import annotations

from flask import Response, g
from flask.typing import ResponseReturnValue

from portal.routes.embed import tabs
from portal.services.page_values import SlipPage
from portal.services.pages_slip import print_slip, slip_page
from portal.services.tickets import show_ticket
from portal.services.visits import Visit
from portal.web.current import deps, language_of
from portal.web.guards import public
from portal.web.respond import respond
from portal.web.slip_sheet import sheet_of


@tabs.get("/ticket/<ticket>/slip")
@public
def slip(ticket: str) -> ResponseReturnValue:
    page = _page(ticket)
    return respond(
        "pages/embed/slip.html", "pages/embed/slip.html", page=page, sheet=sheet_of(page), paper_ticket=ticket
    )


@tabs.get("/ticket/<ticket>/slip.pdf")
@public
def slip_pdf(ticket: str) -> ResponseReturnValue:
    page = _page(ticket)
    response = Response(print_slip(sheet=sheet_of(page), deps=deps()), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{page.return_no}.pdf"'
    return response


def _page(ticket: str) -> SlipPage:
    holder = show_ticket(ticket=ticket, purpose="slip", deps=deps())
    # The page speaks the customer's language and wears the shop's colours; it is nobody's session.
    g.visit = Visit(shop=holder.shop, way="session")
    g.locale = language_of(holder.locale)
    return slip_page(
        case_no=holder.ticket.about,
        actor=holder.actor,
        shop_name=holder.shop.name,
        settings=holder.shop.settings,
        deps=deps(),
    )
