"""Shopify's order JSON (REST Admin API, webhooks) to the order format. Amounts are in the shop's currency."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

from portal.adapters.feed_translation import (
    WRONG_SHAPE,
    Json,
    amount,
    apportioned,
    objects,
    plain,
    total,
    total_problem,
    without_empty,
    words,
)
from portal.domain.intake.imported_order import OrderProblem

_PAID = ("paid", "partially_refunded", "refunded")
_DISCOUNTS = {"discount_code": "coupon", "automatic": "promotion", "script": "promotion", "manual": "adjustment"}


def shopify_order(data: Json) -> dict[str, Any] | OrderProblem:
    """One order, or `{"order": …}`. A Problem where it is none, or where its parts do not come to `total_price`."""
    inner = data.get("order")
    order = inner if isinstance(inner, dict) else data
    try:
        found = _order(order)
        return total_problem(found, "total_price", order.get("total_price")) or found
    except WRONG_SHAPE as problem:
        return OrderProblem("", f"is no Shopify order: {type(problem).__name__} {problem}"[:200])


def _order(order: Json) -> dict[str, Any]:
    currency = order.get("currency")
    lines = [_line(line) for line in objects(order, "line_items")]
    discounts = _discounts(order, lines)
    _add_order_tax(order, lines, str(currency))
    freight = objects(order, "shipping_lines")
    payments = _payments(order)
    return without_empty(
        {
            "number": words(order.get("name")).lstrip("#") or words(order.get("order_number")),
            "placed_at": order.get("processed_at") or order.get("created_at"),
            "updated_at": order.get("updated_at") or order.get("created_at"),
            "currency": currency,
            "status": _status(order),
            "customer": _customer(order),
            "ship_to": _ship_to(order),
            "lines": lines,
            "freight": plain(total(line.get("discounted_price", line.get("price")) for line in freight)),
            "freight_tax": plain(_taxes(order, freight)),
            "fees": _fees(order),
            "discounts": discounts,
            "payments": payments,
            "refunds": _refunds(order, payments),
            "shipments": _shipments(order),
        }
    )


def _status(order: Json) -> str:
    """Authorised money is not captured, so it is not paid; what was paid and given back was paid."""
    if order.get("cancelled_at"):
        return "cancelled"
    sent = order.get("fulfillment_status")
    if sent == "fulfilled":
        states = [parcel.get("shipment_status") for parcel in _parcels(order)]
        return "delivered" if states and all(state == "delivered" for state in states) else "shipped"
    if order.get("financial_status") not in _PAID:
        return "awaiting_payment"
    return "shipped" if sent == "partial" else "paid"


def _line(line: Json) -> dict[str, Any]:
    own = amount(line.get("total_discount")) if not objects(line, "discount_allocations") else Decimal(0)
    return without_empty(
        {
            "id": str(line["id"]),
            "sku": words(line.get("sku")) or words(line.get("variant_id")),
            "title": words(line.get("title") or line.get("name")),
            "variant": words(line.get("variant_title")),
            "quantity": line.get("quantity"),
            "unit_price": plain(amount(line.get("price"))),
            "discount": plain(own) if own else None,
            "tax": plain(total(tax.get("price") for tax in objects(line, "tax_lines"))),
            "tags": ["digital"] if line.get("requires_shipping") is False or line.get("gift_card") else None,
        }
    ) | {"sku": words(line.get("sku")) or words(line.get("variant_id"))}


def _discounts(order: Json, lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each application once, over the lines Shopify gave a part of it; without them, what `total_discounts` says."""
    applied = objects(order, "discount_applications")
    sums: dict[int, Decimal] = defaultdict(Decimal)
    touched: dict[int, list[str]] = defaultdict(list)
    for line in objects(order, "line_items"):
        for part in objects(line, "discount_allocations"):
            if share := amount(part.get("amount")):
                index = int(part.get("discount_application_index", 0))
                sums[index] += share
                touched[index].append(str(line["id"]))
    found = []
    for index, whole in sorted(sums.items()):
        how: Json = applied[index] if index < len(applied) else {}
        kind = _DISCOUNTS.get(words(how.get("type")), "adjustment")
        code = words(how.get("code") or how.get("title"))
        found.append(without_empty({"kind": kind, "code": code, "amount": plain(whole), "lines": touched[index]}))
    if not sums:
        rest = amount(order.get("total_discounts")) - total(line.get("discount") for line in lines)
        codes = [words(code.get("code")) for code in objects(order, "discount_codes")]
        if rest > 0:
            kind = "coupon" if codes else "adjustment"
            found.append(without_empty({"kind": kind, "code": "+".join(codes), "amount": plain(rest)}))
    return found


