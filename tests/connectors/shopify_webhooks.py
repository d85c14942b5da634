"""What Shopify's webhooks carry: the order as its REST API has it, signed over the raw body."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import uuid
from datetime import datetime
from typing import Any

from tests.connectors.shopify_orders import Node, legacy_id, shop_amount

SECRET = "hush-hush-hush-hush-hush"


def signature(body: bytes, secret: str = SECRET) -> str:
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def order_payload(order: Node) -> dict[str, Any]:
    """An `orders/*` webhook: without transactions, its amounts in the shop's currency."""
    return {
        "id": int(legacy_id(order["id"])),
        "admin_graphql_api_id": order["id"],
        "name": order["name"],
        "created_at": _moment(order["createdAt"]),
        "updated_at": _moment(order["updatedAt"]),
        "cancelled_at": _moment(order["cancelledAt"]),
        "currency": order["currencyCode"],
        "total_price": str(shop_amount(order["totalPriceSet"])),
        "line_items": [
            {"id": int(legacy_id(line["id"])), "sku": line["sku"], "quantity": line["quantity"]}
            for line in order["lineItems"]
        ],
    }


def webhook(order: Node, topic: str = "orders/updated", *, secret: str = SECRET) -> tuple[dict[str, str], bytes]:
    """Headers and body of one delivery. The same pair sent again is the same delivery."""
    payload = order_payload(order)
    if topic in ("refunds/create", "fulfillments/create", "fulfillments/update", "order_transactions/create"):
        payload = {"id": 1, "order_id": payload["id"]}
    return signed(payload, topic, secret=secret)


def signed(payload: Any, topic: str, *, secret: str = SECRET) -> tuple[dict[str, str], bytes]:
    body = json.dumps(payload, ensure_ascii=False).encode()
    headers = {
        "Content-Type": "application/json",
        "X-Shopify-Topic": topic,
        "X-Shopify-Hmac-Sha256": signature(body, secret),
        "X-Shopify-Shop-Domain": "goods.myshopify.com",
        "X-Shopify-API-Version": "2026-10",
        "X-Shopify-Webhook-Id": str(uuid.uuid4()),
        "X-Shopify-Event-Id": str(uuid.uuid4()),
        "X-Shopify-Triggered-At": "2026-11-20T02:00:00.000Z",
    }
    return headers, body


def _moment(value: datetime | None) -> str | None:
    return value.isoformat() if value else None
