"""/orders/<no>/buy-again: from any order to the shop's basket (S16)."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from portal.domain.money import Money
from portal.domain.orders.product import Product, ProductOffer
from portal.repos.unit_of_work import unit_of_work
from tests.support.applications import bought
from tests.support.embedding import enter
from tests.support.make import make_customer
from tests.support.order_facts import NOON, make_line, make_order
from tests.support.page import Browserless, Page
from tests.support.shopper import Shopfront, sign_in
from tests.support.signing_in import Place, place

pytestmark = pytest.mark.req("S16")
BASKET = "https://shop.example/basket?add={items}&from={order_no}"
SETTINGS: dict[str, Any] = {"links": {"basket": BASKET}, "delivery": {"freight": "10.00", "free_from": "99.00"}}


@pytest.fixture
def front(app: Any) -> Shopfront:
    here = place(app)
    here.set_shop(**SETTINGS)
    return Shopfront(app, here.made)


def sell(front: Shopfront, *products: Product) -> None:
    with unit_of_work(front.deps) as work:
        for product in products:
            work.products.put(front.made.shop_id, product)


def product(sku: str, price: int = 4900, **values: Any) -> Product:
    known = {"sku": sku, "price": Money(price, "CNY"), "on_sale": True, "updated_at": NOON}
    return Product(**(known | values))


def basket(page: Page) -> str:
    return str(page.one("a[data-action=basket]").get("href"))


def test_today_stands_beside_then_and_the_basket_has_what_can_be_bought(front: Shopfront, shopper: Browserless) -> None:
    lines = (make_line("1", 2, 12000), make_line("2", 1, 5000), make_line("3", 4, 8000), make_line("4", 1, 100))
    number = front.take(bought(*lines))
    sell(
        front,
        product("S-1", offers=(ProductOffer(title="两件九折", min_quantity=2),)),
        product("S-2", on_sale=False),
        product("S-3", 50, stock=3),
    )
    page = shopper.open(f"/orders/{number}").act("buy_again")
    assert page.path == f"/orders/{number}/buy-again"
    first = page.one("[data-line='1']")
    assert first.says("¥49.00", "当时¥1.00", "现在贵了", "两件九折")
    assert page.one("[data-line='2']").says("已经下架") and page.one("[data-line='4']").says("商家现在不卖这件商品")
    assert page.one("[data-line='3']").says("库存只剩3件，当时买了4件", "现在便宜了")
    assert (page.amount("goods"), page.amount("freight"), page.amount("total")) == ("99.50", "0.00", "99.50")
    link = urlsplit(basket(page))
    assert parse_qs(link.query) == {"add": ["S-1:2,S-3:3"], "from": [number]}
    assert len(page.queries) <= 6


def test_a_whole_cancel_leads_there(front: Shopfront, shopper: Browserless) -> None:
    number = front.take(make_order(make_line("1", 1, 6000)))
    sell(front, product("S-1"))
    page = shopper.open(f"/orders/{number}").act("cancel").submit(f"/orders/{number}/cancel", reason="changed_mind")
    assert page.path == f"/orders/{number}" and page.refusal("cancel").rule == "SHOP-6"
    refused = shopper.open(f"/orders/{number}/cancel")
    assert refused.status == 409
    page = refused.act("buy_again")
    assert page.amount("goods") == "49.00" and basket(page).startswith("https://shop.example/basket?add=S-1:1")


def test_nothing_that_can_be_bought_is_said_and_leads_to_the_shop(front: Shopfront, shopper: Browserless) -> None:
    number = front.take(make_order(make_line("1", 1, 6000)))
    sell(front, product("S-1", stock=0))
    page = shopper.open(f"/orders/{number}/buy-again")
    assert page.says("这些商品现在买不到", "暂时缺货") and not page.has("[data-action=basket]")
    assert f"/contact?order_no={number}" in page.links.values()


def test_a_shop_that_tells_nothing_of_its_goods_has_its_basket_look(front: Shopfront, shopper: Browserless) -> None:
    number = front.take(make_order(make_line("1", 2, 6000)))
    page = shopper.open(f"/orders/{number}/buy-again")
    assert page.says("以购物车为准", "以商家的页面为准") and "add=S-1:2" in basket(page)
    assert not page.has("[data-amount]")


def test_a_shop_without_a_basket_is_asked(front: Shopfront, shopper: Browserless) -> None:
    with unit_of_work(front.deps) as work:
        work.shops.set(front.made.shop_id, settings={"returns": True})
    number = front.take(make_order(make_line("1", 2, 6000)))
    sell(front, product("S-1"))
    page = shopper.open(f"/orders/{number}/buy-again")
    assert not page.has("[data-action=basket]") and page.says("联系客服购买", "¥49.00")
    assert page.one("tr:has([data-amount=goods]) + tr").says("以购物车为准")


def test_an_order_of_many_lines_fills_one_basket_and_says_so(front: Shopfront, shopper: Browserless) -> None:
    number = front.take(make_order(*(make_line(str(n), 1, 100) for n in range(150))))
    sell(front, *(product(f"S-{n}") for n in range(150)))
    page = shopper.open(f"/orders/{number}/buy-again")
    assert page.says("一次最多放进100种商品")
    assert len(parse_qs(urlsplit(basket(page)).query)["add"][0].split(",")) == 100


def test_somebody_elses_order_is_not_there(front: Shopfront, visitor: Browserless) -> None:
    number = front.take(make_order())
    make_customer(front.deps, front.made.shop_id, 2)
    sign_in(visitor, "c-2")
    assert visitor.open(f"/orders/{number}/buy-again").status == 404


def test_out_of_a_frame_the_basket_opens_in_a_window_of_its_own(front: Shopfront, visitor: Browserless) -> None:
    here: Place = Place(front.app, front.made, None, None, None)  # type: ignore[arg-type]
    number = front.take(make_order(make_line("1", 1, 6000)))
    sell(front, product("S-1"))
    enter(here, visitor)
    link = visitor.open(f"/embed/tepai/orders/{number}/buy-again").one("a[data-action=basket]")
    assert (link.get("target"), link.get("rel")) == ("_blank", "noopener")
