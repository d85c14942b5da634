"""Shopify's order JSON (REST Admin API, webhooks) to the order format. Amounts are in the shop's currency.

What counts into `total_price` differs by the shop's age and settings (freight discounts, removed shipping lines,
duties, edits), so an order is read in the ways that occur, likeliest first, and the first that adds up is taken.
"""

from __future__ import annotations

from typing import Any

from portal.adapters.feed_shopify_money import (
    Reading,
    captured_payments,
    freight_lines,
    freight_taxes,
    is_paid,
    lines_of,
    order_discounts,
    order_fees,
    readings_of,
)
from portal.adapters.feed_shopify_refunds import refunds_of
from portal.adapters.feed_translation import (
    WRONG_SHAPE,
    Json,
    States,
    adding_up,
    amount,
    contact_of,
    fitted,
    objects,
    plain,
    total,
    total_problem,
    whole_number,
    without_empty,
    words,
)
from portal.domain.intake.imported_order import OrderProblem

_CASH_ON_DELIVERY = ("cash on delivery", "(cod)", "nachnahme", "contrassegno", "contre remboursement", "货到付款")


def shopify_order(data: Json, states: States | None = None) -> dict[str, Any] | OrderProblem:
    """One order, or `{"order": …}`. A Problem where it is none, or where its parts do not come to `total_price`.

    `states`: the shop's own words, of its fulfilment or of its payment, and which of ours they are.
    """
    inner = data.get("order")
    order = inner if isinstance(inner, dict) else data
    stated = order.get("total_price")
    try:
        found = [_order(order, reading, states or {}) for reading in readings_of(order)]
        exact = next((one for one in found if total_problem(one, "total_price", stated) is None), None)
        return exact or adding_up(found[0], "total_price", stated)
    except WRONG_SHAPE as problem:
        return OrderProblem("", f"is no Shopify order: {type(problem).__name__} {problem}"[:200])


def _order(order: Json, reading: Reading, states: States) -> dict[str, Any]:
    lines, freight = lines_of(order, reading), freight_lines(order, reading)
    payments = captured_payments(order)
    found = without_empty(
        {
            "number": words(order.get("name")).lstrip("#") or words(order.get("order_number")),
            "placed_at": order.get("processed_at") or order.get("created_at"),
            "updated_at": order.get("updated_at") or order.get("created_at"),
            "currency": order.get("currency"),
            "status": _status(order, states),
            "payment_terms": "cod" if _is_collected_later(order) else "prepaid",
            "customer": _customer(order),
            "contact": contact_of(phone=order.get("phone"), mail=order.get("contact_email") or order.get("email")),
            "ship_to": _ship_to(order),
            "lines": lines,
            "freight": plain(total(line.get("price") for line in freight)),
            "freight_tax": plain(freight_taxes(order, freight)),
            "fees": order_fees(order, reading),
            "discounts": order_discounts(order, lines, reading),
            "payments": payments,
            "refunds": refunds_of(order, payments, reading),
            "shipments": _shipments(order, reading),
        }
    )
    return fitted(found)


def _status(order: Json, states: States) -> str:
    """Authorised money is not captured, so it is not paid; what was paid and given back was paid."""
    if order.get("cancelled_at"):
        return "cancelled"
    sent = order.get("fulfillment_status")
    for word in (sent, order.get("financial_status")):
        if isinstance(word, str) and word in states:
            return states[word]
    if sent == "fulfilled":
        parcels = [parcel.get("shipment_status") for parcel in _parcels(order)]
        return "delivered" if parcels and all(state == "delivered" for state in parcels) else "shipped"
    if not is_paid(order) and not _is_collected_later(order):
        return "awaiting_payment"
    return "shipped" if sent == "partial" else "paid"


def _is_collected_later(order: Json) -> bool:
    """By cash on delivery, or sent on account: what is shipped before it is paid is no prepaid order."""
    if captured_payments(order):
        return False
    gateways = [words(name).casefold() for name in order.get("payment_gateway_names") or [order.get("gateway")]]
    is_cash = any(name == "cod" or any(word in name for word in _CASH_ON_DELIVERY) for name in gateways)
    is_sent = order.get("fulfillment_status") in ("fulfilled", "partial")
    return is_cash or (is_sent and bool(amount(order.get("total_price"))))


def _parcels(order: Json) -> list[Json]:
    return [parcel for parcel in objects(order, "fulfillments") if parcel.get("status") == "success"]


def _shipments(order: Json, reading: Reading) -> list[dict[str, Any]]:
    known = {str(line["id"]) for line in lines_of(order, reading)}
    found = []
    for parcel in _parcels(order):
        lines = [
            {"line": str(line["id"]), "quantity": whole_number(line.get("quantity"))}
            for line in objects(parcel, "line_items")
            if str(line["id"]) in known and whole_number(line.get("quantity")) != 0
        ]
        one = {
            "id": str(parcel["id"]),
            "carrier": words(parcel.get("tracking_company")),
            "tracking_no": words(parcel.get("tracking_number")),
            "shipped_at": parcel.get("created_at"),
            "lines": lines,
        }
        if parcel.get("shipment_status") == "delivered":
            one["delivered_at"] = parcel.get("updated_at")
        if lines:
            found.append(one)
    return found


def _customer(order: Json) -> dict[str, Any] | None:
    customer = order.get("customer")
    if not isinstance(customer, dict) or customer.get("id") is None:
        return None
    return without_empty(
        {
            "id": str(customer["id"]),
            "name": _person(words(customer.get("first_name")), words(customer.get("last_name"))),
            "phone": words(customer.get("phone") or order.get("phone")),
            "mail": words(customer.get("email") or order.get("email")),
            "locale": words(order.get("customer_locale")),
        }
    )


def _person(first: str, last: str) -> str:
    """Chinese, Japanese and Korean names begin with the family's, and have no blank."""
    is_eastern = bool(first and last) and all(
        "\u3040" <= each <= "\u9fff" or "\uac00" <= each <= "\ud7a3" for each in first + last
    )
    return f"{last}{first}" if is_eastern else words(first, last)


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
