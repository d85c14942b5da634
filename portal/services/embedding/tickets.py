"""Tickets: what a frame's session gives to a new tab, where its cookie does not go (EMBEDDING).

A page that is only looked at writes nothing, so a ticket is sealed, not stored; what is stored, as a digest, is that
one was spent. It is bound to its purpose, its object and a session: whoever signs out ends their tickets.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Literal

from portal.domain.errors import Expired
from portal.domain.identity.access import Actor
from portal.ports import Deps
from portal.repos.unit_of_work import UnitOfWork, reading, unit_of_work
from portal.services.identity.sessions import open_session
from portal.services.identity.sign_in import Caller
from portal.services.identity.visits import VisitedShop, VisitSession, find_holder, hash_token, session_of

Purpose = Literal["tab", "pay", "slip", "record", "evidence"]
LIFE = timedelta(minutes=10)
ACTS: tuple[Purpose, ...] = ("tab", "pay")
"""These open a session and work once. Reads work again: viewers of PDFs and reloads fetch twice."""
_LONGEST = 4000


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """`about`: the case of a slip or record, the file, the order to pay for, "" for all. `path`: where a tab begins."""

    purpose: Purpose
    about: str
    path: str
    session_id: int
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """In whose name a ticket is good: its session, and that session's shop."""

    ticket: Ticket
    actor: Actor
    session: VisitSession
    shop: VisitedShop

    @property
    def locale(self) -> str:
        """What the frame speaks: what was chosen, else the customer's, else the shop's, as the page around it."""
        return self.session.locale or self.session.customer_locale or self.shop.settings.locale


def issue_ticket(
    *, purpose: Purpose, session: VisitSession, about: str = "", path: str = "", now: datetime, deps: Deps
) -> str:
    """For LIFE from `now`. Nothing is written."""
    content = {
        "purpose": purpose,
        "about": about,
        "path": path,
        "session": session.id,
        "until": (now + LIFE).timestamp(),
        "once": deps.random.letters(20),
    }
    return deps.vault.encrypt("ticket", json.dumps(content, separators=(",", ":")))


def ticket_for_token(*, token: str, path: str, deps: Deps) -> str:
    """The same for a session that was opened just now, by its token: for the tab, should the frame keep no cookie."""
    with reading(deps) as work:
        row = work.sessions.find(hash_token(token), ("", ""))
    if row is None:
        raise Expired("ticket")
    session = session_of(row)
    return issue_ticket(purpose="tab", session=session, path=path, now=deps.clock.now(), deps=deps)


def read_ticket(*, ticket: str, deps: Deps) -> Ticket:
    """What it says, whether or not its session still lives. Raises Expired."""
    try:
        if len(ticket) > _LONGEST:
            raise ValueError("too long")
        content = json.loads(deps.vault.decrypt("ticket", ticket))
    except ValueError:
        raise Expired("ticket") from None
    until = datetime.fromtimestamp(content["until"], UTC)
    if until <= deps.clock.now():
        raise Expired("ticket")
    return Ticket(
        purpose=content["purpose"],
        about=content["about"],
        path=content["path"],
        session_id=content["session"],
        until=until,
    )


def show_ticket(*, ticket: str, purpose: Purpose, deps: Deps) -> Holder:
    """For a read, as often as its time allows; what is looked at is not spent. Raises Expired."""
    with reading(deps) as work:
        return _holder(work, read_ticket(ticket=ticket, deps=deps), (purpose,), deps)


def spend_ticket(*, ticket: str, caller: Caller, deps: Deps) -> tuple[str, Holder]:
    """Opens the tab's session: its token, and whose it is. Raises Expired, also where it was spent.

    The tab reaches what the frame reached; for a payment only the order that is paid.
    """
    with unit_of_work(deps) as work:
        holder = _holder(work, read_ticket(ticket=ticket, deps=deps), ACTS, deps)
        if not work.handoffs.spend(hashlib.sha256(ticket.encode()).hexdigest(), holder.ticket.until):
            raise Expired("ticket")
        actor = holder.actor
        if holder.ticket.purpose == "pay" and actor.kind == "shopper":
            actor = replace(actor, only=(holder.ticket.about,))
        token = open_session(work, actor=actor, old_token=caller.token, locale=holder.locale, place="tab", deps=deps)
    return token, holder


def _holder(work: UnitOfWork, ticket: Ticket, purposes: tuple[Purpose, ...], deps: Deps) -> Holder:
    found = find_holder(work, ticket.session_id, deps)
    if found is None or ticket.purpose not in purposes:
        raise Expired("ticket")
    session, shop = found
    return Holder(ticket=ticket, actor=session.actor, session=session, shop=shop)
