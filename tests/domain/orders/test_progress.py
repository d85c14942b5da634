"""The bar of an order: four steps, at most one under way, none that goes back (DESIGN, order)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from portal.domain.orders.order import STATUSES
from portal.domain.orders.progress import order_progress
from tests.support.order_facts import NOON, make_line, make_order, parcel

SHIP_BY = NOON + timedelta(days=2)


def standings(order):
    return [(step.code, step.standing) for step in order_progress(order, ship_by=SHIP_BY)]


def every_order():
    came = replace(parcel(("1", 2)), delivered_at=NOON)
    sent, there = make_line("1", 2, 500, shipped=2), make_line("1", 2, 500, shipped=2, delivered=2)
    for terms in ("prepaid", "cod"):
        for status in ("awaiting_payment", "paid", "picking", "cancelled"):
            yield make_order(make_line("1", 2, 500), status=status, payment_terms=terms)
        yield make_order(sent, status="shipped", payment_terms=terms, shipments=(parcel(("1", 2)),))
        yield make_order(
            sent, make_line("2", 1, 5), status="shipped", payment_terms=terms, shipments=(parcel(("1", 2)),)
        )
        for status in ("delivered", "completed"):
            yield make_order(there, status=status, payment_terms=terms, shipments=(came,))


def test_every_state_of_an_order_is_looked_at():
    assert {order.status for order in every_order()} == set(STATUSES)


@pytest.mark.req("S5")
@pytest.mark.parametrize("order", list(every_order()), ids=lambda order: f"{order.state}-{order.payment_terms}")
def test_what_is_done_stands_before_what_is_under_way_and_that_before_what_is_to_come(order):
    found = order_progress(order, ship_by=SHIP_BY)
    if order.state == "cancelled":
        assert found == ()
        return
    ranks = [("past", "now", "next").index(step.standing) for step in found]
    assert len(found) == 4 and ranks == sorted(ranks) and ranks.count(1) <= 1
    assert all(before.at <= after.at for before, after in pairwise(step for step in found if step.at))
    assert all(not step.until for step in found if step.standing != "now")


def test_the_step_under_way_is_the_one_that_somebody_has_to_take():
    line = make_line("1", 2, 500)
    assert ("paid", "now") in standings(make_order(line, status="awaiting_payment"))
    assert ("shipped", "now") in standings(make_order(line, status="picking"))
    half = make_order(make_line("1", 2, 500, shipped=1), status="shipped", shipments=(parcel(("1", 1)),))
    assert ("shipped", "now") in standings(half)
    whole = make_order(make_line("1", 2, 500, shipped=2), status="shipped", shipments=(parcel(("1", 2)),))
    assert ("delivered", "now") in standings(whole)


def test_what_is_paid_for_at_the_door_is_paid_last():
    assert standings(make_order(make_line("1", 2, 500), status="paid", payment_terms="cod")) == [
        ("placed", "past"),
        ("shipped", "now"),
        ("delivered", "next"),
        ("paid", "next"),
    ]
