"""退货单 in a tab without a session: a ticket that the frame lent for this one case."""

from __future__ import annotations

from flask import Response
from flask.typing import ResponseReturnValue

from portal.routes.embed import tabs
from portal.services.page_values import SlipPage
from portal.services.pages_slip import print_slip, slip_page
from portal.web.current import deps
from portal.web.guards import public
from portal.web.respond import respond
from portal.web.slip_sheet import sheet_of
from portal.web.tickets import lent
from portal.web.web_views import show_way_out, web_view


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
    if web_view():
        return show_way_out("slip", name=page.return_no)
    response = Response(print_slip(sheet=sheet_of(page), deps=deps()), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{page.return_no}.pdf"'
    return response


def _page(ticket: str) -> SlipPage:
    holder = lent(ticket, "slip")
    return slip_page(
        case_no=holder.ticket.about,
        actor=holder.actor,
        shop_name=holder.shop.name,
        settings=holder.shop.settings,
        deps=deps(),
    )
