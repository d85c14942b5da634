"""WooCommerce's REST API v3 on this machine, over HTTP, with its own books and its own rules.

Keys by Basic authentication; pages with X-WP-Total and Link; `modified_after`; refunds that go through a gateway, with
what Woo checks of them; notes; products and variations; webhooks signed by HMAC. What goes wrong is planned by `fault`
(LocalProvider) and: `slow` (429 with Retry-After, then served), `limited` (429 for a long time), `gateway_down` (the
gateway refuses, Woo takes its refund back), `gateway_silent` (the gateway has paid and Woo hears nothing of it),
`gateway_dies` (PHP is killed in the middle of it: the refund stays, without a word of money; nothing was paid).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from tests.connectors.woocommerce_orders import written
from tests.rails.local_provider import NOT_JSON, LocalProvider, Reply, Request

KEY, SECRET, WEBHOOK_SECRET = "ck_test", "cs_test", "a secret that the shop chose"
_ROUTES = (
    ("GET", r"/system_status", "system_status"),
    ("GET", r"/orders", "orders"),
    ("GET", r"/orders/(\d+)", "get_order"),
    ("PUT", r"/orders/(\d+)", "put_order"),
    ("GET", r"/orders/(\d+)/refunds", "refunds_of"),
    ("POST", r"/orders/(\d+)/refunds", "post_refund"),
    ("DELETE", r"/orders/(\d+)/refunds/(\d+)", "delete_refund"),
    ("GET", r"/orders/(\d+)/notes", "notes_of"),
    ("POST", r"/orders/(\d+)/notes", "post_note"),
    ("GET", r"/refunds", "every_refund"),
    ("GET", r"/products", "list_products"),
    ("GET", r"/products/(\d+)", "get_product"),
    ("GET", r"/products/(\d+)/variations", "variations_of"),
)


class Woo(LocalProvider):
    """`gateway`: what was really paid back, order id to minor-exact amounts. `no_refunds`: methods that cannot."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.books: dict[int, dict[str, Any]] = {}
        self.refund_books: dict[int, list[dict[str, Any]]] = {}
        self.notes: dict[int, list[dict[str, Any]]] = {}
        self.products: dict[int, dict[str, Any]] = {}
        self.variations: dict[int, list[dict[str, Any]]] = {}
        self.gateway: list[tuple[int, Decimal]] = []
        self.no_refunds = {"cod", "bacs"}
        self.lose_answer_of: tuple[str, str] | None = None
        self._next_id = 5000
        super().__init__()

    def put(self, row: dict[str, Any], **changes: Any) -> dict[str, Any]:
        """An order that was placed or edited there: it has changed now."""
        with self.lock:
            row = self.books.get(row["id"], row)
            row.update(changes)
            if changes:
                self._touch(row)
            self.books[row["id"]] = row
        return row

    def webhook(self, topic: str, row: dict[str, Any], **headers: str) -> tuple[dict[str, str], bytes]:
        """What it sends when `topic` happened to `row`: headers and raw body."""
        body = json.dumps(row, ensure_ascii=False).encode()
        sign = base64.b64encode(hmac.digest(WEBHOOK_SECRET.encode(), body, hashlib.sha256)).decode()
        resource, _, event = topic.partition(".")
        told = {
            "Content-Type": "application/json",
            "User-Agent": "WooCommerce/10.3.0 Hookshot (WordPress/6.9)",
            "X-WC-Webhook-Source": f"{self.url}/",
            "X-WC-Webhook-Topic": topic,
            "X-WC-Webhook-Resource": resource,
            "X-WC-Webhook-Event": event,
            "X-WC-Webhook-Signature": sign,
            "X-WC-Webhook-ID": "3",
            "X-WC-Webhook-Delivery-ID": hashlib.sha256(body).hexdigest()[:32],
        }
        return told | headers, body

    def answer(self, request: Request) -> Reply | None:
        """`lose_answer_of`: the method of the one request whose answer is lost, and how."""
        if self.lose_answer_of is None or self.lose_answer_of[0] != request.method:
            return super().answer(request)
        (_, how), self.lose_answer_of = self.lose_answer_of, None
        with self.lock:
            self.requests.append(request)
            self.handle(request)
        if how == "late":
            time.sleep(self.late_by)
            return None
        return Reply(502, NOT_JSON, {"Content-Type": "text/html"})

    def handle(self, request: Request) -> Reply:
        if self.fault == "limited":
            return _reply({"code": "rate_limit", "message": "slow down"}, 429, {"Retry-After": "120"})
        if self.fault == "slow":
            self.fault = None
            return _reply({"code": "rate_limit", "message": "slow down"}, 429, {"Retry-After": "0.05"})
        said = base64.b64encode(f"{KEY}:{SECRET}".encode()).decode()
        if request.headers.get("authorization") != f"Basic {said}":
            return _error(401, "woocommerce_rest_cannot_view", "Sorry, you cannot list resources.")
        path = request.path.removeprefix("/wp-json/wc/v3")
        for method, pattern, name in _ROUTES:
            if request.method == method and (found := re.fullmatch(pattern, path)):
                answer: Reply = getattr(self, name)(request, *map(int, found.groups()))
                return answer
        return _error(404, "rest_no_route", "No route was found matching the URL and request method.")

    def system_status(self, _request: Request) -> Reply:
        return _reply({"environment": {"version": "10.3.0"}})

    def orders(self, request: Request) -> Reply:
        rows = [row for row in self.books.values() if row["status"] != "trash"]
        if "include" in request.query:
            rows = [row for row in rows if str(row["id"]) in request.query["include"].split(",")]
        if after := request.query.get("modified_after"):
            rows = [row for row in rows if row["date_modified_gmt"] > after]
        if request.query.get("orderby") == "modified":
            rows.sort(key=lambda row: (row["date_modified_gmt"], row["id"]))
        return _page(rows, request)

    def get_order(self, _request: Request, order_id: int) -> Reply:
        row = self.books.get(order_id)
        return _reply(row) if row else _error(404, "woocommerce_rest_shop_order_invalid_id", "Invalid ID.")

    def put_order(self, request: Request, order_id: int) -> Reply:
        row, body = self.books.get(order_id), json.loads(request.body)
        if row is None:
            return _error(404, "woocommerce_rest_shop_order_invalid_id", "Invalid ID.")
        for entry in body.get("meta_data", ()):
            row["meta_data"] = [e for e in row["meta_data"] if e["key"] != entry["key"]] + [entry | {"id": self._id()}]
        if "status" in body:
            row["status"] = body["status"]
        self._touch(row)
        return _reply(row)

    def refunds_of(self, request: Request, order_id: int) -> Reply:
        return _page(self.refund_books.get(order_id, []), request)

    def every_refund(self, request: Request) -> Reply:
        rows = [one for found in self.refund_books.values() for one in found]
        after = request.query.get("after", "")
        return _page([one for one in rows if one["date_created_gmt"] > after], request)

    def post_refund(self, request: Request, order_id: int) -> Reply:
        """In Woo's order: checked, written down with its reason, then the gateway, and the meta data at the end."""
        row, body = self.books.get(order_id), json.loads(request.body)
        if row is None:
            return _error(404, "woocommerce_rest_invalid_order", "Invalid order ID.")
        given = sum((Decimal(one["amount"]) for one in self.refund_books.get(order_id, ())), Decimal(0))
        money = Decimal(body["amount"])
        if money <= 0 or money > Decimal(row["total"]) - given:
            return _error(500, "woocommerce_rest_cannot_create_order_refund", "Invalid refund amount.")
        if problem := _problem(row, body):
            return _error(400, "woocommerce_rest_invalid_parameter", problem)
        through = body.get("api_refund", True)
        if through and row["payment_method"] in self.no_refunds:
            text = "The payment gateway for this order does not support automatic refunds."
            return _error(500, "woocommerce_rest_cannot_create_order_refund", text)
        document = self._document(row, body, money)
        if through and self.fault == "gateway_dies":
            self._keep(row, document | {"meta_data": []}, through=False)
            return Reply(504, NOT_JSON, {"Content-Type": "text/html"})
        if through and self.fault in ("gateway_down", "gateway_silent"):
            if self.fault == "gateway_silent":
                self.gateway.append((order_id, money))
            return _error(500, "woocommerce_rest_cannot_create_order_refund", "An error occurred at the gateway.")
        if through:
            self.gateway.append((order_id, money))
        self._keep(row, document, through=through)
        return _reply(document, 201)

    def delete_refund(self, request: Request, order_id: int, refund_id: int) -> Reply:
        """For good alone: a refund has no bin."""
        row, found = self.books[order_id], self.refund_books.get(order_id, [])
        document = next((one for one in found if one["id"] == refund_id), None)
        if document is None:
            return _error(404, "woocommerce_rest_shop_order_refund_invalid_id", "Invalid ID.")
        if request.query.get("force") != "true":
            return _error(501, "woocommerce_rest_trash_not_supported", "Order refunds do not support trashing.")
        found.remove(document)
        row["refunds"] = [short for short in row["refunds"] if short["id"] != refund_id]
        self._touch(row)
        return _reply(document)

    def refund_by_hand(self, order_id: int, amount: str, reason: str = "", lines: Any = ()) -> dict[str, Any]:
        """Somebody of the shop presses Refund there."""
        row = self.books[order_id]
        document = self._document(row, {"reason": reason, "line_items": list(lines)}, Decimal(amount))
        self._keep(row, document, through=True)
        return document

    def _document(self, row: dict[str, Any], body: dict[str, Any], money: Decimal) -> dict[str, Any]:
        return {
            "id": self._id(),
            "parent_id": row["id"],
            "date_created_gmt": f"{self.now:%Y-%m-%dT%H:%M:%S}",
            "amount": written(money, row["currency"]),
            "reason": body.get("reason", ""),
            "refunded_by": 1,
            "refunded_payment": False,
            "meta_data": [entry | {"id": self._id()} for entry in body.get("meta_data", ())],
            "line_items": [line for item in body.get("line_items", ()) if (line := _refunded(row, item))],
        }

    def _keep(self, row: dict[str, Any], document: dict[str, Any], *, through: bool) -> None:
        """Once all money is back the order is `refunded` by itself."""
        document["refunded_payment"] = through
        self.refund_books.setdefault(row["id"], []).append(document)
        short = {"id": document["id"], "reason": document["reason"], "total": f"-{document['amount']}"}
        row["refunds"] = [*row["refunds"], short]
        given = sum((Decimal(one["amount"]) for one in self.refund_books[row["id"]]), Decimal(0))
        if given == Decimal(row["total"]):
            row["status"] = "refunded"
        self._touch(row)

    def notes_of(self, request: Request, order_id: int) -> Reply:
        found = self.notes.get(order_id, [])
        if request.query.get("type") == "internal":
            found = [note for note in found if not note["customer_note"]]
        return _reply(found)

    def post_note(self, request: Request, order_id: int) -> Reply:
        if order_id not in self.books:
            return _error(404, "woocommerce_rest_order_invalid_id", "Invalid order ID.")
        note = json.loads(request.body) | {"id": self._id()}
        self.notes.setdefault(order_id, []).append(note)
        return _reply(note, 201)

    def list_products(self, request: Request) -> Reply:
        return _page(list(self.products.values()), request)

    def get_product(self, _request: Request, product_id: int) -> Reply:
        row = self.products.get(product_id)
        return _reply(row) if row else _error(404, "woocommerce_rest_product_invalid_id", "Invalid ID.")

    def variations_of(self, request: Request, product_id: int) -> Reply:
        return _page(self.variations.get(product_id, []), request)

    def _id(self) -> int:
        self._next_id += 1
        return self._next_id

    def _touch(self, row: dict[str, Any]) -> None:
        self.now += timedelta(seconds=1)
        row["date_modified_gmt"] = f"{self.now.astimezone(UTC):%Y-%m-%dT%H:%M:%S}"


