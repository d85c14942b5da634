"""Which goods a line can be exchanged for, and what is chosen of them (P9)."""

from datetime import UTC, datetime

import pytest

from portal.domain.cases.ask import ApplicationAsk, WantedVariant
from portal.domain.errors import Invalid
from portal.domain.exchanging.variants import priced, variants_on_offer
from portal.domain.money import Money
from portal.domain.orders.product import Product
from tests.support.order_facts import make_line

P9 = pytest.mark.req("P9")
NOW = datetime(2026, 11, 20, tzinfo=UTC)


def product(sku: str, price: int = 5000, group: str = "shirt", currency: str = "CNY", **values) -> Product:
    known = {"on_sale": True, "updated_at": NOW, "group": group, "variant": sku.lower()} | values
    return Product(sku=sku, price=Money(price, currency), **known)


def offered(*others: Product, own: str = "shirt", **line):
    lines = [make_line("1", 2, 10000, **line)]
    return variants_on_offer(lines, {"S-1": product("S-1", group=own)}, (product("S-1"), *others), "CNY")


def wants(sku: str, units: int = 2) -> ApplicationAsk:
    return ApplicationAsk(kind="exchange", units=(("1", units),), variants=(WantedVariant(line_id="1", sku=sku),))


@P9
def test_other_variants_on_sale_and_in_stock_are_offered_and_not_the_goods_themselves() -> None:
    found = offered(product("A"), product("B", stock=0), product("C", on_sale=False), product("D", currency="EUR"))
    assert [one.sku for one in found["1"]] == ["A"]


@P9
@pytest.mark.parametrize("own", ["", "other"])
def test_goods_of_no_group_or_another_one_have_no_variants(own: str) -> None:
    assert offered(product("A"), own=own) == {}


@P9
def test_a_gift_is_exchanged_for_the_same_gift_only() -> None:
    assert offered(product("A"), gift_of="2") == {}


@P9
def test_a_choice_is_kept_with_its_name_and_todays_price() -> None:
    ask = priced(wants("A"), offered(product("A", 6000)))
    assert ask.variants == (WantedVariant(line_id="1", sku="A", name="a", price=Money(6000, "CNY")),)


@P9
@pytest.mark.parametrize(("sku", "stock", "code"), [("Z", None, "not_offered"), ("A", 1, "too_few")])
def test_what_is_not_there_or_too_few_is_refused_by_its_line(sku: str, stock: int | None, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        priced(wants(sku), offered(product("A", stock=stock)))
    assert refused.value.problems == (("variant-1", code),)


@P9
def test_two_lines_share_the_stock_of_a_variant() -> None:
    lines = [make_line("1", 1, 5000), make_line("2", 1, 5000)]
    own = {line.sku: product(line.sku) for line in lines}
    found = variants_on_offer(lines, own, (product("A", stock=1),), "CNY")
    both = tuple(WantedVariant(line_id=line.id, sku="A") for line in lines)
    ask = ApplicationAsk(kind="exchange", units=(("1", 1), ("2", 1)), variants=both)
    with pytest.raises(Invalid) as refused:
        priced(ask, found)
    assert refused.value.problems == (("variant-2", "too_few"),)


@P9
def test_a_choice_for_a_line_that_is_not_asked_for_counts_for_nothing() -> None:
    ask = ApplicationAsk(kind="exchange", units=(("2", 1),), variants=(WantedVariant(line_id="1", sku="Z"),))
    assert priced(ask, {}).variants == ()
