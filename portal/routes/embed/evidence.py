"""A file of an application by a ticket, where no session arrives."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from portal.routes.embed import tabs
from portal.services.evidence.read_evidence import read_evidence
from portal.web.answers.web_views import show_how_to_leave, web_view
from portal.web.request.current import deps
from portal.web.request.uploads import send_evidence
from portal.web.security.guards import public
from portal.web.security.tickets import visit_by_ticket


@tabs.get("/ticket/<ticket>/evidence")
@public
def evidence(ticket: str) -> ResponseReturnValue:
    """The one the ticket is for. A web view shows pictures itself."""
    holder = visit_by_ticket(ticket, "evidence")
    file = read_evidence(evidence_id=holder.ticket.about, actor=holder.actor, deps=deps())
    if web_view() and not file.is_image:
        return show_how_to_leave("evidence", name=file.name)
    return send_evidence(file)