def _problem(row: dict[str, Any], body: dict[str, Any]) -> str:
    known = {each["id"] for each in (*row["line_items"], *row["shipping_lines"], *row["fee_lines"])}
    for item in body.get("line_items", ()):
        if item["id"] not in known:
            return f"Invalid parameter: line_items, {item['id']} is no item of the order"
    money = sum(_moneys(body), Decimal(0))
    return "the lines come to more than the amount" if money > Decimal(body["amount"]) else ""


def _moneys(body: dict[str, Any]) -> Iterator[Decimal]:
    for item in body.get("line_items", ()):
        yield Decimal(str(item.get("refund_total", 0)))
        yield from (Decimal(str(tax["refund_total"])) for tax in item.get("refund_tax", ()))


def _refunded(row: dict[str, Any], item: dict[str, Any]) -> dict[str, Any] | None:
    if item["id"] not in {each["id"] for each in row["line_items"]}:
        return None
    return {
        "id": item["id"] + 10_000,
        "quantity": -item.get("quantity", 0),
        "total": f"-{item.get('refund_total', 0)}",
        "taxes": item.get("refund_tax", []),
        "meta_data": [{"key": "_refunded_item_id", "value": str(item["id"])}],
    }


def _page(rows: list[dict[str, Any]], request: Request) -> Reply:
    size, page = int(request.query.get("per_page", 10)), int(request.query.get("page", 1))
    if size > 100:
        return _error(400, "rest_invalid_param", "Invalid parameter(s): per_page")
    pages = -(-len(rows) // size)
    told = {"X-WP-Total": str(len(rows)), "X-WP-TotalPages": str(pages)}
    return _reply(rows[(page - 1) * size : page * size], 200, told)


def _reply(data: Any, status: int = 200, headers: dict[str, str] | None = None) -> Reply:
    return Reply(status, json.dumps(data).encode(), {"Content-Type": "application/json"} | (headers or {}))


def _error(status: int, code: str, message: str) -> Reply:
    return _reply({"code": code, "message": message, "data": {"status": status}}, status)
