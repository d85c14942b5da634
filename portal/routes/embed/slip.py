"""退货单 in a tab without a session: a ticket that the frame issued for this one case."""

from __future__ import annotations

from flask import Response
from flask.typing import ResponseReturnValue

from portal.pages.shop.slip import print_slip, slip_page
from portal.pages.values.slips import SlipPage
from portal.routes.embed import tabs
from portal.web.answers.respond import respond
from portal.web.answers.slip_sheet import sheet_of
from portal.web.answers.web_views import show_how_to_leave, web_view
from portal.web.request.current import current_locale, deps
from portal.web.security.guards import public
from portal.web.security.tickets import visit_by_ticket


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
        return show_how_to_leave("slip", name=page.return_no)
    response = Response(print_slip(sheet=sheet_of(page), deps=deps()), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{page.return_no}.pdf"'
    return response


def _page(ticket: str) -> SlipPage:
    holder = visit_by_ticket(ticket, "slip")
    return slip_page(
        case_no=holder.ticket.about,
        actor=holder.actor,
        shop_name=holder.shop.settings.name_in(current_locale(), holder.shop.name),
        settings=holder.shop.settings,
        deps=deps(),
    )
