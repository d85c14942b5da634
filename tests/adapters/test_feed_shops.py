"""Shopify's and WooCommerce's orders in the order format, on their own samples and on what those leave out."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.adapters.feed_files import Format, read_orders
from portal.adapters.feed_shopify import shopify_order
from portal.adapters.feed_woocommerce import woocommerce_order
from portal.domain.intake.balance import balance_problem
from portal.domain.intake.feed_refunds import with_feed_refunds
from portal.domain.intake.imported_order import ImportedOrder, OrderProblem, Read, Reject
from portal.domain.intake.order_facts import order_of
from portal.schemas.order import read_order


def read(path: Path, file_format: Format) -> list[Read | Reject]:
    with path.open("rb") as raw:
        return list(read_orders(raw, file_format))


def taken(data: Any) -> ImportedOrder:
    assert not isinstance(data, OrderProblem), data
    order = read_order(data)
    assert isinstance(order, ImportedOrder), order
    assert balance_problem(order) is None
    return order


def shopify(**values: Any) -> dict[str, Any]:
    return {
        "id": 1,
        "name": "#1001",
        "created_at": "2026-11-01T10:00:00-05:00",
        "updated_at": "2026-11-01T11:00:00-05:00",
        "currency": "USD",
        "financial_status": "paid",
        "total_price": "55.00",
        "payment_gateway_names": ["shopify_payments"],
        "line_items": [
            {"id": 11, "sku": "A", "title": "Cup", "quantity": 2, "price": "20.00", "tax_lines": [{"price": "3.00"}]},
            {"id": 12, "sku": "B", "title": "Bowl", "quantity": 1, "price": "10.00", "tax_lines": []},
        ],
        "shipping_lines": [{"price": "2.00", "tax_lines": []}],
    } | values


def test_shopifys_sample_that_does_not_add_up_is_kept_out_with_the_difference(
    shared_data: Callable[[str], Path],
) -> None:
    (found,) = read(shared_data("payloads/shopify/py_api_order.json"), "shopify")
    assert isinstance(found, Reject)
    assert (found.order, found.field) == ("1001", "total_price")
    assert "409.94" in found.reason
    assert found.reason.endswith("difference -199.00")


def test_shopifys_cancelled_order_is_taken_with_its_discount(shared_data: Callable[[str], Path]) -> None:
    (found,) = read(shared_data("payloads/shopify/webhook_2019_cancelled_voided.json"), "shopify")
    assert isinstance(found, Read)
    order = taken(found.data)
    assert (order.number, order.status, order.total.decimal()) == ("9999", "cancelled", "403.00")
    assert [line.adjustment for line in order.lines] == [0, 500]


def test_a_paid_shopify_order_has_one_payment_of_its_total() -> None:
    order = taken(shopify_order(shopify()))
    assert (order.status, order.paid.decimal(), order.payments[0].method) == ("paid", "55.00", "shopify_payments")
    assert [line.tax.decimal() for line in order.lines] == ["3.00", "0.00"]


def test_taxes_inside_shopifys_prices_are_not_added_again() -> None:
    assert taken(shopify_order(shopify(taxes_included=True, total_price="52.00"))).total.decimal() == "52.00"


def test_a_tax_named_for_the_order_alone_is_spread_over_its_lines() -> None:
    lines = [{"id": n, "title": "Cup", "quantity": 1, "price": "10.00"} for n in (1, 2, 3)]
    data = shopify(line_items=lines, tax_lines=[{"price": "1.00"}], shipping_lines=[], total_price="31.00")
    assert [line.tax.decimal() for line in taken(shopify_order(data)).lines] == ["0.34", "0.33", "0.33"]


def test_shopifys_codes_become_coupons_over_the_lines_they_touched() -> None:
    lines = shopify()["line_items"]
    lines[0] |= {
        "discount_allocations": [{"amount": "5.00", "discount_application_index": 0}],
        "total_discount": "5.00",
    }
    data = shopify(
        line_items=lines,
        discount_applications=[{"type": "discount_code", "code": "TEN"}],
        total_discounts="5.00",
        total_price="50.00",
    )
    (discount,) = taken(shopify_order(data)).discounts
    assert (discount.kind, discount.code, discount.line_ids) == ("coupon", "TEN", ("11",))


def test_shopifys_earlier_refunds_and_parcels_come_along() -> None:
    data = shopify(
        financial_status="partially_refunded",
        fulfillment_status="partial",
        refunds=[
            {
                "created_at": "2026-11-03T00:00:00Z",
                "refund_line_items": [{"line_item_id": 12, "quantity": 1}],
                "transactions": [{"id": 5, "kind": "refund", "status": "success", "amount": "10.00"}],
            }
        ],
        fulfillments=[
            {
                "id": 9,
                "status": "success",
                "created_at": "2026-11-02T00:00:00Z",
                "tracking_company": "UPS",
                "tracking_number": "1Z",
                "line_items": [{"id": 11, "quantity": 2}],
            },
            {
                "id": 8,
                "status": "cancelled",
                "created_at": "2026-11-02T00:00:00Z",
                "line_items": [{"id": 11, "quantity": 2}],
            },
        ],
    )
    order = taken(shopify_order(data))
    given = with_feed_refunds(order_of(order), order.refunds)
    facts, collided = given.order, given.collided
    assert (facts.state, facts.money_left.decimal(), facts.lines[1].left, collided) == ("shipped", "45.00", 0, ())


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ({"financial_status": "authorized"}, "awaiting_payment"),
        ({"financial_status": "pending"}, "awaiting_payment"),
        ({"fulfillment_status": "fulfilled"}, "shipped"),
        (
            {
                "fulfillment_status": "fulfilled",
                "fulfillments": [
                    {
                        "id": 1,
                        "status": "success",
                        "created_at": "2026-11-02T00:00:00Z",
                        "updated_at": "2026-11-04T00:00:00Z",
                        "shipment_status": "delivered",
                        "line_items": [{"id": 11, "quantity": 2}],
                    }
                ],
            },
            "delivered",
        ),
        ({"cancelled_at": "2026-11-02T00:00:00Z"}, "cancelled"),
    ],
)
def test_shopifys_two_states_become_one(values: dict[str, Any], status: str) -> None:
    assert taken(shopify_order(shopify(**values))).status == status


def test_woocommerces_order_with_two_refunds_has_20_left(shared_data: Callable[[str], Path]) -> None:
    found = read(shared_data("payloads/woocommerce/v3_order_03.json"), "woocommerce")
    orders = {item.order: taken(item.data) for item in found if isinstance(item, Read)}
    given = with_feed_refunds(order_of(orders["723"]), orders["723"].refunds)
    facts, collided = given.order, given.collided
    assert (facts.captured.decimal(), facts.money_left.decimal(), collided) == ("39.00", "20.00", ())
    assert orders["727"].lines[1].title == "Ship Your Idea – Color: Black, Size: M Test"


@pytest.mark.parametrize("number", [1, 2, 4, 5])
def test_woocommerces_samples_add_up(shared_data: Callable[[str], Path], number: int) -> None:
    (found,) = read(shared_data(f"payloads/woocommerce/v3_order_0{number}.json"), "woocommerce")
    assert isinstance(found, Read)
    assert taken(found.data).total.decimal() == "29.35"


def woocommerce(**values: Any) -> dict[str, Any]:
    return {
        "id": 1,
        "number": "1",
        "status": "processing",
        "currency": "EUR",
        "date_created_gmt": "2026-11-01T10:00:00",
        "date_modified_gmt": "2026-11-01T10:00:01",
        "date_paid_gmt": "2026-11-01T10:00:01",
        "payment_method": "stripe",
        "transaction_id": "pi_1",
        "total": "11.00",
        "line_items": [
            {"id": 1, "name": "Cup", "quantity": 3, "subtotal": "10.00", "total": "9.00", "total_tax": "0.50"}
        ],
        "coupon_lines": [{"code": "ONE", "discount": "1.00"}],
        "fee_lines": [
            {"name": "Gift wrap", "total": "2.00", "total_tax": "0.00"},
            {"name": "Rebate", "total": "-0.50"},
        ],
        "shipping_total": "0.00",
    } | values


def test_woocommerces_coupons_fees_and_uneven_prices_come_to_its_total() -> None:
    order = taken(woocommerce_order(woocommerce()))
    assert [(discount.kind, discount.amount.decimal()) for discount in order.discounts] == [
        ("coupon", "1.00"),
        ("adjustment", "0.50"),
    ]
    assert (order.total.decimal(), order.fees[0].title) == ("11.00", "Gift wrap")


def test_woocommerces_total_that_its_parts_do_not_come_to_is_kept_out() -> None:
    problem = woocommerce_order(woocommerce(total="12.00"))
    assert isinstance(problem, OrderProblem)
    assert (problem.field, problem.reason.rpartition(" ")[2]) == ("total", "1.00")


@pytest.mark.parametrize(("status", "payments"), [("processing", 0), ("completed", 1)])
def test_cash_on_delivery_is_collected_with_the_order_completed(status: str, payments: int) -> None:
    order = taken(woocommerce_order(woocommerce(status=status, payment_method="cod", date_paid_gmt=None)))
    assert (order.payment_terms, len(order.payments)) == ("cod", payments)


def test_a_draft_is_no_order() -> None:
    assert isinstance(woocommerce_order(woocommerce(status="checkout-draft")), OrderProblem)


anything = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["id", "amount", "price"]), inner, max_size=2)
    ),
    max_leaves=6,
)


@pytest.mark.parametrize(("translate", "sample"), [(shopify_order, shopify()), (woocommerce_order, woocommerce())])
@given(data=st.data())
def test_whatever_a_shop_sends_ends_as_an_order_or_a_problem(
    translate: Any, sample: dict[str, Any], data: st.DataObject
) -> None:
    changed = json.loads(json.dumps(sample)) | {data.draw(st.sampled_from(sorted(sample))): data.draw(anything)}
    translated = translate(changed)
    assert isinstance(translated, OrderProblem) or read_order(translated) is not None
