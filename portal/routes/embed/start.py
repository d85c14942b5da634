"""The hand-off: a posted code or signed token opens the frame's session; then whether its cookie came back."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from portal.domain.errors import Expired, Invalid
from portal.pages.values.embedding import StartPage
from portal.routes.embed import frame
from portal.services.embedding.hand_over import Started, is_live_code, start_with_code, start_with_token
from portal.services.embedding.tickets import read_ticket
from portal.web.answers.respond import go, go_to, respond
from portal.web.answers.stashed_form import has_stashed_form
from portal.web.request.access_log import log
from portal.web.request.caller import caller
from portal.web.request.current import current_shop, deps, shop_name, visit
from portal.web.security.csrf import check_origin, csrf_exempt
from portal.web.security.frames import stopped
from portal.web.security.guards import public
from portal.web.security.session_cookie import start_session
from portal.web.security.tickets import frame_address, ticket_of_token
from portal.web.shell.nav import address_of


@frame.get("/start")
@public
def start_page() -> ResponseReturnValue:
    """The same hand-off as an address: nothing is spent until its button is pressed."""
    code = request.args.get("code", "")
    if not is_live_code(code=code, shop=current_shop(), deps=deps()):
        raise Expired("handoff")
    page = StartPage(shop_name=shop_name(), code=code)
    return respond("pages/embed/start.html", "pages/embed/start.html", page=page)


@frame.post("/start")
@public
@csrf_exempt
def start() -> ResponseReturnValue:
    """`code`, or `token`. The origin is a site of the shop, or our own button."""
    check_origin(current_shop().origins, is_needed=True)
    try:
        begun = _begin()
    except Invalid as invalid:
        log.warning("hand-off refused", problems=[field for field, _reason in invalid.problems])
        return respond("pages/embed/refused.html", "pages/embed/refused.html", problems=invalid.problems, status=422)
    start_session(begun.token)
    return go(".check", ticket=ticket_of_token(begun.token, path=begun.path))


@frame.get("/check")
@public
def check() -> ResponseReturnValue:
    """Where the cookie came back, on to the page; else what the frame can do without it. Never back here."""
    ticket = request.args.get("ticket", "")
    try:
        path = read_ticket(ticket=ticket, deps=deps()).path
    except Expired:
        return stopped("over")
    if visit().session is None:
        # In a window of its own there is no reason for a ticket: whoever sends such a link wants somebody to be him.
        is_window = request.headers.get("Sec-Fetch-Dest") == "document"
        return stopped("over") if is_window else stopped("blocked", ticket=ticket)
    return go_to(address_of("resume") if has_stashed_form() else frame_address(path))


def _begin() -> Started:
    if token := request.form.get("token", ""):
        return start_with_token(token=token, shop=current_shop(), caller=caller(), deps=deps())
    return start_with_code(code=request.form.get("code", ""), shop=current_shop(), caller=caller(), deps=deps())
