import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from portal.domain.applying.decide import decide_application
from portal.domain.applying.terms import application_terms
from portal.domain.codec import canonical
from portal.domain.orders.decisions import ENGINE, Allowed
from portal.domain.orders.order import Restriction
from portal.domain.records.events import NewEvent
from portal.models.case import Decision
from portal.repos.unit_of_work import unit_of_work
from portal.services.policy.replay import replay
from tests.support.applications import CN, IN_WINDOW, around, ask, bought
from tests.support.fakes import NOON
from tests.support.order_facts import make_line, make_order

DECISIONS = Decision.__table__


def replayed(world, since=None):
    return list(replay(since=since, deps=world.deps))


def spoil(world, **values):
    with unit_of_work(world.deps) as work:
        work.connection.execute(update(DECISIONS).values(**values))


def applied(world, order, **asked):
    """A decision about an application as a service stores it, under the versions on the order's row."""
    number = world.take(order)
    wish = ask(order, **asked)
    terms = application_terms(order, CN, around(order, CN), IN_WINDOW)
    decision = decide_application(order, wish, CN, terms, IN_WINDOW)
    with unit_of_work(world.deps) as work:
        record = work.orders.get_for_update(number, world.shopper)
        work.cases.record_decision(
            record,
            case_id=None,
            kind=wish.kind,
            by="shopper:1",
            facts=canonical({"order": order, "ask": wish, "terms": terms, "now": IN_WINDOW}),
            decision=canonical(decision),
        )
        work.events.append(record, world.shopper, NewEvent(kind="shopper:test:applied"))
    return decision


@pytest.mark.req("N4")
def test_a_cancel_is_decided_again_from_its_stored_facts_with_the_same_result(world):
    world.cancel(world.take(make_order(make_line("1", 2, 1000), make_line("2"), freight=300)))
    world.cancel(world.take(make_order(status="picking")))
    assert [(one.kind, one.differs, one.is_compared) for one in replayed(world)] == [("cancel", False, True)] * 2


@pytest.mark.req("N4")
def test_applications_of_every_outcome_are_decided_again_with_the_same_result(world):
    sold = make_line("1", 3, 1000, restriction=Restriction("CN-3"), tags=("promotion",), return_days=9)
    assert isinstance(applied(world, bought(sold, freight=300)), Allowed)
    applied(world, bought(sold), kind="refund_only", reason="quality")
    applied(world, bought(replace(sold, tags=("custom",))))
    assert [one.why or one.now for one in replayed(world)] == ["", "", ""]


@pytest.mark.req("N4")
def test_a_decision_that_was_changed_is_found_and_shown_beside_what_its_facts_give(world):
    world.cancel(world.take(make_order(make_line("1", 1, 1000))))
    stored = json.loads(world.rows(Decision)[0]["decision"])
    stored["plan"]["refund"]["minor"] = 1
    spoil(world, decision=canonical(stored))
    (one,) = replayed(world)
    assert one.differs and '"minor":1000' in one.now and '"minor":1,' not in one.now


@pytest.mark.req("N4")
def test_a_refusal_stored_where_the_facts_allow_it_differs(world):
    applied(world, bought(make_line("1", 1, 1000)))
    spoil(world, decision='{"rules": ["SHOP-4"], "why": "window_over", "instead": [], "facts": {}}')
    assert replayed(world)[0].differs


def test_facts_that_cannot_be_read_are_a_difference_and_do_not_stop_the_others(world):
    applied(world, bought(make_line("1", 1, 1000)))
    applied(world, bought(make_line("1", 1, 1000)))
    first = world.rows(Decision)[0]["id"]
    with unit_of_work(world.deps) as work:
        work.connection.execute(update(DECISIONS).where(DECISIONS.c.id == first).values(facts="{}"))
    assert [one.differs for one in replayed(world)] == [True, False] and "KeyError" in replayed(world)[0].why


@pytest.mark.req("N4")
def test_a_decision_of_another_engine_is_counted_and_not_compared(world):
    applied(world, bought(make_line("1", 1, 1000)))
    spoil(world, engine=ENGINE + 1, decision="{}")
    assert [(one.is_compared, one.differs) for one in replayed(world)] == [(False, False)]


def test_only_decisions_since_a_date_are_looked_at_where_one_is_given(world):
    applied(world, bought(make_line("1", 1, 1000)))
    assert len(replayed(world, since=NOON - timedelta(days=1))) == 1
    assert replayed(world, since=NOON + timedelta(days=1)) == []
