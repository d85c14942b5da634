"""What a Shopify order costs and what was paid for it, by one of the readings that such an order allows."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from portal.adapters.feed_translation import (
    Json,
    amount,
    apportioned,
    objects,
    plain,
    total,
    whole_number,
    without_empty,
    words,
)

PAID = ("paid", "partially_refunded", "refunded")
_DISCOUNTS = {"discount_code": "coupon", "automatic": "promotion", "script": "promotion", "manual": "adjustment"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One way to read an order: what its freight was lowered by, whether shipping lines that were removed and duties
    count into its total, and whether its lines are those of now (after edits) rather than those that were ordered."""

    freight_off: Decimal
    with_removed: bool
    with_charges: bool
    as_of_now: bool


def readings_of(order: Json) -> list[Reading]:
    """Every one that makes a difference for this order, likeliest first."""
    freight = objects(order, "shipping_lines")
    has_removed = any(line.get("is_removed") for line in freight)
    is_edited = any(
        line.get("current_quantity", line.get("quantity")) != line.get("quantity") for line in _items(order)
    )
    return [
        Reading(freight_off=off, with_removed=removed, with_charges=charges, as_of_now=now)
        for now, removed, charges in itertools.product(
            (False, True) if is_edited else (False,),
            (False, True) if has_removed else (False,),
            (True, False) if _charges(order) else (True,),
        )
        for off in _freight_off(order, with_removed=removed)
    ]


def is_paid(order: Json) -> bool:
    return order.get("financial_status") in PAID


def in_shop_money(order: Json, entry: Json, name: str) -> Decimal:
    """An amount beside which Shopify may have it in both currencies, or only in the customer's."""
    both = entry.get(f"{name}_set")
    if isinstance(both, dict) and isinstance(shop := both.get("shop_money"), dict):
        return amount(shop.get("amount"))
    said, currency = amount(entry.get(name)), entry.get("currency")
    if currency in (None, "", order.get("currency")):
        return said
    both = order.get("total_price_set")
    theirs = amount((both.get("presentment_money") or {}).get("amount")) if isinstance(both, dict) else Decimal(0)
    whole = amount(order.get("total_price"))
    (converted,) = (
        apportioned(said * whole / theirs, [Decimal(1)], str(order.get("currency"))) if theirs else (plain(said),)
    )
    return Decimal(converted)


def lines_of(order: Json, reading: Reading) -> list[dict[str, Any]]:
    """With their taxes: those inside the prices are not added; those named for the order alone are spread."""
    lines = [_line(line, reading) for line in _items(order)]
    if order.get("taxes_included"):
        for line in lines:
            line.pop("tax", None)
    elif lines and not any(amount(line.get("tax")) for line in lines):
        whole = total(tax.get("price") for tax in objects(order, "tax_lines"))
        if whole > 0:
            weights = [amount(line["unit_price"]) * int(line["quantity"]) for line in lines]
            for line, part in zip(lines, apportioned(whole, weights, str(order.get("currency"))), strict=True):
                line["tax"] = part
    return lines


def _items(order: Json) -> list[Json]:
    return objects(order, "line_items")


def _line(line: Json, reading: Reading) -> dict[str, Any]:
    own = amount(line.get("total_discount")) if not objects(line, "discount_allocations") else Decimal(0)
    quantity = line.get("current_quantity", line.get("quantity")) if reading.as_of_now else line.get("quantity")
    return without_empty(
        {
            "id": str(line["id"]),
            "title": words(line.get("title") or line.get("name")),
            "variant": words(line.get("variant_title")),
            "quantity": whole_number(quantity),
            "unit_price": plain(amount(line.get("price"))),
            "discount": plain(own) if own else None,
            "tax": plain(total(tax.get("price") for tax in objects(line, "tax_lines"))),
            "tags": ["digital"] if line.get("requires_shipping") is False or line.get("gift_card") else None,
        }
    ) | {"sku": words(line.get("sku")) or words(line.get("variant_id"))}


def freight_lines(order: Json, reading: Reading) -> list[Json]:
    return [line for line in objects(order, "shipping_lines") if reading.with_removed or not line.get("is_removed")]


def freight_taxes(order: Json, freight: Iterable[Json]) -> Decimal:
    if order.get("taxes_included"):
        return Decimal(0)
    return total(tax.get("price") for line in freight for tax in objects(line, "tax_lines"))


def _freight_off(order: Json, *, with_removed: bool) -> list[Decimal]:
    """What the freight may have been lowered by: as allocated, as its discounted price says, by both, by a code that is
    for shipping, not at all."""
    lines = [line for line in objects(order, "shipping_lines") if with_removed or not line.get("is_removed")]
    price = total(line.get("price") for line in lines)
    allocated = total(part.get("amount") for line in lines for part in objects(line, "discount_allocations"))
    lowered = price - total(line.get("discounted_price", line.get("price")) for line in lines)
    by_code = total(code.get("amount") for code in objects(order, "discount_codes") if code.get("type") == "shipping")
    ways = (allocated, lowered, allocated + lowered, by_code) if allocated else (by_code or lowered, lowered)
    return list(dict.fromkeys(min(max(off, Decimal(0)), price) for off in (*ways, Decimal(0))))


