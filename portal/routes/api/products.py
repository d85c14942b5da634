"""What the shop sells, as its program sends it: for buying again and for product pages."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from portal.routes.api import api
from portal.routes.api.body import json_body
from portal.schemas.product_body import read_product
from portal.services.intake.import_product import import_product
from portal.web.request.current import deps, now
from portal.web.security.guards import shop_token, token_shop


@api.put("/products/<path:sku>")
@shop_token("products:write")
def put_product(sku: str) -> ResponseReturnValue:
    shop = token_shop()
    product = read_product(sku, json_body(), currency=shop.settings.currency, now=now())
    taken = import_product(shop_id=shop.id, product=product, deps=deps())
    return {"result": taken}, 201 if taken == "created" else 200
