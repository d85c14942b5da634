"""Paying in the browser a web view leads to: looked at as often as one likes, spent by its button."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from portal.routes.embed import tabs
from portal.services.embedding.tickets import Ticket
from portal.web.answers.respond import respond
from portal.web.answers.web_views import show_how_to_leave, web_view
from portal.web.security.guards import public
from portal.web.security.tickets import visit_by_ticket


@tabs.get("/ticket/<ticket>/pay")
@public
def pay(ticket: str) -> ResponseReturnValue:
    what, name = _due(visit_by_ticket(ticket, "pay").ticket)
    if web_view():
        return show_how_to_leave(what, name=name, is_once=True)
    return respond("pages/embed/pay.html", "pages/embed/pay.html", what=what, name=name, paper_ticket=ticket)


def _due(ticket: Ticket) -> tuple[str, str]:
    """What is paid: the fee of a case, or the order itself."""
    _root, kind, number, _page = ticket.path.split("/")
    return ("fee", number) if kind == "cases" else ("order", ticket.about)
