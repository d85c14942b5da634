"""What a frame shows where it cannot go on: the way to a new tab, or back to the shop's page (EMBEDDING).

A browser that keeps no cookies for us is found out by one redirect that sets one and asks whether it came back; never
by a second, so nothing leads in a circle.
"""

from __future__ import annotations

from flask import Response, make_response, redirect, render_template, request

from portal.pages.values.embedding import FrameStop
from portal.web.request.addresses import SIGN_IN_PAGES
from portal.web.request.current import own_address, session_token, visit
from portal.web.request.places import is_frame_request, path_outside_frame
from portal.web.security.cookies import has_cookies
from portal.web.security.csrf import leave_visitor_cookie
from portal.web.security.session_cookie import safe_next
from portal.web.shell.nav import tab_address

NEED_COOKIES = SIGN_IN_PAGES | {"find_order"}
_ASKED = "cookies"


def check_frame_cookies() -> Response | None:
    """Before a form of a frame that could not work: the page that explains it. Else None."""
    page = (request.endpoint or "").rpartition(".")[2]
    if not is_frame_request() or request.method != "GET" or page not in NEED_COOKIES:
        return None
    if session_token() and visit().session is None:
        return stopped("over")
    if has_cookies():
        return None
    if _ASKED in request.args:
        return stopped("blocked")
    leave_visitor_cookie()
    here = own_address()
    return make_response(redirect(f"{here}{'&' if '?' in here else '?'}{_ASKED}=asked", 303))


def stopped(why: str, *, status: int = 200, ticket: str = "") -> Response:
    """`why`: over (the session has ended), blocked (no cookies here), boxed (a sandbox or no referrer: no origin).

    With a `ticket` the way on is a form that spends it in a new tab, else a link to the same page there.
    """
    page = FrameStop(why=why, ticket=ticket, tab=tab_address(_wanted()))
    response = make_response(render_template("pages/embed/stopped.html", page=page), status)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _wanted() -> str:
    """The page that was wanted, as it is outside the frame; the portal sends on from there to sign in."""
    onward = safe_next(request.args.get("next", ""))
    if onward:
        return path_outside_frame(onward)
    page = (request.endpoint or "").rpartition(".")[2]
    return path_outside_frame(request.path) if page in NEED_COOKIES - {"sign_in_verify"} else "/orders"
