"""The order format, field by field: what is taken, and every way of being wrong, by its dotted path."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from portal.domain.intake.balance import balance_problem
from portal.domain.intake.imported_order import ImportedOrder
from portal.schemas.order import read_order
from tests.support.feed import NEVER, fed_line, fed_order, fed_parcel, fed_payment


def taken(**values: Any) -> ImportedOrder:
    order = read_order(fed_order(**values))
    assert isinstance(order, ImportedOrder), order
    return order


def problems(**values: Any) -> dict[str, str]:
    found = read_order(fed_order(**values))
    assert isinstance(found, tuple), "nothing was wrong with it"
    return {problem.field: problem.reason for problem in found}


def difference(**values: Any) -> str | None:
    found = balance_problem(taken(**values))
    return found and found.reason


def test_the_smallest_order_is_taken_with_its_defaults() -> None:
    order = taken(customer=NEVER, ship_to=NEVER)
    assert (order.payment_terms, order.points_earned, order.customer, order.ship_to) == ("prepaid", 0, None, None)
    assert order.freight.minor == order.freight_tax.minor == 0


def test_times_are_utc_whatever_their_offset() -> None:
    assert taken().placed_at == datetime(2026, 11, 1, 2, tzinfo=UTC)
    assert taken(placed_at="2026-11-01T02:00:00Z").placed_at == datetime(2026, 11, 1, 2, tzinfo=UTC)


def test_fields_that_are_null_are_absent() -> None:
    order = taken(pay_by=None, jurisdiction=None, discounts=None, invoice=None, lines=[fed_line(tags=None, tax=None)])
    assert (order.pay_by, order.discounts, order.invoice, order.lines[0].tags) == (None, (), None, ())


def test_unknown_fields_are_named_without_their_places() -> None:
    assert taken(channel=1, lines=[fed_line(a=1)], customer={"id": "c", "vip": 1}).unknown == (
        "channel",
        "lines.a",
        "customer.vip",
    )


@pytest.mark.parametrize("number", ["1", "A-1001", "订单 7", "#1001", "x" * 64, "a.b", "...", "100%"])
def test_numbers_that_are_fine(number: str) -> None:
    assert taken(number=number).number == number


@pytest.mark.parametrize("number", ["", "a/b", "a\\b", ".", "..", " a", "a ", "a\tb", "a\n", "x" * 65, 7, "a\u200bb"])
def test_numbers_that_are_not(number: Any) -> None:
    assert "number" in problems(number=number)


@pytest.mark.parametrize("line_id", ["", "a b", "ä", "x" * 65, "a/b", 1, "1\n"])
def test_line_ids_that_are_not(line_id: Any) -> None:
    assert "lines.0.id" in problems(lines=[fed_line(line_id)])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("placed_at", "2026-11-01"),
        ("placed_at", "2026-11-01T10:00:00"),
        ("placed_at", "yesterday"),
        ("placed_at", 1700000000),
        ("updated_at", NEVER),
        ("currency", "cny"),
        ("currency", NEVER),
        ("status", "open"),
        ("status", NEVER),
        ("lines", []),
        ("lines", NEVER),
        ("lines", "1"),
        ("freight", 10),
        ("freight", "10.001"),
        ("freight", "-1.00"),
        ("freight", "1e3"),
        ("freight", "１０"),
        ("payment_terms", "credit"),
        ("points_earned", -1),
        ("points_earned", True),
        ("jurisdiction", "CHN"),
        ("pay_url", "javascript:alert(1)"),
        ("pay_url", "//evil.example"),
        ("customer", []),
        ("invoice", {"kind": "fax"}),
    ],
)
def test_a_field_of_the_order_that_is_wrong_is_named(field: str, value: Any) -> None:
    assert any(name == field or name.startswith(f"{field}.") for name in problems(**{field: value}))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("quantity", 0),
        ("quantity", -3),
        ("quantity", 1.0),
        ("quantity", "1"),
        ("quantity", True),
        ("quantity", 10_000_001),
        ("unit_price", "-1.00"),
        ("unit_price", 1),
        ("unit_price", None),
        ("discount", "200.00"),
        ("tax", "-0.01"),
        ("title", "  "),
        ("title", "a\x00b"),
        ("title", "\ud800"),
        ("return_days", -1),
        ("gift_of", "1"),
        ("gift_of", "9"),
        ("stock_problem", "lost"),
        ("image_url", "data:image/png;base64,x"),
        ("tags", "custom"),
        ("opened_at", "now"),
    ],
)
def test_a_field_of_a_line_that_is_wrong_is_named(field: str, value: Any) -> None:
    assert f"lines.0.{field}" in problems(lines=[fed_line() | {field: value}])


def test_everything_that_is_wrong_is_said_at_once() -> None:
    found = problems(number="a/b", status="x", lines=[fed_line(), fed_line("2", 0)], payments=[fed_payment(amount=1)])
    assert {"number", "status", "lines.1.quantity", "payments.0.amount"} <= found.keys()


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"lines": [fed_line(), fed_line()]}, "lines"),
        ({"payments": [fed_payment("60.00"), fed_payment("59.80")]}, "payments"),
        ({"shipments": [fed_parcel(), fed_parcel()]}, "shipments"),
        ({"shipments": [fed_parcel(line_id="9")]}, "shipments.0.lines.0.line"),
        ({"shipments": [fed_parcel(3)]}, "shipments"),
        ({"discounts": [{"kind": "coupon", "amount": "1.00", "lines": ["9"]}]}, "discounts.0.lines"),
        ({"discounts": [{"kind": "coupon", "amount": "119.81"}]}, "discounts.0.amount"),
        (
            {"refunds": [{"id": "r", "payment": "x", "amount": "1.00", "at": "2026-11-02T00:00:00Z"}]},
            "refunds.0.payment",
        ),
        ({"refunds": [{"id": "r", "payment": "p-1", "amount": "120.00", "at": "2026-11-02T00:00:00Z"}]}, "refunds"),
    ],
)
def test_parts_that_do_not_fit_each_other_are_named(values: dict[str, Any], field: str) -> None:
    assert field in problems(**values)


def test_a_parcel_sent_again_after_the_first_was_lost_is_no_contradiction() -> None:
    assert taken(shipments=[fed_parcel(status="lost"), fed_parcel(id="s-2", tracking_no="SF2")]).shipments


def test_a_line_total_is_rounded_half_up_once_not_per_unit() -> None:
    (line,) = taken(lines=[fed_line(quantity=3, unit_price="0.125")], payments=[fed_payment("0.38")]).lines
    assert (line.total.decimal(), line.unit_price) == ("0.38", Decimal("0.125"))


@pytest.mark.parametrize(("currency", "price", "total"), [("JPY", "333", "999"), ("KWD", "1.2345", "3.704")])
def test_currencies_have_their_own_digits(currency: str, price: str, total: str) -> None:
    order = taken(currency=currency, lines=[fed_line(quantity=3, unit_price=price)], payments=[fed_payment(total)])
    assert (order.total.decimal(), balance_problem(order)) == (total, None)


def test_the_sum_counts_tax_freight_fees_and_discounts() -> None:
    assert (
        difference(
            lines=[fed_line(discount="10.00", tax="1.00")],
            freight="10.00",
            freight_tax="0.60",
            fees=[{"title": "礼盒", "amount": "2.00"}],
            discounts=[{"kind": "promotion", "amount": "3.00"}, {"kind": "adjustment", "amount": "0.40"}],
            payments=[fed_payment("120.00")],
        )
        is None
    )


def test_an_order_that_does_not_add_up_names_the_difference() -> None:
    assert difference(payments=[fed_payment("118.50")]) == "payments 118.50, order total 119.80, difference -1.30"
    assert difference(payments=NEVER) == "payments 0.00, order total 119.80, difference -119.80"


@pytest.mark.parametrize(
    "values",
    [
        {"status": "awaiting_payment", "payments": NEVER},
        {"status": "delivered", "payments": NEVER, "payment_terms": "cod"},
        {"status": "cancelled", "payments": NEVER},
        {"lines": [fed_line(unit_price="0.00")], "payments": NEVER},
        {"discounts": [{"kind": "coupon", "amount": "0.00"}]},
    ],
)
def test_orders_that_need_no_payment(values: dict[str, Any]) -> None:
    assert difference(**values) is None


def test_money_collected_on_delivery_must_be_the_total() -> None:
    assert difference(payment_terms="cod", status="delivered", payments=[fed_payment("100.00")])


def test_a_phone_is_kept_as_it_is_looked_up_by() -> None:
    assert [
        taken(customer={"id": "c", "phone": phone}).customer.phone
        for phone in ("138 0000 0001", "+8613800000001", "12")
    ] == [  # type: ignore[union-attr]
        "+8613800000001",
        "+8613800000001",
        "12",
    ]
