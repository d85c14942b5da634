"""What the translations of other shops' JSON share: plain values in, plain values of the order format out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from portal.domain.intake.balance import difference
from portal.domain.intake.imported_order import OrderProblem
from portal.domain.intake.rows import amount_due
from portal.domain.money import BadMoney, Money, minor_digits, parse_amount
from portal.domain.orders.apportion import largest_remainder

Json = Mapping[str, Any]
WRONG_SHAPE = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""JSON that is not of the type a translation expects."""


def amount(value: Any) -> Decimal:
    """Shops write amounts as text or number, and nothing for 0."""
    return Decimal(str(value)) if value not in (None, "") else Decimal(0)


def total(values: Iterable[Any]) -> Decimal:
    return sum((amount(value) for value in values), Decimal(0))


def plain(value: Decimal) -> str:
    """A decimal string without exponent."""
    return format(value, "f")


def words(*values: Any) -> str:
    """The texts that are there, with a blank between."""
    return " ".join(str(value).strip() for value in values if value not in (None, ""))


def objects(data: Json, name: str) -> list[Json]:
    found = data.get(name)
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def without_empty(data: dict[str, Any]) -> dict[str, Any]:
    """Without empty and missing values."""
    return {name: value for name, value in data.items() if value not in (None, "", [], {})}


def apportioned(whole: Decimal, weights: list[Decimal], currency: str) -> list[str]:
    """`whole` over lines by largest remainder, as decimal strings: a tax the shop names only for the order."""
    scale = Decimal(10) ** minor_digits(currency)
    units = [int(weight * scale) for weight in weights]
    parts = largest_remainder(int(whole * scale), units, [int(whole * scale)] * len(units))
    return [Money(part, currency).decimal() for part in parts]


def total_problem(order: Json, field: str, stated: Any) -> OrderProblem | None:
    """The shop says what the order costs: its parts must come to it (an order that does not add up is kept out)."""
    due = amount_due(order)
    if due is None or stated in (None, ""):
        return None
    try:
        said = parse_amount(plain(amount(stated)), due.currency)
    except BadMoney as problem:
        return OrderProblem(field, str(problem))
    if said == due:
        return None
    return OrderProblem(field, difference(field, said, "lines, discounts, taxes, freight and fees", due))