def _add_order_tax(order: Json, lines: list[dict[str, Any]], currency: str) -> None:
    """Taxes inside the prices are not added; those named for the order alone are spread over its lines."""
    if order.get("taxes_included"):
        for line in lines:
            line.pop("tax", None)
        return
    if not lines or any(amount(line.get("tax")) for line in lines):
        return
    whole = total(tax.get("price") for tax in objects(order, "tax_lines"))
    if whole > 0:
        weights = [amount(line["unit_price"]) * int(line["quantity"]) for line in lines]
        for line, part in zip(lines, apportioned(whole, weights, currency), strict=True):
            line["tax"] = part


def _taxes(order: Json, parts: list[Json]) -> Decimal:
    if order.get("taxes_included"):
        return Decimal(0)
    return total(tax.get("price") for part in parts for tax in objects(part, "tax_lines"))


def _fees(order: Json) -> list[dict[str, str]]:
    tip = amount(order.get("total_tip_received"))
    return [{"title": "Tip", "amount": plain(tip)}] if tip > 0 else []


def _payments(order: Json) -> list[dict[str, Any]]:
    """Captured money: the transactions where the export has them, else the total of a paid order at one gateway."""
    captured = [
        entry
        for entry in objects(order, "transactions")
        if entry.get("kind") in ("sale", "capture") and entry.get("status") == "success"
    ]
    if captured:
        return [
            {
                "id": str(entry["id"]),
                "method": words(entry.get("gateway")) or "other",
                "amount": plain(amount(entry.get("amount"))),
                "paid_at": entry.get("processed_at") or entry.get("created_at"),
                "reference": words(entry.get("authorization")) or str(entry["id"]),
            }
            for entry in captured
        ]
    if order.get("financial_status") not in _PAID:
        return []
    gateways = order.get("payment_gateway_names") or [order.get("gateway")]
    return [
        {
            "id": str(order.get("id", "1")),
            "method": words(gateways[0]) or "other",
            "amount": plain(amount(order.get("total_price"))),
            "paid_at": order.get("processed_at") or order.get("created_at"),
            "reference": words(order.get("checkout_id") or order.get("id")) or "1",
        }
    ]


def _refunds(order: Json, payments: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Money that went back before; the lines of a refund stand with the first of its transactions."""
    known, found = [payment["id"] for payment in payments], []
    for refund in objects(order, "refunds") if known else []:
        lines = [
            {"line": str(entry["line_item_id"]), "quantity": entry.get("quantity")}
            for entry in objects(refund, "refund_line_items")
        ]
        for entry in objects(refund, "transactions"):
            if entry.get("kind") == "refund" and entry.get("status") == "success":
                paid_by = words(entry.get("parent_id"))
                one = {
                    "id": str(entry["id"]),
                    "payment": paid_by if paid_by in known else known[0],
                    "amount": plain(amount(entry.get("amount"))),
                    "at": entry.get("processed_at") or entry.get("created_at") or refund.get("created_at"),
                    "lines": lines,
                }
                found.append(without_empty(one))
                lines = []
    return found


def _parcels(order: Json) -> list[Json]:
    return [parcel for parcel in objects(order, "fulfillments") if parcel.get("status") == "success"]


def _shipments(order: Json) -> list[dict[str, Any]]:
    return [
        {
            "id": str(parcel["id"]),
            "carrier": words(parcel.get("tracking_company")),
            "tracking_no": words(parcel.get("tracking_number")),
            "shipped_at": parcel.get("created_at"),
            "lines": [
                {"line": str(line["id"]), "quantity": line.get("quantity")} for line in objects(parcel, "line_items")
            ],
        }
        | ({"delivered_at": parcel.get("updated_at")} if parcel.get("shipment_status") == "delivered" else {})
        for parcel in _parcels(order)
    ]


def _customer(order: Json) -> dict[str, Any] | None:
    customer = order.get("customer")
    if not isinstance(customer, dict) or customer.get("id") is None:
        return None
    return without_empty(
        {
            "id": str(customer["id"]),
            "name": words(customer.get("first_name"), customer.get("last_name")),
            "phone": words(customer.get("phone") or order.get("phone")),
            "mail": words(customer.get("email") or order.get("email")),
            "locale": words(order.get("customer_locale")),
        }
    )


def _ship_to(order: Json) -> dict[str, Any] | None:
    address = order.get("shipping_address")
    if not isinstance(address, dict):
        return None
    return {
        "name": words(address.get("name")) or words(address.get("first_name"), address.get("last_name")),
        "phone": words(address.get("phone")),
        "country": words(address.get("country_code")),
        "region": words(address.get("province"), address.get("city")),
        "address": words(address.get("company"), address.get("address1"), address.get("address2")),
        "postcode": words(address.get("zip")),
    }
