"""Discounts of the order on its lines: exact, in proportion, never above a line, whatever the order looks like."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.intake.imported_order import ImportedOrder
from portal.domain.intake.order_facts import order_of
from portal.domain.money import Money, minor_digits
from portal.schemas.order import read_order
from tests.support.feed import fed_line, fed_order, fed_payment


def shared(lines: list[dict[str, Any]], discounts: list[dict[str, Any]]) -> ImportedOrder:
    order = read_order(fed_order(lines=lines, discounts=discounts))
    assert isinstance(order, ImportedOrder), order
    return order


@pytest.mark.req("P2")
def test_a_discount_goes_to_the_lines_by_what_they_cost_after_their_own() -> None:
    lines = [fed_line("1", 1, "110.00", discount="10.00"), fed_line("2", 1, "50.00"), fed_line("3", 1, "50.00")]
    order = shared(lines, [{"kind": "promotion", "code": "P", "amount": "10.01"}])
    assert [line.promotion for line in order.lines] == [501, 250, 250]
    assert [line.shares for line in order.lines] == [((0, 501),), ((0, 250),), ((0, 250),)]


@pytest.mark.req("P2")
def test_a_coupon_for_some_lines_leaves_the_others_alone() -> None:
    lines = [fed_line("1", 1, "10.00"), fed_line("2", 1, "10.00"), fed_line("3", 1, "10.00")]
    order = shared(lines, [{"kind": "coupon", "code": "C", "amount": "5.00", "lines": ["1", "3"]}])
    assert [line.coupon for line in order.lines] == [250, 0, 250]


def test_the_second_discount_finds_what_the_first_one_left() -> None:
    lines = [fed_line("1", 1, "10.00"), fed_line("2", 1, "30.00")]
    discounts = [
        {"kind": "coupon", "code": "C", "amount": "10.00", "lines": ["1"]},
        {"kind": "points", "points": 2000, "amount": "20.00"},
    ]
    order = shared(lines, discounts)
    assert [(line.coupon, line.points, line.points_count, line.net) for line in order.lines] == [
        (1000, 0, 0, 0),
        (0, 2000, 2000, 1000),
    ]


def test_a_free_line_gets_nothing_of_a_discount() -> None:
    order = shared([fed_line("1", 1, "0.00"), fed_line("2", 1, "10.00")], [{"kind": "coupon", "amount": "10.00"}])
    assert [line.coupon for line in order.lines] == [0, 1000]


@st.composite
def orders(draw: st.DrawFn) -> dict[str, Any]:
    currency = draw(st.sampled_from(["CNY", "JPY", "KWD"]))
    digits = minor_digits(currency)
    count = draw(st.integers(1, 12))
    lines = [
        fed_line(str(n), draw(st.integers(1, 100_000)), str(draw(st.decimals(0, 900, places=draw(st.integers(0, 4))))))
        for n in range(count)
    ]
    plain = read_order(fed_order(currency=currency, lines=lines, payments=[fed_payment("1")]))
    assert isinstance(plain, ImportedOrder)
    room, discounts = {line.id: line.total.minor for line in plain.lines}, []
    left = sum(room.values())
    for kind in draw(st.lists(st.sampled_from(["promotion", "coupon", "points", "adjustment"]), max_size=4)):
        amount = draw(st.integers(0, left))
        left -= amount
        entry: dict[str, Any] = {"kind": kind, "amount": Money(amount, currency).decimal()}
        discounts.append(entry | ({"points": draw(st.integers(0, 5_000))} if kind == "points" else {}))
    assert digits == minor_digits(currency)
    return fed_order(currency=currency, lines=lines, discounts=discounts, payments=[fed_payment("1")])


@pytest.mark.req("P2")
@given(orders())
def test_shares_sum_to_the_discount_and_no_line_goes_below_zero(data: dict[str, Any]) -> None:
    order = read_order(data)
    assert isinstance(order, ImportedOrder), order
    for index, discount in enumerate(order.discounts):
        parts = [part for line in order.lines for i, part in line.shares if i == index]
        assert sum(parts) == discount.amount.minor
        assert all(part > 0 for part in parts)
    for line in order.lines:
        assert line.net >= 0
        assert sum(part for _, part in line.shares) == line.promotion + line.coupon + line.points + line.adjustment
    assert sum(line.points_count for line in order.lines) == sum(discount.points for discount in order.discounts)
    assert order_of(order).total == order.total


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(
    st.sampled_from(sorted(fed_order())), json_values, st.sampled_from(["", "lines", "payments", "customer"]), st.data()
)
def test_nothing_that_json_can_say_is_more_than_a_problem(
    name: str, value: Any, inside: str, data: st.DataObject
) -> None:
    order = fed_order(shipments=[], refunds=[], discounts=[])
    if inside:
        part = order[inside][0] if isinstance(order[inside], list) else order[inside]
        part[data.draw(st.sampled_from(sorted(part)))] = value
    else:
        order[name] = value
    found = read_order(order)
    assert isinstance(found, ImportedOrder) or all(problem.reason for problem in found)
