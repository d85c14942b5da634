"""WooCommerce by its REST API v3 and its webhooks: the port `ShopPlatform`.

Its API knows no idempotency: whatever changes something leaves a mark with our key there and looks for it first.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from portal.adapters.connect_http import JsonAnswer, JsonHttp
from portal.adapters.connect_signatures import header, signed_body
from portal.adapters.connect_woocommerce_products import bodies_of
from portal.adapters.connect_woocommerce_refunds import WooCommerceRefunds
from portal.adapters.feed_translation import words
from portal.adapters.feed_woocommerce import woocommerce_order
from portal.domain.connectors.config import ConnectorConfig, Platform
from portal.domain.errors import ProviderUnavailable
from portal.domain.intake.imported_order import OrderProblem
from portal.ports import (
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

PER_PAGE = 50
_API = "/wp-json/wc/v3"
_DRAFTS = frozenset({"auto-draft", "checkout-draft", "draft", "trash", "new"})
_PING = re.compile(rb"webhook_id=\d{1,12}")
_PRODUCT_EVENTS = ("product.created", "product.updated", "product.restored", "product.deleted")
CANCELLED = ("cancelled", "refunded")


class WooCommerce:
    """Of one shop."""

    name: Platform = "woocommerce"

    def __init__(self, config: ConnectorConfig, http: JsonHttp, clock: Clock) -> None:
        self._config, self._http, self._clock = config, http, clock
        key = f"{config.keys['consumer_key']}:{config.keys['consumer_secret']}"
        self._headers = {"Authorization": f"Basic {base64.b64encode(key.encode()).decode()}"}
        self._refunds = WooCommerceRefunds(self.call, clock)

    def call(self, method: str, path: str, query: Mapping[str, Any] | None = None, body: Any = None) -> JsonAnswer:
        """Raises ProviderUnavailable, also where our keys are refused: nothing is known then."""
        url = f"{self._config.url}{_API}{path}" + (f"?{urlencode(query)}" if query else "")
        answer = self._http.call(method, url, self._headers, body)
        if answer.status in (401, 403):
            raise ProviderUnavailable(self.name, f"HTTP {answer.status} {said(answer)}"[:200])
        if answer.status >= 500 and not code_of(answer):
            raise ProviderUnavailable(self.name, f"HTTP {answer.status}")
        return answer

    def read_webhook(self, headers: Mapping[str, str], body: bytes) -> PlatformNotice:
        """As a webhook is saved there an unsigned ping is sent, which must be answered 200."""
        if _PING.fullmatch(body) and not header(headers, "X-WC-Webhook-Topic"):
            return PlatformNotice(about="nothing", topic="ping")
        data = signed_body(headers, "X-WC-Webhook-Signature", self._config.webhook_secret, body)
        topic, external_id = header(headers, "X-WC-Webhook-Topic"), words(data.get("id"))[:64]
        if not external_id:
            return PlatformNotice(about="nothing", topic=topic[:64])
        is_deleted = topic.endswith(".deleted")
        if topic.startswith("order."):
            return PlatformNotice(about="order", external_id=external_id, is_deleted=is_deleted, topic=topic[:64])
        if topic in _PRODUCT_EVENTS:
            product = words(data.get("parent_id")) if data.get("parent_id") else external_id
            return PlatformNotice(about="product", external_id=product, is_deleted=is_deleted, topic=topic)
        return PlatformNotice(about="nothing", external_id=external_id, topic=topic[:64])

    def check(self) -> Iterator[CheckStep]:
        """Without writing anything: that a key may write is said by the permissions it was made with."""
        yield self._step("reach", "/system_status", {"_fields": "environment"})
        yield self._step("orders", "/orders", {"per_page": 1})
        yield self._step("products", "/products", {"per_page": 1})

    def _step(self, name: str, path: str, query: Mapping[str, Any]) -> CheckStep:
        try:
            answer = self.call("GET", path, query)
        except ProviderUnavailable as problem:
            return CheckStep(name=name, is_ok=False, detail=problem.reason)
        return CheckStep(name=name, is_ok=answer.is_ok, detail="" if answer.is_ok else said(answer))

    def orders_page(self, cursor: str, *, since: datetime | None) -> OrdersPage:
        """By the time of the last change and not by pages: an order that changes meanwhile moves to the end, and pages
        would skip one for it. Pages serve orders of one second only."""
        after, page = _place(cursor, since)
        query: dict[str, Any] = {"per_page": PER_PAGE, "orderby": "modified", "order": "asc", "page": page}
        if after:
            query |= {"modified_after": after, "dates_are_gmt": "true"}
        answer = self._list("/orders", query)
        rows = [row for row in answer.data if isinstance(row, dict)]
        found = tuple(self._order(row) for row in rows if words(row.get("status")) not in _DRAFTS)
        total = answer.headers.get("x-wp-total", "")
        return OrdersPage(
            orders=found,
            cursor=_next_place(rows, after, page) if len(rows) == PER_PAGE else "",
            total=int(total) if total.isdecimal() else None,
        )

    def find_order(self, external_id: str) -> PlatformOrder | None:
        row = self.order_row(external_id)
        return self._order(row) if row else None

    def order_row(self, external_id: str) -> dict[str, Any] | None:
        """As the API has it. None: there is none, or it lies in the bin, or this is no id of its."""
        if not (external_id.isascii() and external_id.isdecimal()):
            return None
        answer = self.call("GET", f"/orders/{external_id}")
        if answer.status == 404 or (answer.is_ok and answer.data.get("status") in _DRAFTS):
            return None
        if not answer.is_ok:
            raise ProviderUnavailable(self.name, said(answer))
        row: dict[str, Any] = answer.data
        return row

    def _order(self, row: dict[str, Any]) -> PlatformOrder:
        external_id = words(row.get("id"))
        documents = self._refunds.of(external_id) if row.get("refunds") else []
        found = woocommerce_order(row, self._config.states, documents)
        return PlatformOrder(
            external_id=external_id,
            number=words(row.get("number")) or external_id,
            updated_at=_moment(row.get("date_modified_gmt")),
            data=None if isinstance(found, OrderProblem) else found,
            problem=found if isinstance(found, OrderProblem) else None,
        )

    def products_page(self, cursor: str) -> ProductsPage:
        page = int(cursor or 1)
        rows = self._list("/products", {"per_page": PER_PAGE, "page": page, "orderby": "id", "order": "asc"}).data
        found = [body for row in rows if isinstance(row, dict) for body in self._products(row)]
        return ProductsPage(products=tuple(found), cursor=str(page + 1) if len(rows) == PER_PAGE else "")

    def find_product(self, external_id: str) -> tuple[PlatformProduct, ...]:
        answer = self.call("GET", f"/products/{external_id}")
        return tuple(self._products(answer.data)) if answer.is_ok else ()

    def _products(self, row: dict[str, Any]) -> Iterable[PlatformProduct]:
        variations: list[dict[str, Any]] = []
        if row.get("type") == "variable":
            variations = self._list(f"/products/{words(row.get('id'))}/variations", {"per_page": 100}).data
        return bodies_of(row, variations)

    def _list(self, path: str, query: Mapping[str, Any]) -> JsonAnswer:
        answer = self.call("GET", path, query)
        if not answer.is_ok or not isinstance(answer.data, list):
            raise ProviderUnavailable(self.name, said(answer))
        return answer

    def cancel(self, ask: PlatformCancel) -> PushAnswer:
        """The whole order: its state. Some units: a note, since their refund takes them off its lines there."""
        row = self.order_row(ask.external_id)
        if row is None:
            return PushAnswer(outcome="refused", reason="the order is not there any more")
        if ask.units:
            units = ", ".join(f"{count} × {_title(row, line_id)}" for line_id, count in ask.units.items())
            return self._note(ask.external_id, ask.key, f"{ask.note} {units}".strip())
        if row.get("status") in CANCELLED:
            return PushAnswer(outcome="already")
        if row.get("status") == "completed":
            return PushAnswer(outcome="refused", reason="the order is completed there")
        answer = self.call("PUT", f"/orders/{ask.external_id}", body={"status": "cancelled"})
        if not answer.is_ok:
            return PushAnswer(outcome="refused", reason=said(answer))
        if ask.note:
            self._note(ask.external_id, ask.key, ask.note)
        return PushAnswer(outcome="done")

    def refund(self, ask: PlatformRefund) -> RefundAnswer:
        return self._refunds.refund(ask)

    def find_refund(self, ask: PlatformRefund) -> RefundAnswer:
        return self._refunds.find(ask)

    def refunds_since(self, since: datetime) -> Iterator[RailRefund]:
        return self._refunds.since(since)

    def add_note(self, ask: PlatformNote) -> PushAnswer:
        return self._note(ask.external_id, ask.key, ask.text)

    def record_return(self, ask: PlatformReturn) -> PushAnswer:
        """A note: Woo puts goods back into stock with their refund only (`restock` of its lines)."""
        row = self.order_row(ask.external_id)
        if row is None:
            return PushAnswer(outcome="refused", reason="the order is not there any more")
        units = ", ".join(f"{count} × {_title(row, line_id)}" for line_id, count in ask.units.items())
        return self._note(ask.external_id, ask.key, f"{ask.note} {units}".strip())

    def _note(self, external_id: str, key: str, text: str) -> PushAnswer:
        mark = f"[{key}]"
        known = self.call("GET", f"/orders/{external_id}/notes", {"type": "internal"})
        if known.status == 404:
            return PushAnswer(outcome="refused", reason="the order is not there any more")
        if any(mark in words(note.get("note")) for note in known.data or ()):
            return PushAnswer(outcome="already")
        body = {"note": f"{text} {mark}", "customer_note": False, "added_by_user": False}
        answer = self.call("POST", f"/orders/{external_id}/notes", body=body)
        return PushAnswer(outcome="done") if answer.is_ok else PushAnswer(outcome="refused", reason=said(answer))


def _title(row: Mapping[str, Any], line_id: str) -> str:
    lines = row.get("line_items") or ()
    return next((words(line.get("name")) for line in lines if str(line.get("id")) == line_id), line_id)


def _place(cursor: str, since: datetime | None) -> tuple[str, int]:
    if cursor:
        after, _, page = cursor.partition("|")
        return after, int(page or 1)
    return (f"{since.astimezone(UTC):%Y-%m-%dT%H:%M:%S}" if since else ""), 1


def _next_place(rows: list[dict[str, Any]], after: str, page: int) -> str:
    """A second before the last change, so that those of the same second come again rather than not at all."""
    last = _moment(rows[-1].get("date_modified_gmt"))
    if last is None:
        return f"{after}|{page + 1}"
    then = f"{last - timedelta(seconds=1):%Y-%m-%dT%H:%M:%S}"
    return f"{after}|{page + 1}" if then == after else f"{then}|1"


def _moment(text: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(str(text)).replace(tzinfo=UTC) if text else None
    except ValueError:
        return None


def code_of(answer: JsonAnswer) -> str:
    """Its own code of an error, "" where it says none."""
    return words(answer.data.get("code")) if isinstance(answer.data, dict) else ""


def said(answer: JsonAnswer) -> str:
    """Why it refuses, for people: at most 200 characters on one line."""
    message = words(answer.data.get("message")) if isinstance(answer.data, dict) else ""
    text = "".join(each if each.isprintable() else " " for each in message)
    return f"HTTP {answer.status}: {text}"[:200].rstrip(": ")
