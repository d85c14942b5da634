"""An order of the GraphQL API in the form of Shopify's files and webhooks, which `feed_shopify` reads. No sums here."""

from __future__ import annotations

from typing import Any

from portal.adapters.feed_translation import Json
from portal.adapters.shopify_marks import legacy_id, plain_amount

_KINDS = {
    "DiscountCodeApplication": "discount_code",
    "AutomaticDiscountApplication": "automatic",
    "ManualDiscountApplication": "manual",
    "ScriptDiscountApplication": "script",
}
_SENT = {"PARTIALLY_FULFILLED": "partial", "UNFULFILLED": None}


def rest_order(order: Json) -> dict[str, Any]:
    """`order` with every part of it read: connections are plain lists by now."""
    return {
        "id": legacy_id(order["id"]),
        "name": order.get("name"),
        "created_at": order.get("createdAt"),
        "processed_at": order.get("processedAt"),
        "updated_at": order.get("updatedAt"),
        "cancelled_at": order.get("cancelledAt"),
        "currency": order.get("currencyCode"),
        "financial_status": _lower(order.get("displayFinancialStatus")),
        "fulfillment_status": _sent(order),
        "taxes_included": order.get("taxesIncluded"),
        "payment_gateway_names": order.get("paymentGatewayNames"),
        "phone": order.get("phone"),
        "email": order.get("email"),
        "customer_locale": order.get("customerLocale"),
        "customer": _customer(order.get("customer")),
        "shipping_address": _address(order.get("shippingAddress")),
        "total_price": plain_amount(order.get("totalPriceSet")),
        "total_discounts": plain_amount(order.get("totalDiscountsSet")),
        "total_tip_received": plain_amount(order.get("totalTipReceivedSet")),
        "original_total_duties_set": _set(order.get("originalTotalDutiesSet")),
        "original_total_additional_fees_set": _set(order.get("originalTotalAdditionalFeesSet")),
        "tax_lines": _taxes(order),
        "line_items": [_line(line) for line in order["lineItems"]],
        "shipping_lines": [_freight(line) for line in order["shippingLines"]["nodes"]],
        "discount_applications": _applications(order),
        "transactions": [_transaction(one) for one in order["transactions"]],
        "refunds": [_refund(refund) for refund in order["refunds"]],
        "fulfillments": [_parcel(parcel) for parcel in order["fulfillments"]],
    }


def _lower(word: Any) -> str:
    return word.lower() if isinstance(word, str) else ""


def _sent(order: Json) -> str | None:
    said = order.get("displayFulfillmentStatus")
    return _SENT[said] if said in _SENT else _lower(said)


def _set(bag: Any) -> dict[str, Any] | None:
    return {"shop_money": {"amount": plain_amount(bag)}} if bag else None


def _line(line: Json) -> dict[str, Any]:
    """What its discounts took is in the allocations alone."""
    variant = line.get("variant")
    return {
        "id": legacy_id(line["id"]),
        "sku": line.get("sku"),
        "title": line.get("title"),
        "variant_title": line.get("variantTitle"),
        "variant_id": legacy_id(variant["id"]) if variant else None,
        "quantity": line.get("quantity"),
        "current_quantity": line.get("currentQuantity"),
        "price": plain_amount(line.get("originalUnitPriceSet")),
        "requires_shipping": line.get("requiresShipping"),
        "gift_card": line.get("isGiftCard"),
        "tax_lines": _taxes(line),
        "discount_allocations": _allocations(line),
    }


def _freight(line: Json) -> dict[str, Any]:
    return {
        "price": plain_amount(line.get("originalPriceSet")),
        "discounted_price": plain_amount(line.get("discountedPriceSet")),
        "is_removed": line.get("isRemoved"),
        "tax_lines": _taxes(line),
        "discount_allocations": _allocations(line),
    }


def _taxes(entry: Json) -> list[dict[str, Any]]:
    return [{"price": plain_amount(tax.get("priceSet"))} for tax in entry.get("taxLines") or ()]


def _allocations(entry: Json) -> list[dict[str, Any]]:
    return [
        {
            "amount": plain_amount(part.get("allocatedAmountSet")),
            "discount_application_index": part["discountApplication"]["index"],
        }
        for part in entry.get("discountAllocations") or ()
    ]


def _applications(order: Json) -> list[dict[str, Any]]:
    """In the order of their index, which allocations name."""
    return [
        {
            "type": _KINDS.get(one.get("__typename", ""), "manual"),
            "target_type": _lower(one.get("targetType")),
            "code": one.get("code"),
            "title": one.get("title"),
        }
        for one in sorted(order["discountApplications"]["nodes"], key=lambda one: int(one["index"]))
    ]


def _transaction(one: Json) -> dict[str, Any]:
    """Its reference is its id: by it the money is given back. Both currencies are said, since Shopify rounds each."""
    bag, parent = one.get("amountSet") or {}, one.get("parentTransaction")
    return {
        "id": legacy_id(one["id"]),
        "kind": _lower(one.get("kind")),
        "status": _lower(one.get("status")),
        "gateway": one.get("gateway"),
        "amount": plain_amount(bag, "presentmentMoney"),
        "currency": (bag.get("presentmentMoney") or {}).get("currencyCode"),
        "amount_set": _set(bag),
        "processed_at": one.get("processedAt"),
        "created_at": one.get("createdAt"),
        "parent_id": legacy_id(parent["id"]) if parent else None,
    }


def _refund(refund: Json) -> dict[str, Any]:
    return {
        "id": legacy_id(refund["id"]),
        "note": refund.get("note"),
        "created_at": refund.get("refundedAt"),
        "refund_line_items": [_units(entry, "line_item_id") for entry in refund["refundLineItems"]],
        "transactions": [_transaction(one) for one in refund["transactions"]["nodes"]],
    }


def _parcel(parcel: Json) -> dict[str, Any]:
    tracking: Json = next(iter(parcel.get("trackingInfo") or ()), {})
    is_delivered = parcel.get("displayStatus") == "DELIVERED"
    return {
        "id": legacy_id(parcel["id"]),
        "status": _lower(parcel.get("status")),
        "shipment_status": "delivered" if is_delivered else _lower(parcel.get("displayStatus")),
        "created_at": parcel.get("createdAt"),
        "updated_at": parcel.get("deliveredAt") or parcel.get("updatedAt"),
        "tracking_company": tracking.get("company"),
        "tracking_number": tracking.get("number"),
        "line_items": [_units(entry, "id") for entry in parcel["fulfillmentLineItems"]],
    }


def _units(entry: Json, name: str) -> dict[str, Any]:
    return {name: legacy_id(entry["lineItem"]["id"]), "quantity": entry.get("quantity")}


def _customer(customer: Any) -> dict[str, Any] | None:
    if not customer:
        return None
    return {
        "id": legacy_id(customer["id"]),
        "first_name": customer.get("firstName"),
        "last_name": customer.get("lastName"),
        "email": (customer.get("defaultEmailAddress") or {}).get("emailAddress"),
        "phone": (customer.get("defaultPhoneNumber") or {}).get("phoneNumber"),
    }


def _address(address: Any) -> dict[str, Any] | None:
    if not address:
        return None
    return {
        "name": address.get("name"),
        "first_name": address.get("firstName"),
        "last_name": address.get("lastName"),
        "company": address.get("company"),
        "phone": address.get("phone"),
        "address1": address.get("address1"),
        "address2": address.get("address2"),
        "city": address.get("city"),
        "province": address.get("province"),
        "zip": address.get("zip"),
        "country_code": address.get("countryCodeV2"),
    }
