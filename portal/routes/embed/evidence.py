"""A file of an application by a ticket, where no session arrives."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from portal.routes.embed import tabs
from portal.services.evidence.read_evidence import read_evidence
from portal.web.answers.web_views import show_way_out, web_view
from portal.web.request.current import deps
from portal.web.request.uploads import send_evidence
from portal.web.security.guards import public
from portal.web.security.tickets import lent


@tabs.get("/ticket/<ticket>/evidence")
@public
def evidence(ticket: str) -> ResponseReturnValue:
    """The one that was lent. A web view shows pictures itself."""
    holder = lent(ticket, "evidence")
    file = read_evidence(evidence_id=holder.ticket.about, actor=holder.actor, deps=deps())
    if web_view() and not file.is_image:
        return show_way_out("evidence", name=file.name)
    return send_evidence(file)
