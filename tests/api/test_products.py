"""PUT /products/{sku}: what the shop sells, for buying again and product pages (S16, P12)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from portal.domain.identity.access import Actor
from portal.domain.money import Money
from portal.domain.orders.product import Product
from portal.repos.unit_of_work import reading
from portal.services.intake.import_product import import_product
from portal.services.shops.api_tokens import add_token
from tests.support.make import make_shop
from tests.support.signing_in import Place, place

pytestmark = pytest.mark.req("S16", "P12")
BODY = {"price": "59.90", "on_sale": True, "stock": 3, "updated_at": "2026-11-20T10:00:00+08:00"}


@pytest.fixture
def here(app: Flask) -> Place:
    return place(app)


def put(here: Place, at: str = "S-1", token: str = "", **values: Any) -> Any:
    headers = {"Authorization": f"Bearer {token or here.made.keys.token}"}
    return here.app.test_client().put(f"/api/v1/products/{at}", json=BODY | values, headers=headers)


def kept(here: Place, sku: str = "S-1") -> Product | None:
    with reading(here.deps) as work:
        return work.products.find(here.made.shop_id, sku)


def test_a_product_is_created_updated_and_sent_again_without_effect(here: Place) -> None:
    assert (put(here).status_code, put(here).get_json()) == (201, {"result": "unchanged"})
    later = put(here, price="49.90", updated_at="2026-11-21T10:00:00+08:00")
    assert (later.status_code, later.get_json()) == (200, {"result": "updated"})
    assert put(here, price="99.00").get_json() == {"result": "older"}
    found = kept(here)
    assert found and (found.price, found.stock, found.on_sale) == (Money(4990, "CNY"), 3, True)


def test_everything_that_is_wrong_is_told_and_nothing_is_kept(here: Place) -> None:
    offers = [{"title": " ", "ends_at": "soon"}]
    answer = put(here, price="1.234", stock=-1, on_sale="yes", offers=offers, tags="fresh")
    assert answer.status_code == 422
    fields = {one["field"] for one in answer.get_json()["errors"]}
    assert fields == {"price", "stock", "on_sale", "offers.0.title", "offers.0.ends_at", "tags"}
    assert [one["field"] for one in put(here, sku="S-2").get_json()["errors"]] == ["sku"]
    assert kept(here) is None


def test_a_currency_of_its_own_decides_how_many_decimals_a_price_has(here: Place) -> None:
    assert put(here, currency="JPY", price="500").status_code == 201
    assert put(here, "S-3", currency="JPY", price="500.5").status_code == 422
    assert put(here, "S-4", currency="XXX").status_code == 422


def test_a_token_without_the_scope_may_not_and_another_shop_has_its_own(here: Place) -> None:
    admin = Actor(kind="operator", shop_id=here.made.shop_id)
    assert put(here, token=add_token(actor=admin, scopes=("orders:write",), deps=here.deps)).status_code == 403
    other = make_shop(here.deps, "other")
    assert put(here, token=other.keys.token, price="1.00").status_code == 201
    assert kept(here) is None


def test_two_first_versions_at_once_leave_the_newer_one(database: str, portal_on: Any) -> None:
    here = place(portal_on(database))
    base = Product(sku="S-1", price=Money(1, "CNY"), on_sale=True, updated_at=datetime(2026, 11, 1, tzinfo=UTC))
    sent = [replace(base, price=Money(n, "CNY"), updated_at=base.updated_at + timedelta(hours=n)) for n in range(1, 9)]
    with ThreadPoolExecutor(4) as threads:
        taken = list(threads.map(lambda one: import_product(shop_id=1, product=one, deps=here.deps), sent))
    assert taken.count("created") == 1 and set(taken) <= {"created", "updated", "older"}
    found = kept(here)
    assert found and found.price.minor == 8
