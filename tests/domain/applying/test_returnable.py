"""What a list says of until when goods can be returned is what the page of the order says."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.domain.applying.offer import kinds_available
from portal.domain.applying.returnable import goods_there, returnable_until
from portal.domain.applying.terms import application_terms
from portal.domain.applying.units import Claim
from portal.domain.codec import from_plain, to_plain
from portal.domain.orders.card import Card, card_of
from portal.domain.orders.order import Restriction
from tests.support.applications import CN, EU, OPEN, SIGNED, around, bought, sent, with_parcels
from tests.support.order_facts import make_line, make_order


@st.composite
def goods(draw: st.DrawFn, number: int):
    quantity = draw(st.integers(1, 4))
    gone = draw(st.integers(0, quantity))
    placed = SIGNED - timedelta(days=4)
    restriction = Restriction(ground="CN-3", confirmed_at=draw(st.sampled_from([None, placed - timedelta(hours=1)])))
    return make_line(
        str(number),
        quantity,
        1000,
        gone=gone,
        claimed=draw(st.integers(0, quantity - gone)),
        tags=draw(st.sampled_from([(), ("custom",), ("fresh",), ("digital",)])),
        return_days=draw(st.sampled_from([None, 3, 15, 60])),
        restriction=draw(st.sampled_from([None, restriction])),
    )


@st.composite
def orders_that_came(draw: st.DrawFn):
    """In one or two parcels, the second some days later, or never with a date."""
    lines = tuple(draw(goods(number)) for number in range(1, draw(st.integers(1, 3)) + 1))
    order = make_order(*lines, status="delivered", placed_at=SIGNED - timedelta(days=4))
    first = tuple((line.id, draw(st.integers(0, line.quantity))) for line in lines)
    rest = tuple((line.id, line.quantity - count) for line, (_, count) in zip(lines, first, strict=True))
    parts = [tuple(pair for pair in part if pair[1]) for part in (first, rest)]
    moments = [SIGNED, draw(st.sampled_from([SIGNED, SIGNED + timedelta(days=6), None]))]
    for units, at in zip(parts, moments, strict=True):
        if units:
            order = sent(order, delivered_at=at, units=units, status="delivered", shipped_at=SIGNED - timedelta(days=2))
    return with_parcels(order, order.shipments)


@pytest.mark.req("N1", "N2")
@pytest.mark.parametrize("policy", [CN, EU, OPEN], ids=["cn", "eu", "open"])
@given(order=orders_that_came(), after=st.integers(0, 70))
@settings(max_examples=200, deadline=None)
def test_the_list_says_the_day_that_the_page_says(policy, order, after):
    now, place = SIGNED + timedelta(days=after, hours=1), around(order, policy)
    held = tuple((line.id, line.claimed) for line in order.lines if line.claimed)
    claims = (Claim(case_no="T-1", kind="return_refund", reason="no_reason", units=held),) if held else ()
    terms = application_terms(order, policy, place, now, claims=claims)
    page = kinds_available(order, policy, terms, now, kinds=("return_refund",))["return_refund"].until
    card = from_plain(Card, to_plain(card_of(order, (), goods_there(order))))
    assert returnable_until(card.there, order.placed_at, policy, place, now) == page


def test_an_order_of_many_lines_alike_keeps_them_once():
    order = bought(*(make_line(str(number), 2, 100) for number in range(1, 400)))
    assert len(goods_there(order).goods) == 1


@pytest.mark.parametrize("status", ["paid", "shipped", "cancelled"])
def test_before_everything_has_come_there_is_nothing_to_say(status):
    assert not goods_there(make_order(make_line("1", 2, 100), status=status)).goods


def test_what_was_returned_is_with_the_customer_no_more():
    order = bought(make_line("1", 2, 100))
    assert goods_there(order).goods
    assert not goods_there(replace(order, lines=(replace(order.lines[0], gone=2),))).goods
