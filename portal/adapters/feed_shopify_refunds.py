"""What a Shopify order has given back, with or without money, and what was taken off it."""

from __future__ import annotations

from typing import Any

from portal.adapters.feed_shopify_money import Reading, in_shop_money
from portal.adapters.feed_translation import Json, objects, plain, whole_number, without_empty, words
from portal.adapters.shopify_marks import mark_in

_STATES = {"success": "succeeded", "pending": "pending"}


def refunds_of(order: Json, payments: list[dict[str, Any]], reading: Reading) -> list[dict[str, Any]]:
    """The lines of a refund stand with the first of its transactions, or for themselves where no money went with them:
    they are not to be sent any more. Units taken off without a refund are in `current_quantity` alone. What the portal
    itself did there bears its number as reference, and units that it took off alone are known already."""
    found, ours, known = [], [], [payment["id"] for payment in payments]
    for refund in objects(order, "refunds"):
        lines = [] if reading.as_of_now else _units(refund)
        sent = objects(refund, "transactions")
        for entry in sent if known else []:
            if entry.get("kind") == "refund" and entry.get("status") in _STATES:
                found.append(_refund(order, refund, entry, known) | ({"lines": lines} if lines else {}))
                lines = []
        if mark_in(refund.get("note")):
            ours += lines
        elif lines and not sent:
            found.append(_units_only(f"units-{refund['id']}", lines, refund.get("created_at"), known))
    if not reading.as_of_now:
        at = order.get("updated_at") or order.get("created_at")
        named = [unit for refund in found for unit in refund.get("lines", ())] + ours
        found += [_units_only(f"removed-{line['line']}", [line], at, known) for line in _taken_off(order, named)]
    return found


def _refund(order: Json, refund: Json, entry: Json, known: list[str]) -> dict[str, Any]:
    paid_by = words(entry.get("parent_id"))
    one = {
        "id": str(entry["id"]),
        "payment": paid_by if paid_by in known else known[0],
        "amount": plain(in_shop_money(order, entry, "amount")),
        "at": entry.get("processed_at") or entry.get("created_at") or refund.get("created_at"),
        "reference": mark_in(refund.get("note")),
    }
    status = _STATES[entry["status"]]
    return without_empty(one | ({"status": status} if status != "succeeded" else {}))


def _units(refund: Json) -> list[dict[str, Any]]:
    return [
        {"line": str(entry["line_item_id"]), "quantity": whole_number(entry.get("quantity"))}
        for entry in objects(refund, "refund_line_items")
        if whole_number(entry.get("quantity")) != 0
    ]


def _units_only(name: str, lines: list[dict[str, Any]], at: Any, known: list[str]) -> dict[str, Any]:
    return without_empty({"id": name, "payment": known[0] if known else "", "amount": "0", "at": at, "lines": lines})


def _taken_off(order: Json, units: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Units that are gone from a line and that no refund names: `units` are those that one does."""
    named: dict[str, int] = {}
    for unit in units:
        named[unit["line"]] = named.get(unit["line"], 0) + int(unit["quantity"])
    found = []
    for line in objects(order, "line_items"):
        ordered, now = whole_number(line.get("quantity")), whole_number(line.get("current_quantity"))
        if isinstance(ordered, int) and isinstance(now, int):
            off = ordered - now - named.get(str(line["id"]), 0)
            if off > 0 and now >= 0:
                found.append({"line": str(line["id"]), "quantity": off})
    return found
