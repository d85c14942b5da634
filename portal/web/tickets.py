"""Tickets of this frame's session, and where they lead."""

from __future__ import annotations

from flask import Flask, current_app

from portal.services.tickets import Purpose, issue_ticket, ticket_for_token
from portal.web.addresses import url_for
from portal.web.current import current_session, deps, now
from portal.web.kept import is_page
from portal.web.nav import address_of
from portal.web.places import FRAME, frame_key, is_frame_request


def ticket_for(purpose: Purpose, *, about: str = "", path: str = "") -> str:
    """Raises SignInNeeded."""
    return issue_ticket(purpose=purpose, session=current_session(), about=about, path=path, now=now(), deps=deps())


def ticket_of_token(token: str, *, path: str) -> str:
    """For a session that this request has opened; its cookie is only on its way."""
    return ticket_for_token(token=token, path=path, deps=deps())


def frame_address(path: str) -> str:
    """The page of the frame that `path` (`/orders/A-1001`, as it is outside) names; its orders where there is none."""
    framed = f"{FRAME}{frame_key()}{path}"
    return framed if path and is_page(current_app, framed.partition("?")[0]) else address_of("orders")


def paper(name: str, case_no: str, ticket: str = "") -> str:
    """The address of `slip` or `slip_pdf`: in a frame, and in the tab it opened, one that carries a ticket."""
    if is_frame_request():
        ticket = ticket_for("slip", about=case_no)
    if ticket:
        return url_for(f"tabs.{name}", ticket=ticket)
    return url_for(f".{name}", case_no=case_no)


def ticket_to_pay(order_no: str, case_no: str) -> str:
    """For a tab that reaches this order alone and begins where the fee of its case is paid."""
    return ticket_for("pay", about=order_no, path=f"/cases/{case_no}/fee")


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(paper=paper, in_frame=is_frame_request, ticket_to_pay=ticket_to_pay)
