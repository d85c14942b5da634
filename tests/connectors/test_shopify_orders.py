"""Orders of a shop on Shopify as they come in: whole, in the shop's currency, whatever became of them there."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from portal.domain.errors import ProviderUnavailable
from portal.domain.intake.feed_refunds import with_feed_refunds
from portal.domain.intake.order_facts import order_of as order_facts
from tests.connectors.shopify_connected import id_of, line_ids, opened, taken
from tests.connectors.shopify_counterpart import Counterpart
from tests.connectors.shopify_orders import PLACED, Currencies, Item, Placed, order_of, sent
from tests.connectors.shopify_webhooks import webhook

pytestmark = pytest.mark.req("P26")


def test_an_order_comes_with_its_discounts_taxes_freight_and_payment(shopify: Counterpart) -> None:
    items = [Item(quantity=2, off="5.00", tax="3.30"), Item(sku="S-2", price="10.00")]
    order = shopify.shop.add(order_of(Placed(items=items, freight_tax="1.00")))
    found = taken(opened(shopify), order)
    assert (found.number, found.total.decimal(), found.paid.decimal()) == ("1001", "137.30", "137.30")
    assert [line.net for line in found.lines] == [11630, 1000]
    assert (found.freight.minor, found.freight_tax.minor, found.status) == (1000, 100, "paid")
    assert (found.customer and found.customer.name, found.ship_to and found.ship_to.region) == ("张三", "上海 上海")
    assert found.lines[0].image_url == "https://cdn.shop.example/S-1.jpg"
    assert found.lines[0].product_url == "https://shop.example/products/s-1"


def test_a_line_that_is_taxed_by_state_county_and_city_comes_with_all_of_it(shopify: Counterpart) -> None:
    order = order_of(Placed(items=[Item(tax="6.00")]))
    (whole,) = order["lineItems"][0]["taxLines"]
    order["lineItems"][0]["taxLines"] = [whole | {"priceSet": Currencies().bag("1.00")} for _ in range(6)]
    assert taken(opened(shopify), shopify.shop.add(order)).lines[0].tax.decimal() == "6.00"


def test_what_is_inside_the_prices_is_not_added_to_them(shopify: Counterpart) -> None:
    order = shopify.shop.add(order_of(Placed(items=[Item(tax="5.36")], taxes_included=True)))
    found = taken(opened(shopify), order)
    assert (found.total.decimal(), found.lines[0].tax.minor) == ("69.00", 0)


def test_yen_come_without_decimals_though_shopify_writes_one(shopify: Counterpart) -> None:
    placed = Placed(items=[Item(price="5900")], freight="500", currencies=Currencies(shop="JPY"))
    found = taken(opened(shopify), shopify.shop.add(order_of(placed)))
    assert (found.total.minor, found.lines[0].unit_price, found.freight.minor) == (6400, Decimal(5900), 500)


def test_what_a_customer_saw_in_another_currency_counts_in_the_shops(shopify: Counterpart) -> None:
    seen = Currencies(shop="CNY", presentment="USD", rate=Decimal("0.1403"))
    placed = Placed(
        items=[Item(quantity=3, price="33.33")], currencies=seen, tenders={"gift_card": "7.77", "stripe": ""}
    )
    found = taken(opened(shopify), shopify.shop.add(order_of(placed)))
    assert (found.currency, found.total.decimal(), found.paid.decimal()) == ("CNY", "109.99", "109.99")
    assert [(paid.method, paid.captured.decimal()) for paid in found.payments] == [
        ("gift_card", "7.77"),
        ("stripe", "102.22"),
    ]


def test_a_guest_without_a_customer_is_reached_by_what_they_wrote(shopify: Counterpart) -> None:
    found = taken(opened(shopify), shopify.shop.add(order_of(Placed(customer=None))))
    assert found.customer is None
    assert found.contact and (found.contact.phone, found.contact.mail) == ("+8613800000001", "buyer@shop.example")


def test_goods_that_were_deleted_since_stay_on_their_order(shopify: Counterpart) -> None:
    found = taken(opened(shopify), shopify.shop.add(order_of(Placed(items=[Item(deleted=True)]))))
    assert (found.lines[0].sku, found.lines[0].product_url) == ("S-1", "")


def test_units_an_edit_took_off_are_gone(shopify: Counterpart) -> None:
    order = shopify.shop.add(order_of(Placed(items=[Item(), Item(sku="S-2")])))
    order["lineItems"][1] |= {"currentQuantity": 0, "refundableQuantity": 0, "unfulfilledQuantity": 0}
    order["edited"] = True
    found = taken(opened(shopify), order)
    counted = with_feed_refunds(order_facts(found), found.refunds).order
    assert counted.units_unshipped() == ((line_ids(order)[0], 1),)


def test_parcels_come_with_their_units_and_when_they_arrived(shopify: Counterpart) -> None:
    order = shopify.shop.add(order_of(Placed(items=[Item(quantity=3)])))
    sent(order, units={"S-1": 1}, at=PLACED, delivered=True)
    sent(order, units={"S-1": 1}, at=PLACED + timedelta(days=1))
    found = taken(opened(shopify), order)
    first, second = found.shipments
    assert (first.carrier, first.lines, first.delivered_at) == (
        "SF Express",
        ((line_ids(order)[0], 1),),
        PLACED + timedelta(days=2),
    )
    assert (second.delivered_at, found.status) == (None, "shipped")


def test_an_order_that_the_warehouse_has_begun_is_being_packed(shopify: Counterpart) -> None:
    order = shopify.shop.add(order_of(Placed()))
    order["displayFulfillmentStatus"] = "IN_PROGRESS"
    assert taken(opened(shopify), order).status == "picking"
    assert taken(opened(shopify, states={"in_progress": "paid"}), order).status == "paid"


def test_an_order_of_many_lines_parcels_and_refunds_is_read_to_its_end(shopify: Counterpart) -> None:
    items = [Item(sku=f"S-{at}", price="1.00") for at in range(105)]
    order = shopify.shop.add(order_of(Placed(items=items)))
    for at in range(23):
        sent(order, units={f"S-{at}": 1}, at=PLACED + timedelta(hours=at))
    sent(order, units={f"S-{at}": 1 for at in range(23, 105)}, at=PLACED + timedelta(days=1))
    found = taken(opened(shopify), order)
    assert (len(found.lines), len(found.shipments)) == (105, 24)
    assert sum(count for parcel in found.shipments for _, count in parcel.lines) == 105
    assert shopify.bucket.available < 2000


def test_orders_come_by_their_last_change_page_by_page_and_none_twice(shopify: Counterpart) -> None:
    for at in range(45):
        shopify.shop.add(order_of(Placed(number=str(2000 + at), placed_at=PLACED + timedelta(minutes=at))))
    platform = opened(shopify)
    first = platform.orders_page("", since=None)
    assert (len(first.orders), first.orders[0].number, first.cursor != "") == (20, "2000", True)
    numbers, cursor = [order.number for order in first.orders], first.cursor
    while cursor:
        page = opened(shopify).orders_page(cursor, since=None)
        numbers, cursor = numbers + [order.number for order in page.orders], page.cursor
    assert numbers == [str(2000 + at) for at in range(45)]
    late = platform.orders_page("", since=PLACED + timedelta(minutes=43))
    assert [order.number for order in late.orders] == ["2043", "2044"]


def test_an_order_that_cannot_be_read_is_named_and_holds_up_none(shopify: Counterpart) -> None:
    broken, good = (shopify.shop.add(order_of(Placed(number=number))) for number in ("1", "2"))
    broken["totalPriceSet"] = Currencies().bag("1.00")
    found = {order.number: order for order in opened(shopify).orders_page("", since=None).orders}
    assert found["1"].problem and found["1"].problem.field == "total_price"
    assert found["2"].problem is None and found["2"].external_id == id_of(good)


def test_an_order_that_is_not_there_or_never_was_is_none(shopify: Counterpart) -> None:
    platform = opened(shopify)
    assert [platform.find_order(name) for name in ("1", "", "no id", "1) { shop", "９")] == [None] * 5


def test_orders_older_than_60_days_are_not_seen_without_the_scope_for_them(shopify: Counterpart) -> None:
    order = shopify.shop.add(order_of(Placed(placed_at=shopify.shop.now() - timedelta(days=61))))
    assert opened(shopify).find_order(id_of(order)) is not None
    shopify.shop.scopes = tuple(scope for scope in shopify.shop.scopes if scope != "read_all_orders")
    assert opened(shopify).find_order(id_of(order)) is None
    assert list(opened(shopify).check())[-1].detail == "of the last 60 days (read_all_orders)"


def test_a_page_that_shopify_breaks_off_is_unknown_and_is_read_again(shopify: Counterpart) -> None:
    shopify.shop.add(order_of(Placed()))
    for kind in ("down", "html", "torn", "internal", "slow"):
        shopify.plan("orders", kind)
        shopify.slowness = 30.0
        with pytest.raises(ProviderUnavailable):
            opened(shopify, read=0.3 if kind == "slow" else 8.0).orders_page("", since=None)
        assert len(opened(shopify).orders_page("", since=None).orders) == 1


def test_what_is_sold_comes_by_its_sku_with_price_stock_and_page(shopify: Counterpart) -> None:
    order = shopify.shop.add(order_of(Placed(items=[Item(), Item(sku="S-2"), Item(sku="")])))
    order["lineItems"][1]["variant"]["product"]["status"] = "ARCHIVED"
    page = opened(shopify).products_page("")
    first, second = page.products
    assert (first.sku, first.body["price"], first.body["stock"], first.body["on_sale"]) == ("S-1", "59.00", 8, True)
    assert (second.sku, second.body["on_sale"], page.cursor) == ("S-2", False, "")
    (only,) = opened(shopify).find_product(order["lineItems"][0]["product"]["id"].rpartition("/")[2])
    assert only == first
    assert opened(shopify).find_product("x OR title:*") == ()


def test_a_webhook_and_the_order_name_the_same_id(shopify: Counterpart) -> None:
    order = shopify.shop.add(order_of(Placed()))
    platform = opened(shopify)
    notice = platform.read_webhook(*webhook(order))
    found = platform.find_order(notice.external_id)
    assert found and found.number == "1001"
