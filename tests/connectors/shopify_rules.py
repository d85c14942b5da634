"""Shopify's rules for refunds, cancels and returns: why something is not done, and what comes of it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from graphql import GraphQLError

from tests.connectors.shopify_orders import Node, gid, rounded, shop_amount, shown_amount


def error(message: str, *path: str) -> Node:
    return {"field": list(path) or None, "message": message}


def refused(message: str, code: str) -> GraphQLError:
    """An error beside the data, as Shopify words its own."""
    return GraphQLError(message, extensions={"code": code})


def not_disposed(message: str) -> Node:
    return {"reverseFulfillmentOrderLineItems": None, "userErrors": [error(message) | {"code": "INVALID"}]}


def undisposed(entry: Node) -> int:
    return int(entry["totalQuantity"] - sum(one["quantity"] for one in entry["dispositions"]))


def reverse_work(order: Node, asked: Node) -> Node:
    sent = {entry["id"]: entry for parcel in order["fulfillments"] for entry in parcel["fulfillmentLineItems"]}
    made = {"__typename": "ReverseFulfillmentOrderLineItem", "id": gid("ReverseFulfillmentOrderLineItem")}
    made |= {"totalQuantity": asked["quantity"], "dispositions": []}
    return made | {"fulfillmentLineItem": sent[asked["fulfillmentLineItemId"]]}


def idempotency_key(info: Any) -> str | None:
    for directive in info.field_nodes[0].directives:
        if directive.name.value == "idempotent":
            value = directive.arguments[0].value
            name = getattr(value, "name", None)
            return str(info.variable_values.coerced[name.value] if name else value.value)
    return None


def line_of(order: Node, line_id: str) -> Node:
    return next(one for one in order["lineItems"] if one["id"] == line_id)


def transaction_of(order: Node, of: str) -> Node:
    return next(one for one in order["transactions"] if one["id"] == of)


def refundable(order: Node, paid: Node) -> Decimal:
    """What is left of a sale or a capture, in the customer's currency."""
    if paid["kind"] not in ("SALE", "CAPTURE") or paid["status"] != "SUCCESS":
        return Decimal(0)
    back = [
        shown_amount(one["amountSet"])
        for one in order["transactions"]
        if one["kind"] == "REFUND" and one["status"] in ("SUCCESS", "PENDING") and one["parentTransaction"] is paid
    ]
    return shown_amount(paid["amountSet"]) - sum(back, Decimal(0))


def why_not_paid(order: Node, entry: Node, left: dict[str, Decimal]) -> Node | None:
    amount, of = Decimal(entry["amount"]), entry.get("parentId")
    if entry["kind"] != "REFUND" or of not in left:
        return error("Transactions parent is invalid", "transactions")
    if entry["gateway"] != transaction_of(order, of)["gateway"]:
        return error("Transactions gateway is not that of the parent", "transactions")
    if amount <= 0 or amount != rounded(amount, order["presentmentCurrencyCode"]):
        return error("Transactions amount is invalid", "transactions")
    left[of] -= amount
    return error("Refund amount exceeds the amount available", "transactions") if left[of] < 0 else None


def why_not_line(order: Node, entry: Node) -> Node | None:
    line = next((one for one in order["lineItems"] if one["id"] == entry["lineItemId"]), None)
    kind = entry.get("restockType") or "NO_RESTOCK"
    if line is None:
        return error("Line item does not exist", "refundLineItems")
    if not 0 < entry["quantity"] <= line["refundableQuantity"]:
        return error("Quantity cannot refund more items than were purchased", "refundLineItems")
    if kind == "CANCEL" and entry["quantity"] > line["unfulfilledQuantity"]:
        return error("Cannot cancel fulfilled items", "refundLineItems")
    if kind in ("RETURN", "LEGACY_RESTOCK") and not entry.get("locationId"):
        return error("Location is required to restock", "refundLineItems")
    return None


def refunded_line(order: Node, entry: Node) -> Node:
    line = line_of(order, entry["lineItemId"])
    bag = order["currencies"].bag(shop_amount(line["originalUnitPriceSet"]) * entry["quantity"])
    made = {"id": gid("RefundLineItem"), "lineItem": line, "quantity": entry["quantity"], "subtotalSet": bag}
    return made | {"restockType": entry.get("restockType") or "NO_RESTOCK", "totalTaxSet": order["currencies"].bag("0")}


def refunded_freight(order: Node, asked: Node) -> list[Node]:
    said = asked.get("shipping") or {}
    if not said or not order["shippingLines"]:
        return []
    line = order["shippingLines"][0]
    whole = line["discountedPriceSet"]
    amount = whole if said.get("fullRefund") else order["currencies"].bag_of_theirs(Decimal(said["amount"]))
    made = {"id": gid("RefundShippingLine"), "shippingLine": line, "subtotalAmountSet": amount}
    return [made | {"taxAmountSet": order["currencies"].bag("0")}]


def settle(order: Node) -> None:
    done = [one for one in order["transactions"] if one["kind"] == "REFUND" and one["status"] == "SUCCESS"]
    back = sum((shown_amount(one["amountSet"]) for one in done), Decimal(0))
    if back:
        is_whole = back >= shown_amount(order["totalPriceSet"])
        order["displayFinancialStatus"] = "REFUNDED" if is_whole else "PARTIALLY_REFUNDED"


def all_of(order: Node) -> Node:
    """The lines of a cancel: units that are left, given back to the stock, without money."""
    left = [(line["id"], line["refundableQuantity"]) for line in order["lineItems"] if line["refundableQuantity"]]
    return {"refundLineItems": [{"lineItemId": of, "quantity": count, "restockType": "CANCEL"} for of, count in left]}


def why_no_cancel(order: Node | None) -> str:
    if order is None:
        return "Order does not exist"
    if order["cancelledAt"]:
        return "Order has already been cancelled"
    if any(parcel["status"] == "SUCCESS" for parcel in order["fulfillments"]):
        return "Cannot cancel an order with fulfillments"
    if any(one["status"] == "OPEN" for one in order["returns"]):
        return "Cannot cancel an order with an open return"
    return ""


def sent_and_kept(line: Node) -> int:
    return int(line["refundableQuantity"] - line["unfulfilledQuantity"])


def why_no_return(order: Node, asked: list[Node]) -> str:
    sent = {
        entry["id"]: min(entry["quantity"], sent_and_kept(entry["lineItem"]))
        for parcel in order["fulfillments"]
        for entry in parcel["fulfillmentLineItems"]
    }
    for back in order["returns"]:
        for entry in back["returnLineItems"]:
            sent[entry["of"]] -= entry["quantity"]
    for entry in asked:
        if not 0 < entry["quantity"] <= sent.get(entry["fulfillmentLineItemId"], 0):
            return "Return line item has a quantity that cannot be returned"
        if not entry.get("returnReason") and not entry.get("returnReasonDefinitionId"):
            return "Return line item needs a reason"
        if len(entry.get("returnReasonNote") or "") > 255:
            return "Return reason note is too long"
    return ""
