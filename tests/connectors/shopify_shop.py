"""A shop on Shopify: its orders, and what may be asked of it, with Shopify's rules for refunds, cancels and returns."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from tests.connectors.shopify_orders import Node, gid, legacy_id, shop_amount, transaction
from tests.connectors.shopify_rules import (
    all_of,
    error,
    idempotency_key,
    line_of,
    not_disposed,
    refundable,
    refunded_freight,
    refunded_line,
    refused,
    reverse_work,
    settle,
    transaction_of,
    undisposed,
    why_no_cancel,
    why_no_return,
    why_not_line,
    why_not_paid,
)

SCOPES = (
    "read_orders",
    "write_orders",
    "read_all_orders",
    "read_products",
    "read_locations",
    "read_returns",
    "write_returns",
)
IDEMPOTENT_ALWAYS = "2026-04"
_SINCE = re.compile(r"updated_at:>='?([^'\s]+)'?")
_NAME = re.compile(r"name:'?\"?#?([^'\"\s]+)")


@dataclass
class ShopifyShop:
    """`now`: its clock; `scopes`: what its token may; `refund_status`: what becomes of the next refunds at the gateway;
    `cancel_polls`: how often a cancel's job is asked for before it is done, -1 for a job that ends without a cancel;
    `is_busy`: another request is at work under the key of the next refund."""

    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    scopes: tuple[str, ...] = SCOPES
    refund_status: str = "SUCCESS"
    cancel_polls: int = 1
    currency: str = "CNY"
    orders: list[Node] = field(default_factory=list)
    variants: list[Node] = field(default_factory=list)
    jobs: dict[str, list[Any]] = field(default_factory=dict)
    keys: dict[str, tuple[str, Node]] = field(default_factory=dict)
    version: str = "2026-10"
    is_busy: bool = False

    def add(self, order: Node) -> Node:
        self.orders.append(order)
        products = [line["product"] for line in order["lineItems"] if line["product"]]
        self.variants += [variant for product in products for variant in product["variants"]]
        return order

    def touch(self, order: Node) -> None:
        order["updatedAt"] = max(self.now(), order["updatedAt"] + timedelta(seconds=1))

    def find(self, order_id: str) -> Node | None:
        return next((order for order in self._seen() if order["id"] == order_id), None)

    def _seen(self) -> list[Node]:
        """Without `read_all_orders` an app sees the orders of the last 60 days."""
        if "read_orders" not in self.scopes:
            raise refused("Access denied for orders field.", "ACCESS_DENIED")
        if "read_all_orders" in self.scopes:
            return self.orders
        return [order for order in self.orders if order["createdAt"] > self.now() - timedelta(days=60)]

    def _may(self, scope: str, name: str) -> None:
        if scope not in self.scopes:
            raise refused(f"Access denied for {name} field. Required access: `{scope}` access scope.", "ACCESS_DENIED")

    def nodes_by_id(self) -> dict[str, Node]:
        found = {}
        for order in self._seen():
            found[order["id"]] = order
            for name in ("lineItems", "fulfillments", "refunds", "returns", "transactions"):
                found |= {entry["id"]: entry for entry in order[name]}
        return found | {variant["product"]["id"]: variant["product"] for variant in self.variants}

    # Queries

    def order(self, _info: Any, *, id: str) -> Node | None:
        return self.find(id)

    def node(self, _info: Any, *, id: str) -> Node | None:
        return self.nodes_by_id().get(id)

    def nodes(self, _info: Any, *, ids: list[str]) -> list[Node | None]:
        known = self.nodes_by_id()
        return [known.get(one) for one in ids]

    def shop(self, _info: Any) -> Node:
        return {
            "name": "好物商城",
            "myshopifyDomain": "goods.myshopify.com",
            "currencyCode": self.currency,
            "ianaTimezone": "Asia/Shanghai",
        }

    def currentAppInstallation(self, _info: Any) -> Node:
        return {"accessScopes": [{"handle": scope} for scope in self.scopes]}

    def job(self, _info: Any, *, id: str) -> Node | None:
        """Asked for often enough, a job is run."""
        entry = self.jobs.get(id)
        if entry is None:
            return None
        entry[0] -= 1
        if entry[0] <= 0 and entry[1]:
            entry[1]()
            entry[1] = None
        return {"id": id, "done": entry[1] is None}

    def orders_query(self, _info: Any, **asked: Any) -> list[Node]:
        found, said = list(self._seen()), asked.get("query") or ""
        if since := _SINCE.search(said):
            found = [one for one in found if one["updatedAt"] >= datetime.fromisoformat(since[1])]
        if name := _NAME.search(said):
            found = [one for one in found if one["name"].lstrip("#") == name[1]]
        key = {"UPDATED_AT": "updatedAt", "CREATED_AT": "createdAt", "ID": "id"}.get(asked["sortKey"], "processedAt")
        return sorted(found, key=lambda one: (one[key], one["id"]), reverse=asked["reverse"])

    def productVariants(self, _info: Any, **asked: Any) -> list[Node]:
        self._may("read_products", "productVariants")
        said = asked.get("query") or ""
        wanted = re.search(r"product_id:(\d+)", said)
        return [one for one in self.variants if not wanted or legacy_id(one["product"]["id"]) == wanted[1]]

    # Mutations

    def refundCreate(self, info: Any, *, input: Node) -> Node:
        """The directive must be there from 2026-04 on. Its key is remembered for a day."""
        self._may("write_orders", "refundCreate")
        key = idempotency_key(info)
        if key is None:
            if self.version >= IDEMPOTENT_ALWAYS:
                raise refused("The @idempotent directive is required for this mutation.", "BAD_REQUEST")
            return self._refund(input)
        said = json.dumps(input, sort_keys=True)
        if self.is_busy:
            self.is_busy = False
            message = "A request with this idempotency key is currently being processed"
            return {"order": None, "refund": None, "userErrors": [error(message)]}
        if known := self.keys.get(key):
            if known[0] != said:
                raise refused("The key was used with other parameters.", "IDEMPOTENCY_KEY_PARAMETER_MISMATCH")
            return known[1]
        done = self._refund(input)
        if not done["userErrors"]:
            self.keys[key] = (said, done)
        return done

    def _refund(self, asked: Node) -> Node:
        order = self.find(asked["orderId"])
        problem = self._why_no_refund(order, asked)
        if problem or order is None:
            return {"order": None, "refund": None, "userErrors": [problem]}
        refund = self._refund_of(order, asked)
        for entry in asked.get("refundLineItems") or ():
            line = line_of(order, entry["lineItemId"])
            line["currentQuantity"] -= entry["quantity"]
            line["refundableQuantity"] -= entry["quantity"]
            if entry.get("restockType") == "CANCEL":
                line["unfulfilledQuantity"] -= entry["quantity"]
            if entry.get("restockType") in ("CANCEL", "RETURN"):
                self.stock_up(line, entry["quantity"])
        order["refunds"].append(refund)
        settle(order)
        self.touch(order)
        return {"order": order, "refund": refund, "userErrors": []}

    def _refund_of(self, order: Node, asked: Node) -> Node:
        entries = []
        for one in asked.get("transactions") or ():
            parent = transaction_of(order, one["parentId"])
            bag = order["currencies"].bag_of_theirs(Decimal(one["amount"]))
            made = transaction("REFUND", parent["gateway"], bag, at=self.now(), status=self.refund_status)
            if self.refund_status == "FAILURE":
                made["errorCode"] = "PROCESSING_ERROR"
            made["parentTransaction"] = parent
            entries.append(made)
        order["transactions"] += entries
        bag = order["currencies"].bag
        return {
            "__typename": "Refund",
            "id": gid("Refund"),
            "note": asked.get("note"),
            "createdAt": self.now(),
            "updatedAt": self.now(),
            "order": order,
            "totalRefundedSet": bag(sum((shop_amount(one["amountSet"]) for one in entries), Decimal(0))),
            "refundLineItems": [refunded_line(order, entry) for entry in asked.get("refundLineItems") or ()],
            "refundShippingLines": refunded_freight(order, asked),
            "transactions": entries,
        }

    def _why_no_refund(self, order: Node | None, asked: Node) -> Node | None:
        if order is None:
            return error("Order does not exist", "orderId")
        if order["presentmentCurrencyCode"] != order["currencyCode"] and not asked.get("currency"):
            return error("Currency is required for orders in several currencies", "currency")
        if asked.get("currency") not in (None, order["presentmentCurrencyCode"]):
            return error("Currency must be the presentment currency", "currency")
        if not any(asked.get(name) for name in ("transactions", "refundLineItems", "shipping")):
            return error("Refund must have something to refund")
        for entry in asked.get("refundLineItems") or ():
            if problem := why_not_line(order, entry):
                return problem
        left = {one["id"]: refundable(order, one) for one in order["transactions"]}
        for entry in asked.get("transactions") or ():
            if problem := why_not_paid(order, entry, left):
                return problem
        return None

    def orderCancel(self, _info: Any, **asked: Any) -> Node:
        self._may("write_orders", "orderCancel")
        order = self.find(asked["orderId"])
        problem = why_no_cancel(order)
        if order is None or problem:
            code = {"code": "NOT_FOUND" if order is None else "INVALID"}
            return {"job": None, "orderCancelUserErrors": [error(problem or "Order does not exist", "orderId") | code]}
        made = gid("Job")

        def cancel() -> None:
            if self.cancel_polls >= 0:
                order["cancelledAt"], order["cancelReason"] = self.now(), asked["reason"]
                self._refund({"orderId": order["id"], "currency": order["presentmentCurrencyCode"], **all_of(order)})
                self.touch(order)

        self.jobs[made] = [self.cancel_polls, cancel]
        return {"job": {"id": made, "done": False}, "orderCancelUserErrors": []}

    def orderUpdate(self, _info: Any, *, input: Node) -> Node:
        self._may("write_orders", "orderUpdate")
        order = self.find(input["id"])
        if order is None:
            return {"order": None, "userErrors": [error("Order does not exist", "id")]}
        if len(input.get("note") or "") > 5000:
            return {"order": None, "userErrors": [error("Note is too long (maximum is 5000 characters)", "note")]}
        order |= {name: input[name] for name in ("note", "tags") if name in input}
        self.touch(order)
        return {"order": order, "userErrors": []}

    def tagsAdd(self, _info: Any, *, id: str, tags: list[str]) -> Node:
        self._may("write_orders", "tagsAdd")
        order = self.find(id)
        if order is None:
            return {"node": None, "userErrors": [error("does not exist", "id")]}
        if any(len(tag) > 40 for tag in tags):
            return {"node": None, "userErrors": [error("Tag is too long (maximum is 40 characters)", "tags")]}
        order["tags"] = sorted({*order["tags"], *tags})
        self.touch(order)
        return {"node": order, "userErrors": []}

    def returnCreate(self, _info: Any, *, returnInput: Node) -> Node:
        self._may("write_returns", "returnCreate")
        order = self.find(returnInput["orderId"])
        if order is None:
            return {"return": None, "userErrors": [error("Order not found", "orderId") | {"code": "NOT_FOUND"}]}
        if problem := why_no_return(order, returnInput["returnLineItems"]):
            return {"return": None, "userErrors": [error(problem, "returnLineItems") | {"code": "INVALID"}]}
        lines = [
            {
                "__typename": "ReturnLineItem",
                "id": gid("ReturnLineItem"),
                "of": entry["fulfillmentLineItemId"],
                "quantity": entry["quantity"],
                "returnReasonNote": entry.get("returnReasonNote") or "",
            }
            for entry in returnInput["returnLineItems"]
        ]
        made: Node = {"__typename": "Return", "id": gid("Return"), "name": f"{order['name']}-R1", "status": "OPEN"}
        works = [{"__typename": "ReverseFulfillmentOrder", "id": gid("ReverseFulfillmentOrder")}]
        works[0]["lineItems"] = [reverse_work(order, entry) for entry in returnInput["returnLineItems"]]
        parts = {"closedAt": None, "returnLineItems": lines, "reverseFulfillmentOrders": works}
        order["returns"].append(made | parts)
        self.touch(order)
        return {"return": order["returns"][-1], "userErrors": []}

    def returnClose(self, _info: Any, *, id: str) -> Node:
        self._may("write_returns", "returnClose")
        found = next((one for order in self._seen() for one in order["returns"] if one["id"] == id), None)
        if found is None:
            return {"return": None, "userErrors": [error("Return not found", "id") | {"code": "NOT_FOUND"}]}
        if found["status"] != "OPEN":
            return {"return": None, "userErrors": [error("Return is not open", "id") | {"code": "INVALID_STATE"}]}
        found |= {"status": "CLOSED", "closedAt": self.now()}
        return {"return": found, "userErrors": []}

    def reverseFulfillmentOrderDispose(self, _info: Any, *, dispositionInputs: list[Node]) -> Node:
        self._may("write_returns", "reverseFulfillmentOrderDispose")
        works = [work for order in self._seen() for one in order["returns"] for work in one["reverseFulfillmentOrders"]]
        entries = {entry["id"]: entry for work in works for entry in work["lineItems"]}
        for asked in dispositionInputs:
            entry = entries.get(asked["reverseFulfillmentOrderLineItemId"])
            if entry is None or asked["quantity"] > undisposed(entry):
                return not_disposed("Quantity cannot be disposed")
            if asked["dispositionType"] == "RESTOCKED" and not asked.get("locationId"):
                return not_disposed("Location is required to restock")
            entry["dispositions"].append({"quantity": asked["quantity"], "type": asked["dispositionType"]})
            if asked["dispositionType"] == "RESTOCKED":
                self.stock_up(entry["fulfillmentLineItem"]["lineItem"], asked["quantity"])
        return {"reverseFulfillmentOrderLineItems": list(entries.values()), "userErrors": []}

    def stock_up(self, line: Node, quantity: int) -> None:
        """Of a product that is still there."""
        if line["variant"]:
            line["variant"]["inventoryQuantity"] += quantity
