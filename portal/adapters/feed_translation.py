"""What the translations of other shops' JSON share: plain values in, plain values of the order format out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from portal.domain.intake.balance import difference
from portal.domain.intake.imported_order import OrderProblem
from portal.domain.intake.stated_totals import amount_due
from portal.domain.money import BadMoney, Money, minor_digits, parse_amount
from portal.domain.orders.apportion import largest_remainder
from portal.schemas.reasons import UNFIT_CHARACTERS

Json = Mapping[str, Any]
WRONG_SHAPE = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""JSON that is not of the type a translation expects."""


LONGEST: Mapping[str, int] = {
    "customer.name": 200,
    "ship_to.name": 200,
    "ship_to.phone": 200,
    "ship_to.region": 200,
    "ship_to.address": 2_000,
    "ship_to.postcode": 64,
    "lines.sku": 200,
    "lines.title": 2_000,
    "lines.variant": 2_000,
    "fees.title": 200,
    "discounts.code": 200,
    "payments.id": 64,
    "payments.method": 32,
    "payments.reference": 200,
    "refunds.payment": 64,
    "shipments.carrier": 64,
    "shipments.tracking_no": 200,
}
"""What people wrote or a plug-in is called may be longer than the order format has room for: it is cut and the order
stays. What makes a difference when cut (numbers, phones, mail) is not here."""
States = Mapping[str, str]
"""A shop's own words for its states, theirs to ours."""


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


def whole_number(value: Any) -> Any:
    """2, "2" and 2.0 are 2; what is no whole number stays as it is, and is rejected by name as what it is."""
    try:
        exact = Decimal(str(value))
    except ArithmeticError:
        return value
    is_whole = not isinstance(value, bool) and exact.is_finite() and exact == exact.to_integral_value()
    return int(exact) if is_whole and abs(exact) < 10**9 else value


def fitted(order: dict[str, Any]) -> dict[str, Any]:
    """Free texts without characters that cannot be kept, cut to what the format has room for (LONGEST)."""
    for path, most in LONGEST.items():
        group, _, name = path.partition(".")
        found = order.get(group)
        for part in found if isinstance(found, list) else [found]:
            if isinstance(part, dict) and isinstance(part.get(name), str):
                part[name] = _UNFIT.sub(" ", part[name])[:most].strip()
    return order


_UNFIT = re.compile(UNFIT_CHARACTERS)


def adding_up(order: dict[str, Any], field: str, stated: Any) -> dict[str, Any] | OrderProblem:
    """The order where it comes to what the shop says it costs, within what rounding each part of it for itself can
    come to: half a minor unit a part, and that stands as a fee or a discount of its own. Else the Problem."""
    problem = total_problem(order, field, stated)
    due = amount_due(order) if problem else None
    if problem is None or due is None:
        return problem or order
    try:
        off = parse_amount(plain(amount(stated)), due.currency) - due
    except BadMoney:
        return problem
    parts = len(order["lines"]) + len(order.get("fees", ())) + (1 if amount(order.get("freight")) else 0)
    if abs(off.minor) > (parts + 1) // 2:
        return problem
    name, entry = (
        ("fees", {"title": "Rounding", "amount": off.decimal()})
        if off.minor > 0
        else ("discounts", {"kind": "adjustment", "amount": (-off).decimal()})
    )
    return order | {name: [*order.get(name, ()), entry]}


def contact_of(*, phone: Any, mail: Any) -> dict[str, Any]:
    """How whoever ordered can be reached, with or without an account."""
    return without_empty({"phone": words(phone), "mail": words(mail)})


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
