"""May this be returned, until when, by which rule (P22): of an order, and for anybody of goods not bought yet."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from portal.pages.api.options import order_options
from portal.pages.api.product_options import product_options
from portal.pages.values.options import ProductQuestion
from portal.routes.api import api
from portal.schemas.product_query import read_query
from portal.services.identity.visits import VisitedShop
from portal.web.answers.options import order_answer, product_answer
from portal.web.request.current import deps, language_of, shop_by_address
from portal.web.security.guards import feed_actor, public, shop_of_token, shop_token, token_shop


@api.get("/orders/<number>/options")
@shop_token("orders:read")
def get_order_options(number: str) -> ResponseReturnValue:
    shop = token_shop()
    locale = _locale(shop)
    options = order_options(order_no=number, locale=language_of(locale), actor=feed_actor(), deps=deps())
    return order_answer(options, shop, locale)


@api.get("/products/<path:sku>/options")
@public
def get_product_options(sku: str) -> ResponseReturnValue:
    own = shop_of_token()
    shop = own or shop_by_address()
    locale, query = _locale(shop), read_query(request.args)
    asked = ProductQuestion(
        shop_id=shop.id, sku=sku, placed_at=query.get("placed_at"), country=query.get("country") or ""
    )
    options = product_options(asked, locale=language_of(locale), settings=shop.settings, deps=deps())
    return product_answer(options, shop, locale, is_of_token=own is not None)


def _locale(shop: VisitedShop) -> str:
    """zh-CN or en: `locale`, else the shop's."""
    asked = request.args.get("locale", "") or shop.settings.locale
    return "en" if language_of(asked) == "en" else "zh-CN"
