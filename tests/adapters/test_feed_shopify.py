"""Orders of Shopify as they change: units taken off, freight and its discounts, edits, transactions, states."""

from __future__ import annotations

from typing import Any

import pytest

from portal.adapters.feed_shopify import shopify_order
from portal.adapters.feed_woocommerce import woocommerce_order
from portal.domain.intake.feed_refunds import with_feed_refunds
from portal.domain.intake.imported_order import ImportedOrder, OrderProblem
from portal.domain.intake.order_facts import order_of
from portal.domain.orders.order import Order
from portal.schemas.order import read_order
from tests.adapters.test_feed_shops import shopify, taken, woocommerce


def counted(order: ImportedOrder) -> Order:
    return with_feed_refunds(order_of(order), order.refunds).order


def pieces(*lines: dict[str, Any], **values: Any) -> dict[str, Any]:
    """A Shopify order of two lines of 50.00 each and 10.00 of freight, nothing included."""
    plain = [{"id": 11, "sku": "A", "title": "Mug", "quantity": 1, "price": "50.00"}]
    plain += [{"id": 12, "sku": "B", "title": "Rug", "quantity": 1, "price": "50.00"}]
    freight = {"id": 1, "price": "10.00", "discounted_price": "10.00"}
    return shopify(line_items=list(lines) or plain, shipping_lines=[freight], total_price="110.00") | values


def test_units_that_only_the_current_quantity_takes_off_are_gone() -> None:
    data = pieces()
    data["line_items"][0]["current_quantity"] = 0
    order = counted(taken(shopify_order(data)))
    assert (order.units_unshipped(), order.money_left.decimal()) == ((("12", 1),), "110.00")


def test_units_of_an_unpaid_order_that_were_taken_off_are_gone_without_a_payment() -> None:
    refund = {"id": 1, "created_at": "2026-11-02T00:00:00Z", "transactions": []}
    refund["refund_line_items"] = [{"line_item_id": 11, "quantity": 1}]
    order = counted(taken(shopify_order(pieces(financial_status="pending", refunds=[refund]))))
    assert (order.payments, order.units_unshipped()) == ((), (("12", 1),))


@pytest.mark.parametrize(("status", "left", "in_flight"), [("pending", "60.00", 5000), ("failure", "110.00", 0)])
def test_shopifys_refund_counts_while_it_is_on_its_way_and_not_once_it_failed(
    status: str, left: str, in_flight: int
) -> None:
    sent = {"id": 7, "kind": "refund", "status": status, "amount": "50.00", "created_at": "2026-11-02T00:00:00Z"}
    refund = {"id": 1, "refund_line_items": [{"line_item_id": 11, "quantity": 1}], "transactions": [sent]}
    order = counted(taken(shopify_order(pieces(refunds=[refund]))))
    assert (order.money_left.decimal(), order.payments[0].in_flight) == (left, in_flight)


def freight(price: str = "10.00", discounted: str = "10.00", allocated: str = "", **values: Any) -> dict[str, Any]:
    parts = [{"amount": allocated, "discount_application_index": 0}] if allocated else []
    return {"price": price, "discounted_price": discounted, "discount_allocations": parts} | values


CODES = [{"code": "FREESHIP", "amount": "10.00", "type": "shipping"}]
APPLIED = [{"type": "discount_code", "target_type": "shipping_line", "code": "FREESHIP"}]


@pytest.mark.parametrize(
    ("values", "left"),
    [
        ({"shipping_lines": [freight(allocated="10.00")], "total_price": "100.00"}, 0),
        ({"shipping_lines": [freight(discounted="0.00", allocated="10.00")], "total_price": "100.00"}, 0),
        ({"shipping_lines": [freight(discounted="0.00")], "total_price": "100.00"}, 0),
        ({"discount_codes": CODES, "total_price": "100.00"}, 0),
        ({"shipping_lines": [freight(allocated="4.00")], "total_price": "106.00", "total_discounts": "4.00"}, 600),
        (
            {
                "shipping_lines": [freight(discounted="8.00", allocated="3.00")],
                "total_price": "105.00",
                "total_discounts": "5.00",
            },
            500,
        ),
        (
            {
                "shipping_lines": [freight(discounted="8.00", allocated="3.00")],
                "total_price": "107.00",
                "total_discounts": "3.00",
            },
            700,
        ),
    ],
)
def test_a_discount_on_shopifys_freight_counts_exactly_once(values: dict[str, Any], left: int) -> None:
    data = pieces(discount_applications=APPLIED) | {"total_discounts": "10.00"} | values
    order = taken(shopify_order(data))
    assert (order.freight.minor, [line.net for line in order.lines]) == (left, [5000, 5000])


@pytest.mark.parametrize(("total_price", "freight_minor"), [("110.00", 1000), ("115.00", 1500)])
def test_a_removed_shipping_line_counts_only_where_the_total_holds_it(total_price: str, freight_minor: int) -> None:
    lines = [freight(), freight("5.00", "5.00", is_removed=True)]
    order = taken(shopify_order(pieces(shipping_lines=lines, total_price=total_price)))
    assert order.freight.minor == freight_minor


def test_an_edited_order_whose_total_is_of_now_is_taken_as_of_now() -> None:
    data = pieces(total_price="60.00")
    data["line_items"][0]["current_quantity"] = 0
    order = taken(shopify_order(data))
    assert ([line.id for line in order.lines], order.left_out[0].field) == (["12"], "lines.0.quantity")


