"""再次购买 takes only what is still on sale, at today's price and stock (S16)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.money import Money
from portal.domain.orders.buying_again import DeliveryTerms, buy_again
from portal.domain.orders.product import Product, ProductOffer, take_product
from tests.support.order_facts import NOON, make_line, make_order

pytestmark = pytest.mark.req("S16")
DELIVERY = DeliveryTerms(freight=Money(1000, "CNY"), free_from=Money(9900, "CNY"))


def product(sku: str = "S-1", price: int = 4900, **values: object) -> Product:
    known = {"sku": sku, "price": Money(price, "CNY"), "on_sale": True, "updated_at": NOON}
    return Product(**(known | values))  # type: ignore[arg-type]


def test_what_is_on_sale_costs_what_it_costs_today() -> None:
    found = buy_again(make_order(make_line("1", 2, 9000)), {"S-1": product()}, DELIVERY, NOON)
    assert found.items == (("S-1", 2),)
    assert (found.goods, found.freight, found.total) == (Money(9800, "CNY"), Money(1000, "CNY"), Money(10800, "CNY"))


def test_delivery_is_free_from_the_sum_that_the_shop_says() -> None:
    found = buy_again(make_order(make_line("1", 2, 9000)), {"S-1": product(price=4950)}, DELIVERY, NOON)
    assert (found.freight, found.total) == (Money(0, "CNY"), Money(9900, "CNY"))


@pytest.mark.parametrize(
    ("known", "why"),
    [
        ({"S-1": product(on_sale=False)}, "off_sale"),
        ({"S-1": product(stock=0)}, "sold_out"),
        ({}, "unlisted"),
    ],
)
def test_what_cannot_be_bought_says_why(known: dict[str, Product], why: str) -> None:
    found = buy_again(make_order(), known, DELIVERY, NOON)
    assert [(line.units, line.why) for line in found.lines] == [(0, why)]
    assert found.items == () and found.goods is None and found.total is None


def test_gifts_are_not_bought_and_cancelled_units_are() -> None:
    lines = (make_line("1", 2, 9000, cancelled=2, gone=2), make_line("2", 1, 0, gift_of="1"))
    products = {"S-1": product(), "S-2": product("S-2")}
    found = buy_again(make_order(*lines, status="cancelled"), products, None, NOON)
    assert found.items == (("S-1", 2),) and found.lines[1].why == "gift"
    assert found.freight is None and found.total is None


def test_a_shop_that_tells_nothing_is_asked_in_its_own_basket() -> None:
    found = buy_again(make_order(make_line("1", 3, 9000)), None, DELIVERY, NOON)
    assert not found.is_known and found.items == (("S-1", 3),)
    assert (found.lines[0].why, found.goods) == ("unknown", None)


def test_offers_apply_from_a_number_of_units_and_between_two_times() -> None:
    day = timedelta(days=1)
    offers = (
        ProductOffer(title="两件九折", min_quantity=2),
        ProductOffer(title="三件八折", min_quantity=3),
        ProductOffer(title="昨天的", ends_at=NOON),
        ProductOffer(title="明天的", starts_at=NOON + day),
        ProductOffer(title="今天的", starts_at=NOON, ends_at=NOON + day),
    )
    found = buy_again(make_order(make_line("1", 2, 9000)), {"S-1": product(offers=offers)}, None, NOON)
    assert found.lines[0].offers == ("两件九折", "今天的")


def test_prices_in_another_currency_are_shown_and_not_added_up() -> None:
    products = {"S-1": product(), "S-2": replace(product("S-2"), price=Money(500, "JPY"))}
    found = buy_again(make_order(make_line("1"), make_line("2")), products, DELIVERY, NOON)
    assert len(found.items) == 2 and found.goods is None and found.freight is None


@given(st.lists(st.tuples(st.integers(1, 3), st.integers(1, 9)), min_size=1, max_size=8), st.integers(0, 12))
def test_no_more_is_ever_bought_than_there_is_or_was_ordered(wanted: list[tuple[int, int]], stock: int) -> None:
    lines = tuple(
        replace(make_line(str(number), count, 100), sku=f"S-{sku}") for number, (sku, count) in enumerate(wanted)
    )
    found = buy_again(make_order(*lines), {f"S-{n}": product(f"S-{n}", stock=stock) for n in (1, 2, 3)}, None, NOON)
    for sku, units in found.items:
        ordered = sum(line.quantity for line in lines if line.sku == sku)
        assert units == min(stock, ordered)
    for line in found.lines:
        assert (line.why == "") == (line.units == line.wanted) and (line.why == "sold_out") == (line.units == 0)


def test_a_version_of_a_product_is_newer_older_or_the_same() -> None:
    kept, later = product(), NOON + timedelta(hours=1)
    assert take_product(None, kept) == "created"
    assert take_product(kept, replace(kept, updated_at=later)) == "unchanged"
    assert take_product(kept, replace(kept, updated_at=later, stock=1)) == "updated"
    assert take_product(replace(kept, updated_at=later), kept) == "older"
