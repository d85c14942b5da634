"""What WooCommerce gave back of an order, from the order and from the documents of its refunds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from portal.adapters.feed_translation import Json, amount, objects, plain, whole_number, without_empty, words

NUMBER_KEY = "_aftersales_refund"
"""The key of a refund's meta data that holds our number."""
_NUMBER = re.compile(r"\[refund ([A-Z0-9]{26}-\d{1,3})\]")


def reason_of(number: str, reason: str) -> str:
    """Woo keeps the reason before it calls its gateway and the meta data after it: our number is in both."""
    return f"{reason[:120]} [refund {number}]".strip()


def number_in(refund: Json) -> str:
    """Our number of a refund that we asked for, "" where it is the shop's own."""
    for entry in objects(refund, "meta_data"):
        if entry.get("key") == NUMBER_KEY:
            return words(entry.get("value"))
    found = _NUMBER.search(words(refund.get("reason"))[:500])
    return found[1] if found else ""


def refunds_of(
    data: Json, payments: list[dict[str, Any]], documents: Sequence[Json], *, at: Any
) -> list[dict[str, Any]]:
    """Amounts are written negative; the order has no times of them, so that of its last change is taken. They lower
    the payment made last: the gift cards stand before it."""
    by_id = {str(document.get("id")): document for document in documents}
    found = []
    for refund in objects(data, "refunds") if payments else []:
        document = by_id.get(str(refund["id"]), {})
        moment = document.get("date_created_gmt") or refund.get("date_created_gmt")
        found.append(
            without_empty(
                {
                    "id": str(refund["id"]),
                    "payment": payments[-1]["id"],
                    "amount": plain(abs(amount(refund.get("total") or document.get("amount") or refund.get("amount")))),
                    "at": f"{moment}Z" if moment else at,
                    "reference": number_in(document) or number_in(refund),
                    "lines": _units(document),
                }
            )
        )
    return found


def _units(document: Json) -> list[dict[str, Any]]:
    """Units of the order's own lines. A refund of a line's money alone has the quantity 0."""
    found = []
    for line in objects(document, "line_items"):
        units = whole_number(abs(amount(line.get("quantity"))))
        target = next(
            (words(e.get("value")) for e in objects(line, "meta_data") if e.get("key") == "_refunded_item_id"), ""
        )
        if target and isinstance(units, int) and units > 0:
            found.append({"line": target, "quantity": units})
    return found


def booked(refund: Json) -> Decimal:
    """What of money a refund's document says went back."""
    return abs(amount(refund.get("amount") or refund.get("total")))
