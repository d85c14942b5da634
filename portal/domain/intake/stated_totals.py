"""What an order costs by its parts, and by what the shop says it costs: which parts of a table's row count. Pure.

Shops write the same column with different meanings: taxes that are inside the prices or beside them, a discount that
is of the goods or of the freight. Nobody says which, but the total does: an order is read in the ways that its mapping
allows, everything first, and the first that comes to the stated total is taken. None that does: rejected.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from portal.domain.intake.balance import difference
from portal.domain.intake.imported_order import OrderProblem
from portal.domain.money import BadMoney, Money, minor_digits, parse_amount, parse_decimal, price_times
from portal.domain.orders.apportion import largest_remainder

MOST_OPTIONAL = 6
PARTS = "lines, discounts, taxes, freight and fees"


@dataclass(frozen=True, slots=True)
class OptionalPart:
    """Counts only where it is needed to come to the total. `value`: the entry of a discount or fee; of line discounts
    one amount (or "") a line; of a tax its amount and which lines are taxed."""

    kind: Literal["line_discounts", "discounts", "fees", "tax"]
    value: Any


def settled(
    data: dict[str, Any], optional: Sequence[OptionalPart], *, total: str, goods: str
) -> dict[str, Any] | OrderProblem:
    """The order with the parts that come to `total`, and its goods after discounts to `goods`, as far as these are
    said. A part that cannot be read stays: the order's checks will name it."""
    if not (total or goods):
        return _with(data, optional)
    first: OrderProblem | None = None
    for left_out in range(len(optional) + 1):
        for without in itertools.combinations(range(len(optional)), left_out):
            found = _with(data, [part for index, part in enumerate(optional) if index not in without])
            problem = _problem(found, total, goods)
            if problem is None:
                return found
            first = first or problem
    return first or data


def _with(data: dict[str, Any], parts: Sequence[OptionalPart]) -> dict[str, Any]:
    if not parts:
        return data
    found = data | {"lines": [dict(line) for line in data["lines"]]}
    for part in sorted(parts, key=lambda part: part.kind == "tax"):
        if part.kind == "line_discounts":
            for line, amount in zip(found["lines"], part.value, strict=True):
                line.update({"discount": amount} if amount else {})
        elif part.kind == "tax":
            _spread(found, *part.value)
        else:
            found[part.kind] = [*found.get(part.kind, ()), part.value]
    return found


def _spread(data: dict[str, Any], tax: str, taxed: Sequence[bool]) -> None:
    """A tax that is named for the whole order, over its taxed lines in proportion to what they cost; over nothing that
    costs anything, it is the freight's."""
    currency = data.get("currency", "")
    try:
        whole = parse_amount(tax, currency).minor
        costs = [_cost(line, currency) if is_taxed else 0 for line, is_taxed in zip(data["lines"], taxed, strict=True)]
        if whole < 0 or not any(costs):
            data["freight_tax"] = tax
            return
        for line, part in zip(data["lines"], largest_remainder(whole, costs, [whole] * len(costs)), strict=True):
            line.update({"tax": Money(part, currency).decimal()} if part else {})
    except (BadMoney, TypeError):
        data["freight_tax"] = tax


def _cost(line: Mapping[str, Any], currency: str) -> int:
    price = price_times(parse_decimal(line.get("unit_price")), line.get("quantity", 0), currency).minor
    return max(price - _minor(line, "discount", currency), 0)


def _problem(data: Mapping[str, Any], total: str, goods: str) -> OrderProblem | None:
    for name, stated, due in (("total", total, amount_due(data)), ("goods", goods, _goods_due(data))):
        if not stated or due is None:
            continue
        try:
            said = parse_amount(stated, due.currency)
        except BadMoney as problem:
            return OrderProblem(name, str(problem))
        if said != due:
            return OrderProblem(name, difference(name, said, PARTS if name == "total" else "lines and discounts", due))
    return None


def _goods_due(data: Mapping[str, Any]) -> Money | None:
    """What the goods cost after their discounts, without taxes."""
    lines = [{name: value for name, value in line.items() if name != "tax"} for line in data["lines"]]
    on_goods = [one for one in data.get("discounts", ()) if one.get("on", "goods") == "goods"]
    return amount_due({"currency": data.get("currency", ""), "lines": lines, "discounts": on_goods})


def amount_due(data: Mapping[str, Any]) -> Money | None:
    """What an order in the order format costs; None where a part of it cannot be read, which its checks will say."""
    currency = data.get("currency", "")
    try:
        minor_digits(currency)
        due = _minor(data, "freight", currency) + _minor(data, "freight_tax", currency)
        for line in data["lines"]:
            if not isinstance(line.get("quantity"), int):
                return None
            due += price_times(parse_decimal(line.get("unit_price")), line["quantity"], currency).minor
            if "tax" in line or "discount" in line:
                due += _minor(line, "tax", currency) - _minor(line, "discount", currency)
        due -= sum(_minor(discount, "amount", currency) for discount in data.get("discounts", ()))
        due += sum(_minor(fee, "amount", currency) for fee in data.get("fees", ()))
        return Money(due, currency)
    except BadMoney:
        return None


def _minor(part: Mapping[str, Any], name: str, currency: str) -> int:
    return parse_amount(part[name], currency).minor if part.get(name) is not None else 0


def is_zero(amount: object, currency: str) -> bool:
    """Whether an amount can be read and is 0: such a part makes no difference."""
    try:
        return parse_amount(amount, currency).minor == 0
    except BadMoney:
        return False
