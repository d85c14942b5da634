"""Who owns what, decided: every version after the first, in any order, ends where it should."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.intake.imported_order import ImportedOrder, OrderProblem
from portal.domain.intake.merge import forward, merge
from portal.domain.intake.order_facts import order_of
from portal.domain.intake.stored_order import MergeProblem, Price, Stored, Update
from portal.domain.orders import effects
from portal.domain.orders.order import STATUSES, Order, Status
from portal.domain.orders.planning import plan_units
from portal.schemas.order import read_order
from tests.support.feed import fed_line, fed_order, fed_parcel, fed_payment, later


def taken(data: dict[str, Any]) -> ImportedOrder:
    order = read_order(data)
    assert isinstance(order, ImportedOrder), order
    return order


def stored(data: dict[str, Any] | None = None, order: Order | None = None, **values: Any) -> Stored:
    first = taken(data or fed_order())
    prices = {line.id: Price(line.unit_price, line.discount.minor, line.tax.minor) for line in first.lines}
    return Stored(order=order or order_of(first), updated_at=first.updated_at, prices=prices, **values)


def merged(before: Stored, data: dict[str, Any]) -> Update:
    update = merge(before, taken(data))
    assert isinstance(update, Update), update
    return update


def cancelled(order: Order) -> Order:
    return effects.cancelled(order, plan_units(order, order.units_unshipped(), with_freight=True))


@pytest.mark.parametrize(
    ("now", "fed", "after"),
    [
        ("paid", "shipped", "shipped"),
        ("shipped", "paid", "shipped"),
        ("cancelled", "paid", "cancelled"),
        ("paid", "cancelled", "paid"),
    ],
)
def test_the_status_moves_forward_only(now: Status, fed: Status, after: Status) -> None:
    assert forward(now, fed) == after


def test_a_version_that_does_not_add_up_is_a_problem_unless_the_portal_cancelled_the_order() -> None:
    data = later(fed_order(payments=[fed_payment("119.79")]))
    assert isinstance(merge(stored(), taken(data)), OrderProblem)
    unpaid = fed_order(status="awaiting_payment", payments=[])
    ours = stored(unpaid, cancelled(order_of(taken(unpaid))), cancelled_by="portal")
    assert [payment.captured.decimal() for payment in merged(ours, data).late_payments] == ["119.79"]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"lines": [fed_line(quantity=3, unit_price="40.00", discount="0.20")]}, "lines.0"),
        ({"lines": [fed_line(discount="10.00", tax="10.00")]}, "lines.0.unit_price"),
        ({"lines": [fed_line(), fed_line("2", 1, "0.00")]}, "lines"),
        ({"lines": [fed_line(unit_price="60.40")], "discounts": [{"kind": "coupon", "amount": "1.00"}]}, "lines.0"),
        ({"freight": "1.00", "payments": [fed_payment("120.80")]}, "freight"),
    ],
)
def test_what_is_frozen_once_a_case_exists(changed: dict[str, Any], field: str) -> None:
    problem = merge(stored(after_sales=True), taken(later(fed_order(**changed))))
    assert problem == MergeProblem("frozen", field)


def test_titles_and_addresses_are_not_frozen() -> None:
    assert merged(stored(after_sales=True), later(fed_order(lines=[fed_line(title="新名")]))).takes_lines is False


def test_shipping_what_was_cancelled_in_part_is_for_a_person() -> None:
    order = order_of(taken(fed_order()))
    one_less = effects.cancelled(order, plan_units(order, (("1", 1),), with_freight=False))
    update = merged(
        stored(order=one_less, after_sales=True), later(fed_order(status="shipped", shipments=[fed_parcel(2)]))
    )
    assert [task.kind for task in update.tasks] == ["shipped_after_cancel"]
    assert (update.order.lines[0].shipped, update.order.lines[0].cancelled) == (1, 1)


def test_claimed_units_outlive_a_cancel_of_the_feed() -> None:
    order = effects.claimed(order_of(taken(fed_order())), (("1", 1),))
    update = merged(stored(order=order, after_sales=True), later(fed_order(status="cancelled")))
    line = update.order.lines[0]
    assert (line.claimed, line.cancelled, update.order.state) == (1, 1, "paid")


versions = st.lists(
    st.tuples(st.sampled_from(STATUSES), st.integers(0, 2), st.integers(0, 119), st.booleans()), min_size=1, max_size=6
)


@given(versions, st.booleans())
def test_no_sequence_of_versions_breaks_a_counter_or_promises_money_twice(
    fed: list[tuple[Status, int, int, bool]], is_cancelled: bool
) -> None:
    before = stored()
    if is_cancelled:
        before = replace(before, order=cancelled(before.order), cancelled_by="portal", after_sales=True)
    for day, (status, units, back, has_refund) in enumerate(fed, 2):
        refund = {"id": f"r-{day}", "payment": "p-1", "amount": f"{back}.00", "at": "2026-11-02T00:00:00Z"}
        values: dict[str, Any] = {"status": status, "updated_at": f"2026-11-{day:02}T12:00:00Z"}
        values |= {"shipments": [fed_parcel(units)]} if units else {}
        values |= {"refunds": [refund]} if has_refund else {}
        update = merged(before, fed_order(**values))
        for line in update.order.lines:
            assert 0 <= line.cancelled <= line.gone <= line.quantity - line.claimed
            assert 0 <= line.delivered <= line.shipped <= line.quantity
        for payment in update.order.payments:
            assert payment.refunded + payment.in_flight <= payment.captured.minor
        if before.order.state == "cancelled":
            assert update.order.state == "cancelled"
        by = "feed" if update.is_called_off else before.cancelled_by
        before = replace(
            before,
            order=update.order,
            feed_refunds=update.feed_refunds,
            cancelled_by=by,
            updated_at=taken(fed_order(**values)).updated_at,
        )
