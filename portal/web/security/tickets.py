"""Tickets of this frame's session, and where they lead."""

from __future__ import annotations

from urllib.parse import quote

from flask import Flask, Response, current_app, g

from portal.services.embedding.tickets import Holder, Purpose, issue_ticket, show_ticket, ticket_for_token
from portal.services.identity.visits import Visit
from portal.web.answers.respond import go
from portal.web.answers.stashed_form import is_page
from portal.web.request.addresses import url_for
from portal.web.request.current import current_session, deps, language_of, now
from portal.web.request.places import FRAME, frame_key, is_frame_request
from portal.web.shell.nav import address_of


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


PURPOSES: dict[str, Purpose] = {"slip": "slip", "slip_pdf": "slip", "record": "record", "evidence": "evidence"}


def paper(name: str, about: str, ticket: str = "") -> str:
    """The address of `slip`, `slip_pdf` and `record` of a case or of a file (`evidence`): in a frame, and in the tab it
    opened, one that carries a ticket."""
    if is_frame_request():
        ticket = ticket_for(PURPOSES[name], about=about)
    if ticket:
        return url_for(f"tabs.{name}", ticket=ticket)
    return url_for(f".{name}", **{"evidence_id" if name == "evidence" else "case_no": about})


def outside_url(name: str, about: str) -> Response:
    """From a web view, to the address that a browser may open in its stead."""
    return go(f"tabs.{name}", ticket=ticket_for(PURPOSES[name], about=about))


def outside_payment_url(order_no: str, case_no: str) -> Response:
    """The same for a method whose page the web view does not open."""
    return go("tabs.pay", ticket=ticket_to_pay(order_no, case_no))


def payment_url_outside(order_no: str) -> str:
    """The address to pay for an order at, in a browser."""
    path = f"/orders/{quote(order_no, safe='')}/pay"
    return url_for("tabs.pay", ticket=ticket_for("pay", about=order_no, path=path))


def ticket_to_pay(order_no: str, case_no: str) -> str:
    """For a tab that reaches this order alone and begins where the fee of its case is paid."""
    return ticket_for("pay", about=order_no, path=f"/cases/{case_no}/fee")


def visit_by_ticket(ticket: str, purpose: Purpose) -> Holder:
    """In whose name it is good. The page speaks the customer's language and wears the shop's colours; it is nobody's
    session. Raises Expired."""
    holder = show_ticket(ticket=ticket, purpose=purpose, deps=deps())
    g.visit = Visit(shop=holder.shop, way="session")
    g.locale = language_of(holder.locale)
    return holder


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(
        paper=paper, in_frame=is_frame_request, ticket_to_pay=ticket_to_pay, payment_url_outside=payment_url_outside
    )
