"""A shop on Shopify, over its Admin API (GraphQL): the port `ShopPlatform`.

A webhook is a hint: the order is fetched as it is now, so that late, repeated and overtaking ones do no harm.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from portal.adapters.connect_http import JsonHttp
from portal.adapters.connect_signatures import header, signed_body
from portal.adapters.feed_translation import words
from portal.adapters.shopify_api import Json, ShopifyApi, ShopifyRefusal
from portal.adapters.shopify_marks import legacy_id
from portal.adapters.shopify_orders import read_order
from portal.adapters.shopify_pushes import add_note, cancel
from portal.adapters.shopify_queries import ORDERS, PRODUCTS, SHOP
from portal.adapters.shopify_refunds import find_refund, refund, refunds_since
from portal.adapters.shopify_returns import record_return
from portal.domain.connectors.config import ConnectorConfig, Platform
from portal.domain.errors import ProviderUnavailable
from portal.ports import (
    BadWebhook,
    CheckStep,
    Clock,
    OrdersPage,
    PlatformCancel,
    PlatformNote,
    PlatformNotice,
    PlatformOrder,
    PlatformProduct,
    PlatformRefund,
    PlatformReturn,
    ProductsPage,
    PushAnswer,
    RailRefund,
    RefundAnswer,
)
from portal.ports.connectors import About

SCOPES = ("read_orders", "write_orders", "read_products", "read_locations", "read_returns", "write_returns")
"""What the token must be allowed. `read_all_orders` besides, for orders older than 60 days."""
_PAGE = 20
_ABOUT: Mapping[str, About] = {"orders": "order", "products": "product"}
_OF_AN_ORDER = ("refunds/", "fulfillments/", "order_transactions/", "returns/", "fulfillment_events/")


class ShopifyPlatform:
    """`config`: of platform `shopify`."""

    name: Platform = "shopify"

    def __init__(self, config: ConnectorConfig, http: JsonHttp, clock: Clock) -> None:
        self._config = config
        self._api = ShopifyApi(config, http, clock)

    def read_webhook(self, headers: Mapping[str, str], body: bytes) -> PlatformNotice:
        data = signed_body(headers, "X-Shopify-Hmac-Sha256", self._config.webhook_secret, body)
        host, said = urlsplit(self._config.url).hostname or "", header(headers, "X-Shopify-Shop-Domain")
        if host.endswith(".myshopify.com") and said.lower() != host:
            raise BadWebhook("another shop")
        return _notice(header(headers, "X-Shopify-Topic"), data)

    def check(self) -> Iterator[CheckStep]:
        try:
            answer = self._api.answer(SHOP)
        except (ShopifyRefusal, ProviderUnavailable) as problem:
            yield CheckStep(name="reach", is_ok=False, detail=getattr(problem, "reason", ""))
            return
        shop = answer.data["shop"]
        yield CheckStep(name="reach", is_ok=True, detail=f"{shop['name']} ({shop['myshopifyDomain']})")
        is_same = answer.version in ("", self._api.version)
        detail = answer.version if is_same else f"{answer.version} answers, {self._api.version} has ended"
        yield CheckStep(name="version", is_ok=is_same, detail=detail)
        if not is_same:
            return
        may = {scope["handle"] for scope in answer.data["currentAppInstallation"]["accessScopes"]}
        missing = [scope for scope in SCOPES if scope not in may and scope.replace("read_", "write_") not in may]
        yield CheckStep(name="scopes", is_ok=not missing, detail=f"missing: {', '.join(missing)}" if missing else "")
        if not missing:
            yield self._reads_an_order(sees_all="read_all_orders" in may)

    def _reads_an_order(self, *, sees_all: bool) -> CheckStep:
        try:
            self._api.ask(ORDERS, after=None, query=None, first=1)
        except (ShopifyRefusal, ProviderUnavailable) as problem:
            return CheckStep(name="orders", is_ok=False, detail=problem.reason)
        return CheckStep(name="orders", is_ok=True, detail="" if sees_all else "of the last 60 days (read_all_orders)")

    def orders_page(self, cursor: str, *, since: datetime | None) -> OrdersPage:
        query = f"updated_at:>='{since.strftime('%Y-%m-%dT%H:%M:%SZ')}'" if since else None
        page = self._reading(ORDERS, after=cursor or None, query=query, first=_PAGE)["orders"]
        orders = [self.find_order(legacy_id(one["id"])) for one in page["nodes"]]
        more = page["pageInfo"]
        found = tuple(order for order in orders if order is not None)
        return OrdersPage(orders=found, cursor=more["endCursor"] if more["hasNextPage"] else "")

    def find_order(self, external_id: str) -> PlatformOrder | None:
        try:
            return read_order(self._api, external_id, self._config.states)
        except ShopifyRefusal as no:
            raise ProviderUnavailable("shopify", no.reason) from no

    def products_page(self, cursor: str) -> ProductsPage:
        page = self._reading(PRODUCTS, after=cursor or None, query=None)["productVariants"]
        more = page["pageInfo"]
        found = tuple(_product(one) for one in page["nodes"] if one.get("sku"))
        return ProductsPage(products=found, cursor=more["endCursor"] if more["hasNextPage"] else "")

    def find_product(self, external_id: str) -> tuple[PlatformProduct, ...]:
        if not external_id.isascii() or not external_id.isdigit():
            return ()
        page = self._reading(PRODUCTS, after=None, query=f"product_id:{external_id}")["productVariants"]
        return tuple(_product(one) for one in page["nodes"] if one.get("sku"))

    def cancel(self, ask: PlatformCancel) -> PushAnswer:
        try:
            return cancel(self._api, ask)
        except ShopifyRefusal as no:
            return PushAnswer(outcome="refused", reason=no.reason)

    def refund(self, ask: PlatformRefund) -> RefundAnswer:
        return refund(self._api, ask)

    def find_refund(self, ask: PlatformRefund) -> RefundAnswer:
        return find_refund(self._api, ask)

    def refunds_since(self, since: datetime) -> Iterator[RailRefund]:
        return refunds_since(self._api, since)

    def add_note(self, ask: PlatformNote) -> PushAnswer:
        try:
            return add_note(self._api, ask)
        except ShopifyRefusal as no:
            return PushAnswer(outcome="refused", reason=no.reason)

    def record_return(self, ask: PlatformReturn) -> PushAnswer:
        try:
            return record_return(self._api, ask)
        except (ShopifyRefusal, ValueError) as no:
            return PushAnswer(outcome="refused", reason=str(no)[:200])

    def _reading(self, query: str, /, **variables: Any) -> Json:
        try:
            return self._api.ask(query, **variables)
        except ShopifyRefusal as no:
            raise ProviderUnavailable("shopify", no.reason) from no


def _notice(topic: str, data: Json) -> PlatformNotice:
    """By the topic. What is sent of persons (`customers/redact`) and of the app is of no interest to an order."""
    subject, _, what = topic.partition("/")
    about = _ABOUT.get(subject)
    if about and data.get("id"):
        return PlatformNotice(about=about, external_id=str(data["id"]), is_deleted=what == "delete", topic=topic)
    if topic.startswith(_OF_AN_ORDER) and (order := _order_id(data)):
        return PlatformNotice(about="order", external_id=order, topic=topic)
    return PlatformNotice(about="nothing", topic=topic)


def _order_id(data: Json) -> str:
    inner = data.get("order")
    return str(data.get("order_id") or (inner.get("id") if isinstance(inner, dict) else "") or "")


def _product(one: Json) -> PlatformProduct:
    """A variant, for buying again. On sale is what its shop shows and Shopify would sell."""
    product = one["product"]
    is_on_sale = product["status"] == "ACTIVE" and bool(one["availableForSale"])
    body = {
        "title": words(product.get("title")),
        "price": str(one["price"]),
        "on_sale": is_on_sale,
        "stock": max(0, one["inventoryQuantity"]) if one.get("inventoryQuantity") is not None else None,
        "product_url": product.get("onlineStoreUrl"),
        "group": legacy_id(product["id"]),
        "variant": words(one.get("title")),
        "updated_at": one.get("updatedAt"),
    }
    sku = words(one["sku"])
    return PlatformProduct(sku=sku, body={name: value for name, value in body.items() if value not in (None, "")})