def order_discounts(order: Json, lines: list[dict[str, Any]], reading: Reading) -> list[dict[str, Any]]:
    """Each application once, over the lines Shopify gave a part of it; without them, what `total_discounts` says beside
    the freight's, which stands for itself."""
    sums, touched = _allocations(order)
    found = [_discount(order, index, whole, touched[index]) for index, whole in sorted(sums.items())]
    if not sums:
        own = total(line.get("discount") for line in lines)
        targets = {how.get("target_type") for how in objects(order, "discount_applications")}
        on_goods = Decimal(0) if targets == {"shipping_line"} else amount(order.get("total_discounts"))
        rest = on_goods - own - reading.freight_off
        codes = [words(code.get("code")) for code in objects(order, "discount_codes") if code.get("type") != "shipping"]
        if rest > 0:
            kind = "coupon" if codes else "adjustment"
            found.append(without_empty({"kind": kind, "code": "+".join(codes), "amount": plain(rest)}))
    if reading.freight_off:
        found.append(_freight_discount(order, reading.freight_off))
    return found


def _allocations(order: Json) -> tuple[dict[int, Decimal], dict[int, list[str]]]:
    """What each application took of the lines, and of which."""
    sums: dict[int, Decimal] = defaultdict(Decimal)
    touched: dict[int, list[str]] = defaultdict(list)
    for line in _items(order):
        for part in objects(line, "discount_allocations"):
            if share := amount(part.get("amount")):
                index = int(part.get("discount_application_index", 0))
                sums[index] += share
                touched[index].append(str(line["id"]))
    return sums, touched


def _discount(order: Json, index: int, whole: Decimal, lines: list[str]) -> dict[str, Any]:
    applied = objects(order, "discount_applications")
    how: Json = applied[index] if index < len(applied) else {}
    kind = _DISCOUNTS.get(words(how.get("type")), "adjustment")
    code = words(how.get("code") or how.get("title"))
    return without_empty({"kind": kind, "code": code, "amount": plain(whole), "lines": lines})


def _freight_discount(order: Json, off: Decimal) -> dict[str, Any]:
    """What lowered the freight: the application or the code that is for shipping, where there is one."""
    for how in objects(order, "discount_applications"):
        if how.get("target_type") == "shipping_line":
            kind = _DISCOUNTS.get(words(how.get("type")), "adjustment")
            code = words(how.get("code") or how.get("title"))
            return without_empty({"kind": kind, "code": code, "amount": plain(off), "on": "freight"})
    codes = [words(code.get("code")) for code in objects(order, "discount_codes") if code.get("type") == "shipping"]
    kind = "coupon" if codes else "adjustment"
    return without_empty({"kind": kind, "code": "+".join(codes), "amount": plain(off), "on": "freight"})


def order_fees(order: Json, reading: Reading) -> list[dict[str, str]]:
    tip = amount(order.get("total_tip_received"))
    fees = [("Tip", tip), *(_charges(order) if reading.with_charges else ())]
    return [{"title": title, "amount": plain(value)} for title, value in fees if value > 0]


def _charges(order: Json) -> list[tuple[str, Decimal]]:
    """Duties and additional fees, as they were when the order was placed."""
    duties = _shop_money(order, "original_total_duties_set") or total(
        in_shop_money(order, duty, "price") for line in _items(order) for duty in objects(line, "duties")
    )
    more = _shop_money(order, "original_total_additional_fees_set")
    return [(title, value) for title, value in (("duties", duties), ("additional fees", more)) if value > 0]


def _shop_money(order: Json, name: str) -> Decimal:
    both = order.get(name)
    return amount((both.get("shop_money") or {}).get("amount")) if isinstance(both, dict) else Decimal(0)


def captured_payments(order: Json) -> list[dict[str, Any]]:
    """Captured money: the transactions where the export has them, else the total of a paid order at one gateway.

    Of several gateways nobody says what each has taken: the money is not said to have come from a gift card.
    """
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
                "amount": taken,
                "paid_at": entry.get("processed_at") or entry.get("created_at"),
                "reference": words(entry.get("authorization")) or str(entry["id"]),
            }
            for entry, taken in zip(captured, _captured_amounts(order, captured), strict=True)
        ]
    if not is_paid(order) or not amount(order.get("total_price")):
        return []
    gateways = [words(name) for name in order.get("payment_gateway_names") or [order.get("gateway")]]
    return [
        {
            "id": str(order.get("id", "1")),
            "method": next((name for name in gateways if name and name != "gift_card"), gateways[0]) or "other",
            "amount": plain(amount(order.get("total_price"))),
            "paid_at": order.get("processed_at") or order.get("created_at"),
            "reference": words(order.get("checkout_id") or order.get("id")) or "1",
        }
    ]


def _captured_amounts(order: Json, captured: list[Json]) -> list[str]:
    """In the shop's currency. Converted ones are each rounded: where they come to the order's total but for that, they
    come to it exactly."""
    found, whole = [in_shop_money(order, entry, "amount") for entry in captured], amount(order.get("total_price"))
    is_converted = any(entry.get("currency") not in (None, "", order.get("currency")) for entry in captured)
    if is_converted and abs(sum(found) - whole) <= len(found) * Decimal("0.01"):
        return apportioned(whole, found, str(order.get("currency")))
    return [plain(one) for one in found]
