"""Paying a fee in the browser a web view leads to: looked at as often as one likes, spent by its button."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from portal.routes.embed import tabs
from portal.web.guards import public
from portal.web.respond import respond
from portal.web.tickets import lent
from portal.web.web_views import show_way_out, web_view


@tabs.get("/ticket/<ticket>/pay")
@public
def pay(ticket: str) -> ResponseReturnValue:
    case_no = lent(ticket, "pay").ticket.path.split("/")[2]
    if web_view():
        return show_way_out("fee", name=case_no, is_once=True)
    return respond("pages/embed/pay.html", "pages/embed/pay.html", case_no=case_no, paper_ticket=ticket)
