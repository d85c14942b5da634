"""What shops export: Shopify's own table and one of a Chinese ERP, and what becomes of their odd rows."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest

from portal.adapters.feed_files import load_mapping, read_orders
from portal.domain.intake.balance import balance_problem
from portal.domain.intake.imported_order import ImportedOrder, Reject
from portal.schemas.order import read_order
from tests.support.workbooks import EXAMPLES, as_typed, rows_of, workbook

pytestmark = pytest.mark.req("P26")
SHOPIFY, ERP = "shopify_orders_export.csv", "erp_orders.csv"


def taken(raw: bytes, mapping: str) -> tuple[dict[str, ImportedOrder], list[Reject]]:
    orders, rejects = {}, []
    for found in read_orders(io.BytesIO(raw), "csv", load_mapping(mapping)):
        if isinstance(found, Reject):
            rejects.append(found)
            continue
        order = read_order(found.data)
        assert isinstance(order, ImportedOrder), order
        assert (order.unknown, balance_problem(order)) == ((), None)
        orders[order.number] = order
    return orders, rejects


@pytest.fixture(scope="module")
def shopify() -> dict[str, ImportedOrder]:
    return taken((EXAMPLES / SHOPIFY).read_bytes(), "shopify_orders")[0]


@pytest.fixture(scope="module")
def erp() -> dict[str, ImportedOrder]:
    return taken((EXAMPLES / ERP).read_bytes(), "erp")[0]


Orders = dict[str, ImportedOrder]


def test_taxes_beside_the_prices_are_shared_among_the_lines_and_the_code_is_a_coupon(shopify: Orders) -> None:
    order = shopify["1001"]
    assert [(line.tax.decimal(), line.coupon) for line in order.lines] == [("3.60", 500), ("2.88", 400)]
    assert (order.total.decimal(), order.freight.decimal(), order.status) == ("92.48", "5.00", "shipped")
    assert order.shipments[0].lines == (("1", 2), ("2", 1))


def test_taxes_inside_the_prices_are_not_added(shopify: Orders) -> None:
    order = shopify["1002"]
    assert (order.total.decimal(), {line.tax.minor for line in order.lines}) == ("53.91", {0})


def test_a_discount_of_the_freight_lowers_the_freight_and_no_price(shopify: Orders) -> None:
    order = shopify["1003"]
    assert (order.freight.minor, order.lines[0].net) == (0, 3000)


def test_a_currency_without_decimals_and_a_refund_of_a_part(shopify: Orders) -> None:
    order = shopify["1004"]
    assert (order.total.decimal(), order.refunds[0].amount.decimal(), order.status) == ("3000", "1500", "shipped")


def test_only_lines_that_were_fulfilled_are_in_the_parcel(shopify: Orders) -> None:
    assert [parcel.lines for parcel in shopify["1005"].shipments] == [(("1", 1),)]


def test_cancelled_unpaid_on_delivery_and_on_account_are_told_apart(shopify: Orders) -> None:
    assert {number: (shopify[number].status, shopify[number].payment_terms) for number in ("1006", "1007", "1008")} == {
        "1006": ("cancelled", "prepaid"),
        "1007": ("paid", "cod"),
        "1008": ("awaiting_payment", "prepaid"),
    }
    assert (shopify["1011"].status, shopify["1011"].payment_terms) == ("shipped", "cod")


def test_line_discounts_duties_removed_lines_and_untaxed_downloads(shopify: Orders) -> None:
    order = shopify["1010"]
    assert [(line.id, line.discount.decimal(), line.tax.decimal(), line.tags) for line in order.lines] == [
        ("1", "4.00", "2.88", ()),
        ("3", "0.00", "0.00", ("digital",)),
    ]
    assert [(fee.title, fee.amount.decimal()) for fee in order.fees] == [("duties", "8.00")]
    assert order.payments[0].method == "Shopify Payments + Gift Card + S"


def test_marks_of_the_spreadsheet_are_no_part_of_phone_and_postcode(shopify: Orders) -> None:
    ship_to, contact = shopify["1001"].ship_to, shopify["1001"].contact
    assert ship_to is not None and contact is not None
    assert (ship_to.postcode, ship_to.region, contact.phone) == ("94103", "California San Francisco", "+14155550134")


def test_what_does_not_come_to_its_total_is_rejected_with_the_difference() -> None:
    _, rejects = taken((EXAMPLES / SHOPIFY).read_bytes(), "shopify_orders")
    assert [(one.line, one.order, one.field, one.is_order) for one in rejects] == [
        (13, "1009", "total", True),
        (15, "1010", "lines.1.quantity", False),
    ]
    assert rejects[0].reason.endswith("difference 1.50")


def test_merged_cells_thousands_full_width_digits_and_wraps_are_understood(erp: Orders) -> None:
    assert [(line.sku, line.net) for line in erp["260110123456789012"].lines] == [("TEE-B-L", 11980), ("CUP-1", 3000)]
    assert erp["260110123456789012"].shipments[0].lines == (("1", 2), ("2", 1))
    assert erp["260110123456789013"].paid.decimal() == "2829.00"
    assert erp["260110123456789014"].lines[0].net == 3750


def test_a_discount_that_stands_in_two_columns_counts_once(erp: Orders) -> None:
    order = erp["260110123456789015"]
    assert (order.total.decimal(), order.lines[0].discount.decimal(), order.discounts) == ("360.00", "39.00", ())


def test_rounded_numbers_errors_and_wrong_sums_are_named_and_the_row_of_sums_is_no_order() -> None:
    orders, rejects = taken((EXAMPLES / ERP).read_bytes(), "erp")
    assert len(orders) == 6
    assert [(one.line, one.field, one.is_order) for one in rejects] == [
        (10, "number", True),
        (11, "lines.0.sku", True),
        (14, "total", True),
        (15, "", False),
    ]
    assert [one.reason.split(":")[0] for one in rejects[:2]] == [
        "looks like a spreadsheet's rounding of a number",
        "is an error of the spreadsheet, no value",
    ]


def of_dates_and_numbers() -> bytes:
    return workbook([[as_typed(text) for text in row] for row in rows_of(ERP)])


def merged() -> bytes:
    """As a person would see it: the order's cells are one cell over its rows, its number is text."""

    def merge(sheet: object) -> None:
        for column in "ABCD":
            sheet.merge_cells(f"{column}3:{column}4")  # type: ignore[attr-defined] # a sheet of openpyxl

    return workbook([[as_typed(text) for text in row] for row in rows_of(ERP)], change=merge)


@pytest.mark.parametrize(
    "raw",
    [
        lambda: (EXAMPLES / ERP).read_text("utf-8").encode("gb18030"),
        lambda: (EXAMPLES / ERP).read_text("utf-8").encode("utf-8-sig"),
        of_dates_and_numbers,
        merged,
    ],
    ids=["gb18030", "bom", "dates and numbers", "merged cells"],
)
def test_the_same_table_in_another_file_is_the_same_orders(raw: Callable[[], bytes]) -> None:
    assert taken(raw(), "erp") == taken((EXAMPLES / ERP).read_bytes(), "erp")
