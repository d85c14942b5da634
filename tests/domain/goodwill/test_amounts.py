"""A goodwill amount comes out of what stays, to the minor unit, and never out of what somebody has asked for (S44)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.applying.amounts import plan_application
from portal.domain.errors import Invalid
from portal.domain.goodwill.amounts import plan_goodwill, room_for_goodwill
from portal.domain.money import Money
from portal.domain.orders import effects
from portal.domain.orders.order import Order
from tests.support.applications import OPEN, bought
from tests.support.order_facts import make_line

pytestmark = pytest.mark.req("S44")


def order_of(*lines: tuple[int, int], **values: object) -> Order:
    made = (make_line(str(number), quantity, total) for number, (quantity, total) in enumerate(lines, 1))
    return bought(*made, **values)


def cny(minor: int) -> Money:
    return Money(minor, "CNY")


def test_it_lowers_the_money_of_the_goods_that_stay_in_proportion_and_not_their_units() -> None:
    order = order_of((2, 3000), (1, 1000), freight=500)
    plan = plan_goodwill(order, cny(400))
    assert [(line.line_id, line.amount) for line in plan.lines] == [("1", 300), ("2", 100)]
    assert (plan.refund, plan.money_only, plan.freight) == (cny(400), True, cny(0))
    after = effects.refunded(order, plan)
    assert [(line.gone, line.refunded) for line in after.lines] == [(0, 300), (0, 100)]
    assert after.payments[0].in_flight == 400


def test_what_is_more_than_the_goods_comes_out_of_freight_that_was_kept() -> None:
    order = order_of((1, 1000), freight=500)
    plan = plan_goodwill(order, cny(1200))
    assert ([line.amount for line in plan.lines], plan.freight) == ([1000], cny(200))
    assert room_for_goodwill(effects.refunded(order, plan)) == cny(300)


def test_what_an_application_holds_is_not_given_away() -> None:
    order = effects.claimed(order_of((2, 2000), (1, 500)), (("1", 1), ("2", 1)))
    assert room_for_goodwill(order) == cny(1000)
    with pytest.raises(Invalid) as no:
        plan_goodwill(order, cny(1001))
    assert no.value.problems == (("amount", "above_room"),)


def test_a_later_return_is_worth_what_is_left_and_all_of_it_sums_to_what_was_paid() -> None:
    order = order_of((1, 1000), (1, 1000))
    order = effects.refunded(order, plan_goodwill(order, cny(600)))
    whole = plan_application(order, (("1", 1), ("2", 1)), OPEN, kind="return_refund", reason="no_reason")
    assert whole.refund == cny(1400)


@pytest.mark.parametrize("minor", [0, -1])
def test_nothing_is_no_goodwill(minor: int) -> None:
    with pytest.raises(Invalid) as no:
        plan_goodwill(order_of((1, 1000)), cny(minor))
    assert no.value.problems == (("amount", "too_small"),)


def test_what_was_collected_at_the_door_has_no_way_back() -> None:
    order = replace(order_of((1, 1000)), payment_terms="cod")
    assert room_for_goodwill(order) == cny(0)


@given(
    lines=st.lists(st.tuples(st.integers(1, 5), st.integers(0, 20_000)), min_size=1, max_size=4),
    steps=st.lists(st.integers(1, 5_000), min_size=1, max_size=6),
    freight=st.integers(0, 2_000),
    is_declined=st.lists(st.booleans(), min_size=6, max_size=6),
)
def test_any_sequence_of_amounts_given_and_released_stays_within_what_was_paid(
    lines: list[tuple[int, int]], steps: list[int], freight: int, is_declined: list[bool]
) -> None:
    order = order_of(*lines, freight=freight)
    for minor, declined in zip(steps, is_declined, strict=False):
        if minor > room_for_goodwill(order).minor:
            continue
        plan = plan_goodwill(order, cny(minor))
        assert sum(line.amount for line in plan.lines) + plan.freight.minor == minor
        assert sum(tender.amount.minor for tender in plan.tenders) == minor
        after = effects.refunded(order, plan)
        assert effects.given_back(after, plan) == order
        order = order if declined else after
    assert all(0 <= line.refunded <= line.net for line in order.lines)
    assert all(payment.left >= 0 for payment in order.payments)
