"""WooCommerce's order JSON (REST v3) to the order format.

Its line amounts are without tax, which stands beside them. What its refunds are for stands in documents of their own:
without them an order's earlier refunds lower the money that is left, not the units.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

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
    whole_number,
    without_empty,
    words,
)
from portal.adapters.feed_woocommerce_refunds import refunds_of
from portal.domain.intake.imported_order import OrderProblem

_STATUS = {
    "pending": "awaiting_payment",
    "on-hold": "awaiting_payment",
    "failed": "awaiting_payment",
    "processing": "paid",
    "completed": "completed",
    "refunded": "completed",
    "cancelled": "cancelled",
}
_DECIMALS = Decimal("1e-12")
_CENT = Decimal("0.01")


def woocommerce_order(
    data: Json, states: States | None = None, refunds: Sequence[Json] = ()
) -> dict[str, Any] | OrderProblem:
    """A Problem where it is no order, is still a draft, or where its parts do not come to its `total`.

    `states`: statuses that the shop or a plug-in has added, and which of ours they are. `refunds`: its refunds'
    documents (`orders/<id>/refunds`), as far as they were asked for.
    """
    known = _STATUS | dict(states or {})
    try:
        status = known.get(words(data.get("status")).removeprefix("wc-")) or known.get(words(data.get("status")))
        if status is None:
            return OrderProblem("status", f"is {data.get('status')!r}; orders are {', '.join(known)}")
        return adding_up(_order(data, _refunded(data, status), refunds), "total", plain(_due(data)))
    except WRONG_SHAPE as problem:
        return OrderProblem("", f"is no WooCommerce order: {type(problem).__name__} {problem}"[:200])


def _refunded(data: Json, status: str) -> str:
    """It says `refunded` of every order whose money is all back: one that was never completed was called off."""
    is_off = data.get("status") in ("refunded", "wc-refunded") and status == "completed"
    return "cancelled" if is_off and "date_completed" in data and not data["date_completed"] else status


def _due(data: Json) -> Decimal:
    """What the goods cost: the total is without what gift cards paid of it."""
    return amount(data.get("total")) + sum((amount(card.get("amount")) for card in _gift_cards(data)), Decimal(0))


def _gift_cards(data: Json) -> list[Json]:
    return objects(data, "gift_cards")


def _order(data: Json, status: str, refunds: Sequence[Json]) -> dict[str, Any]:
    lines, billing = [_line(line) for line in objects(data, "line_items")], data.get("billing")
    payments = _payments(data, status)
    found = without_empty(
        {
            "number": words(data.get("number")) or words(data.get("id")),
            "placed_at": _utc(data, "date_created"),
            "updated_at": _utc(data, "date_modified") or _utc(data, "date_created"),
            "currency": data.get("currency"),
            "status": status,
            "payment_terms": "cod" if data.get("payment_method") == "cod" else "prepaid",
            "customer": _customer(data),
            "contact": contact_of(phone=billing.get("phone"), mail=billing.get("email"))
            if isinstance(billing, dict)
            else None,
            "ship_to": _ship_to(data),
            "lines": lines,
            "freight": plain(amount(data.get("shipping_total"))),
            "freight_tax": plain(amount(data.get("shipping_tax"))),
            "fees": [
                {"title": _text(fee.get("name")) or "Fee", "amount": plain(_with_tax(fee))}
                for fee in objects(data, "fee_lines")
                if _with_tax(fee) >= 0
            ],
            "discounts": _discounts(data),
            "payments": payments,
            "refunds": refunds_of(
                data, payments, refunds, at=_utc(data, "date_modified") or _utc(data, "date_created")
            ),
        }
    )
    return fitted(found)


def _utc(data: Json, name: str) -> str | None:
    moment = data.get(f"{name}_gmt")
    return f"{moment}Z" if moment else None


def _text(value: Any) -> str:
    return html.unescape(words(value))


def _shown(entry: Json, name: str) -> str:
    return _text(entry.get(f"display_{name}") or entry.get(name))


def _with_tax(part: Json) -> Decimal:
    return amount(part.get("total")) + amount(part.get("total_tax"))


def _line(line: Json) -> dict[str, Any]:
    """`subtotal` is before coupons; where `total` is above it, the price was raised by hand."""
    quantity = whole_number(line.get("quantity"))
    chosen = [entry for entry in objects(line, "meta_data") if not str(entry.get("key", "_")).startswith("_")]
    variant = ", ".join(f"{_shown(entry, 'key')}: {_shown(entry, 'value')}" for entry in chosen)
    return without_empty(
        {
            "id": str(line["id"]),
            "title": _text(line.get("name")),
            "variant": variant,
            "quantity": quantity,
            "unit_price": plain(_price(_before_discounts(line), quantity)),
            "tax": plain(amount(line.get("total_tax"))),
        }
    ) | {"sku": words(line.get("sku")) or words(line.get("variation_id") or line.get("product_id"))}


def _before_discounts(line: Json) -> Decimal:
    return max(amount(line.get("subtotal")), amount(line.get("total")))


def _price(subtotal: Decimal, quantity: Any) -> Decimal:
    """Of one unit. Uneven, twelve decimals of it times the units still come back to the same minor unit.

    What is no count of units is rejected as that, by its own name, so its price does not matter.
    """
    if not isinstance(quantity, int) or quantity < 1:
        return subtotal
    even = (subtotal / quantity).quantize(_CENT)
    return even if even * quantity == subtotal else (subtotal / quantity).quantize(_DECIMALS)


def _discounts(data: Json) -> list[dict[str, Any]]:
    """Coupons over the lines they made cheaper, as one where Woo's own sum per coupon is not theirs; negative fees, of
    which what the goods do not cost lowered the freight."""
    items = objects(data, "line_items")
    cut = [(str(line["id"]), _before_discounts(line) - amount(line.get("total"))) for line in items]
    whole, touched = sum((less for _, less in cut), Decimal(0)), [line_id for line_id, less in cut if less]
    coupons = [
        {"kind": "coupon", "code": _text(coupon.get("code")), "amount": plain(amount(coupon.get("discount")))}
        for coupon in objects(data, "coupon_lines")
    ]
    if coupons and total(coupon["amount"] for coupon in coupons) != whole:
        coupons = [{"kind": "coupon", "code": "+".join(coupon["code"] for coupon in coupons), "amount": plain(whole)}]
    if not coupons and whole:
        coupons = [{"kind": "adjustment", "amount": plain(whole)}]
    return [*(coupon | {"lines": touched} for coupon in coupons if touched), *_rebates(data, items)]


def _rebates(data: Json, items: list[Json]) -> list[dict[str, Any]]:
    goods, found = sum((_with_tax(line) for line in items), Decimal(0)), []
    for fee in objects(data, "fee_lines"):
        off = max(Decimal(0), -_with_tax(fee))
        on_goods = min(off, goods)
        goods -= on_goods
        if on_goods:
            found.append({"kind": "adjustment", "amount": plain(on_goods)})
        if off > on_goods:
            found.append({"kind": "adjustment", "amount": plain(off - on_goods), "on": "freight"})
    return found


def _payments(data: Json, status: str) -> list[dict[str, Any]]:
    """One of the whole total beside what gift cards paid, once it is paid; by cash on delivery only with the order
    completed."""
    paid_at = _utc(data, "date_paid")
    is_paid = bool(paid_at) or status not in ("awaiting_payment", "cancelled")
    if data.get("payment_method") == "cod" and status != "completed":
        is_paid = False
    if not is_paid:
        return []
    at = paid_at or _utc(data, "date_completed") or _utc(data, "date_created")
    cards = [
        {
            "id": f"gift-{words(card.get('id')) or index}",
            "method": "gift_card",
            "amount": plain(amount(card.get("amount"))),
            "paid_at": at,
            "reference": words(card.get("id")) or str(index),
        }
        for index, card in enumerate(_gift_cards(data), 1)
        if amount(card.get("amount"))
    ]
    if not amount(data.get("total")):
        return cards
    return [
        *cards,
        {
            "id": words(data.get("transaction_id"))[:64] or "1",
            "method": words(data.get("payment_method"))[:32] or "other",
            "amount": plain(amount(data.get("total"))),
            "paid_at": at,
            "reference": words(data.get("transaction_id")) or words(data.get("order_key") or data.get("id")),
        },
    ]


def _customer(data: Json) -> dict[str, Any] | None:
    """Customer 0 is a guest, who reaches the order by its number and `contact`."""
    billing = data.get("billing")
    if not data.get("customer_id") or not isinstance(billing, dict):
        return None
    return without_empty(
        {
            "id": str(data["customer_id"]),
            "name": words(billing.get("first_name"), billing.get("last_name")),
            "phone": words(billing.get("phone")),
            "mail": words(billing.get("email")),
        }
    )


def _ship_to(data: Json) -> dict[str, Any] | None:
    address, billing = data.get("shipping"), data.get("billing")
    if not isinstance(address, dict) or not words(address.get("address_1"), address.get("country")):
        return None
    phone = address.get("phone") or (billing.get("phone") if isinstance(billing, dict) else "")
    return {
        "name": words(address.get("first_name"), address.get("last_name")),
        "phone": words(phone),
        "country": words(address.get("country")),
        "region": words(address.get("state"), address.get("city")),
        "address": words(address.get("company"), address.get("address_1"), address.get("address_2")),
        "postcode": words(address.get("postcode")),
    }
