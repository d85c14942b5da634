"""From the frame to a tab of its own: the button in the frame, and the address in the tab that it posts to."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from portal.pages.values.embedding import OpenTabPage
from portal.routes.embed import frame, tabs
from portal.services.embedding.tickets import spend_ticket
from portal.web.answers.respond import go_to, respond
from portal.web.request.caller import caller
from portal.web.request.current import deps, visit
from portal.web.security.csrf import check_origin, csrf_exempt
from portal.web.security.frames import stopped
from portal.web.security.guards import public
from portal.web.security.session_cookie import safe_next, start_session
from portal.web.security.tickets import frame_address, ticket_for


@frame.get("/open")
@public
def open_tab() -> ResponseReturnValue:
    """`to`: the page, as it is outside the frame. Made again each time, so its ticket is fresh."""
    if visit().session is None:
        return stopped("over")
    to = safe_next(request.args.get("to", "")) or "/orders"
    page = OpenTabPage(purpose="tab", ticket=ticket_for("tab", path=to), back=frame_address(to))
    return respond("pages/embed/open_tab.html", "pages/embed/open_tab.html", page=page)


@tabs.post("/tab")
@public
@csrf_exempt
def tab() -> ResponseReturnValue:
    """`ticket`. Posted by a frame of ours into a new tab, where no cookie of the frame arrives: the ticket says who it
    is, and the origin, which is our own, that nobody else made the browser send it."""
    check_origin(is_needed=True)
    token, holder = spend_ticket(ticket=request.form.get("ticket", ""), caller=caller(), deps=deps())
    start_session(token)
    return go_to(safe_next(holder.ticket.path) or "/orders")