@pytest.mark.parametrize("name", ["original_total_duties_set", "original_total_additional_fees_set"])
def test_duties_and_additional_fees_are_fees(name: str) -> None:
    data = pieces(total_price="118.00") | {name: {"shop_money": {"amount": "8.00", "currency_code": "USD"}}}
    assert [fee.amount.minor for fee in taken(shopify_order(data)).fees] == [800]


@pytest.mark.parametrize("financial", ["pending", "authorized"])
def test_what_was_sent_before_it_was_paid_is_no_prepaid_order(financial: str) -> None:
    sent = {
        "id": 1,
        "status": "success",
        "created_at": "2026-11-02T00:00:00Z",
        "line_items": [{"id": 11, "quantity": 1}],
    }
    data = pieces(financial_status=financial, fulfillment_status="partial", fulfillments=[sent])
    order = taken(shopify_order(data))
    assert (order.payment_terms, order.status, order.payments) == ("cod", "shipped", ())


def test_transactions_in_the_customers_currency_come_to_the_total_in_the_shops() -> None:
    paid = {"kind": "sale", "status": "success", "currency": "EUR", "created_at": "2026-11-01T00:00:00Z"}
    entries = [paid | {"id": 1, "amount": "33.33"}, paid | {"id": 2, "amount": "66.67"}]
    both = {"shop_money": {"amount": "110.00"}, "presentment_money": {"amount": "100.00"}}
    order = taken(shopify_order(pieces(transactions=entries, total_price_set=both)))
    assert [payment.captured.decimal() for payment in order.payments] == ["36.66", "73.34"]
    entries[0]["amount_set"] = {"shop_money": {"amount": "36.66"}}
    assert taken(shopify_order(pieces(transactions=entries, total_price_set=both))).paid.decimal() == "110.00"


def test_names_longer_than_there_is_room_for_are_cut() -> None:
    data = pieces(payment_gateway_names=["x" * 99], fulfillment_status="fulfilled")
    data["line_items"][0] |= {"title": "x" * 3000, "sku": "y" * 300, "variant_title": "a\x0bb"}
    parcel = {"id": 1, "status": "success", "created_at": "2026-11-02T00:00:00Z", "tracking_company": "z" * 99}
    data["fulfillments"] = [parcel | {"line_items": [{"id": 11, "quantity": 1}]}]
    order = taken(shopify_order(data))
    assert (len(order.payments[0].method), len(order.lines[0].title), order.lines[0].variant) == (32, 2000, "a b")


def test_a_guest_of_shopify_can_be_reached() -> None:
    order = taken(shopify_order(pieces(customer=None, contact_email="Eva@Example.com", phone="+13105550134")))
    assert order.customer is None
    assert order.contact is not None
    assert (order.contact.mail, order.contact.phone) == ("Eva@Example.com", "+13105550134")


def test_several_gateways_without_transactions_are_not_a_gift_card() -> None:
    data = pieces(payment_gateway_names=["gift_card", "paypal", "shopify_payments"])
    assert taken(shopify_order(data)).payments[0].method == "paypal"
    assert taken(shopify_order(pieces(payment_gateway_names=["gift_card"]))).payments[0].method == "gift_card"


def test_states_of_a_shops_own_are_translated() -> None:
    own = {"in-transit": "shipped", "on_hold": "picking"}
    assert taken(woocommerce_order(woocommerce(status="wc-in-transit"), own)).status == "shipped"
    assert taken(shopify_order(pieces(fulfillment_status="on_hold"), own)).status == "picking"
    assert isinstance(woocommerce_order(woocommerce(status="in-transit")), OrderProblem)


@pytest.mark.parametrize(("total", "cents"), [("11.02", 2), ("10.98", -2), ("11.01", 1)])
def test_cents_of_rounding_have_a_place_and_more_do_not(total: str, cents: int) -> None:
    lines = [
        {"id": n, "name": "Cup", "quantity": 1, "subtotal": "2.75", "total": "2.75", "total_tax": "0.00"}
        for n in range(4)
    ]
    data = woocommerce(line_items=lines, coupon_lines=[], fee_lines=[])
    assert taken(woocommerce_order(data | {"total": total})).total.minor == 1100 + cents
    assert isinstance(woocommerce_order(data | {"total": "11.03"}), OrderProblem)


def test_a_rebate_larger_than_the_goods_lowers_the_freight() -> None:
    data = woocommerce(coupon_lines=[], shipping_total="5.00", total="2.50")
    data["fee_lines"] = [{"name": "Voucher", "total": "-12.00"}]
    data["line_items"] = [{"id": 1, "name": "Cup", "quantity": 3, "subtotal": "9.50", "total": "9.50"}]
    order = taken(woocommerce_order(data))
    assert (order.lines[0].net, order.freight.minor) == (0, 250)


@pytest.mark.parametrize("quantity", [0.5, "0.5", None, "many", True, 10**12])
def test_what_is_no_count_of_units_is_named_as_that(quantity: Any) -> None:
    data = woocommerce()
    data["line_items"][0]["quantity"] = quantity
    translated = woocommerce_order(data)
    problems = translated if isinstance(translated, OrderProblem) else read_order(translated)
    assert isinstance(problems, tuple)
    assert {problem.field for problem in problems} == {"lines.0.quantity"}
