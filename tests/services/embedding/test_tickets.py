"""Tickets, on both databases: one purpose, one object, ten minutes, never longer than the session that issued them."""

from __future__ import annotations

from typing import Any

import pytest

from portal.domain.errors import Expired
from portal.models.account import Session
from portal.services.embedding.tickets import Holder, issue_ticket, show_ticket, spend_ticket
from portal.services.identity.sign_in import Caller
from portal.services.identity.visits import find_visit
from tests.services.embedding.test_hand_over import at_once, code_of, start
from tests.support.order_facts import make_order
from tests.support.world import World

pytestmark = pytest.mark.req("N8")


def ticket_of(world: World, **values: Any) -> str:
    token = start(world, code_of(world))
    visit = find_visit(token=token, hosts=("a", "a"), path_key="tepai", query_key="", deps=world.deps)
    assert visit.session
    return issue_ticket(session=visit.session, now=world.clock.now(), deps=world.deps, **values)


def show(world: World, ticket: str, purpose: Any = "slip") -> Holder:
    return show_ticket(ticket=ticket, purpose=purpose, deps=world.deps)


def test_many_who_spend_one_ticket_at_once_get_one_tab(world: World) -> None:
    ticket = ticket_of(world, purpose="tab")
    tab = Caller(address="192.0.2.1")
    results = at_once(lambda: spend_ticket(ticket=ticket, caller=tab, deps=world.deps)[0])
    assert sum(isinstance(result, str) for result in results) == 1
    assert sorted(row["place"] for row in world.rows(Session)) == ["frame", "tab"]


def test_a_ticket_for_a_read_works_again_for_ten_minutes_and_for_nothing_else(world: World) -> None:
    ticket = ticket_of(world, purpose="slip", about="T1")
    assert show(world, ticket).ticket.about == show(world, ticket).ticket.about == "T1"
    with pytest.raises(Expired):
        spend_ticket(ticket=ticket, caller=Caller(address=""), deps=world.deps)
    with pytest.raises(Expired):
        show(world, ticket[:-8] + "AAAAAAA=")
    world.clock.move(minutes=10)
    with pytest.raises(Expired):
        show(world, ticket)


def test_a_ticket_for_an_act_is_no_read(world: World) -> None:
    with pytest.raises(Expired):
        show(world, ticket_of(world, purpose="tab"))


def test_tickets_end_with_their_session(world: World) -> None:
    tickets = {purpose: ticket_of(world, purpose=purpose) for purpose in ("slip", "tab")}
    with world.deps.database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM session")
    with pytest.raises(Expired):
        show(world, tickets["slip"])
    with pytest.raises(Expired):
        spend_ticket(ticket=tickets["tab"], caller=Caller(address=""), deps=world.deps)


def test_tickets_end_when_their_session_has_been_idle(world: World) -> None:
    from portal.services.identity.visits import IDLE

    world.clock.move(seconds=1)
    ticket = ticket_of(world, purpose="slip", about="T1")
    with world.deps.database.writing() as connection:
        connection.execute(Session.__table__.update().values(last_seen_at=world.clock.now() - IDLE))
    with pytest.raises(Expired):
        show(world, ticket)


def test_a_tab_for_paying_reaches_the_order_that_is_paid_alone(world: World) -> None:
    number = world.take(make_order())
    ticket = ticket_of(world, purpose="pay", about=number, path=f"/orders/{number}/pay")
    token, holder = spend_ticket(ticket=ticket, caller=Caller(address=""), deps=world.deps)
    visit = find_visit(token=token, hosts=("a", "a"), path_key=None, query_key="", deps=world.deps)
    assert visit.session and visit.session.actor.only == (number,)
    assert holder.ticket.path == f"/orders/{number}/pay"
