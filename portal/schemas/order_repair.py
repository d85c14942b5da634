"""What one part of an order cannot mean does not keep the order out: it is left out, and said (INTERFACE, order).

Asked only of orders that are not right as they are, so that those that are cost nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from portal.domain.intake.imported_order import OrderProblem

NO_UNITS = "is 0: the line was left out"


def without_meaningless(data: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[OrderProblem, ...]] | None:
    """Without lines of no units and whatever names them; fees below 0 as the discounts they are. None where it is
    neither, or nothing would be left."""
    lines = data.get("lines")
    if not isinstance(lines, list) or not all(isinstance(line, dict) for line in lines):
        return None
    kept = [line for line in lines if not _is_zero(line.get("quantity"))]
    rebates = [fee for fee in _objects(data.get("fees")) if _is_below_zero(fee.get("amount"))]
    if not kept or (len(kept) == len(lines) and not rebates):
        return None
    found = {**data, "lines": kept}
    gone = {line.get("id") for line in lines if _is_zero(line.get("quantity"))} - {line.get("id") for line in kept}
    if gone:
        _drop_references(found, gone)
    if rebates:
        _as_discounts(found, rebates)
    left_out = (
        OrderProblem(f"lines.{index}.quantity", NO_UNITS)
        for index, line in enumerate(lines)
        if _is_zero(line.get("quantity"))
    )
    return found, tuple(left_out)


def _drop_references(data: dict[str, Any], gone: set[Any]) -> None:
    for name in ("shipments", "refunds"):
        parts: list[Mapping[str, Any]] = []
        for part in _objects(data.get(name)):
            units = part.get("lines")
            if isinstance(units, list):
                left = [unit for unit in units if not (isinstance(unit, dict) and unit.get("line") in gone)]
                if name == "shipments" and units and not left:
                    continue
                parts.append({**part, "lines": left})
            else:
                parts.append(part)
        if name in data:
            data[name] = parts
    if isinstance(data.get("discounts"), list):
        data["discounts"] = [_without_lines(one, gone) for one in data["discounts"]]
    data["lines"] = [_without_gift(line, gone) for line in data["lines"]]


def _without_lines(discount: Any, gone: set[Any]) -> Any:
    if not isinstance(discount, dict) or not isinstance(discount.get("lines"), list):
        return discount
    left = [line for line in discount["lines"] if not isinstance(line, str) or line not in gone]
    # Without any it would be one of the whole order.
    return {**discount, "lines": left} if left else discount


def _without_gift(line: dict[str, Any], gone: set[Any]) -> dict[str, Any]:
    return {**line, "gift_of": None} if line.get("gift_of") in gone else line


def _as_discounts(data: dict[str, Any], rebates: list[Mapping[str, Any]]) -> None:
    data["fees"] = [fee for fee in data["fees"] if fee not in rebates]
    before = data.get("discounts")
    discounts = [{"kind": "adjustment", "amount": str(fee["amount"])[1:]} for fee in rebates]
    data["discounts"] = [*(before if isinstance(before, list) else ()), *discounts]


def _objects(value: Any) -> Iterable[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _is_zero(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value == 0


def _is_below_zero(value: Any) -> bool:
    return isinstance(value, str) and value.startswith("-")
