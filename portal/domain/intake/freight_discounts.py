"""Discounts that belong to the freight: they lower it, once, and nothing of them lies on the goods (TRAPS T41)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from portal.domain.intake.imported_order import OrderProblem
from portal.domain.money import Money
from portal.domain.orders.order import Discount


@dataclass(frozen=True, slots=True)
class Charged:
    """What an order is charged beside its goods, and its discounts, each on goods or on freight alone."""

    freight: Money
    freight_tax: Money
    discounts: tuple[Discount, ...]


def lower_freight(charged: Charged, goods: int) -> Charged | OrderProblem:
    """The freight, then its tax, less the discounts on it. `goods` is what all lines cost, in minor units.

    Points are money: what of them the goods do not cost has paid freight, and is a discount on it. A Problem where a
    discount is more than the freight.
    """
    discounts = _with_points_split(charged, goods)
    freight, tax = charged.freight, charged.freight_tax
    for index, discount in enumerate(discounts):
        if discount.on != "freight":
            continue
        if discount.amount.minor > freight.minor + tax.minor:
            left = f"more than the {freight + tax} that is left of the freight"
            return OrderProblem(f"discounts.{index}.amount", f"is {discount.amount}, {left}")
        of_freight = min(discount.amount.minor, freight.minor)
        freight = Money(freight.minor - of_freight, freight.currency)
        tax = Money(tax.minor - (discount.amount.minor - of_freight), tax.currency)
    return Charged(freight, tax, discounts)


def _with_points_split(charged: Charged, goods: int) -> tuple[Discount, ...]:
    on_goods = sum(one.amount.minor for one in charged.discounts if one.on == "goods")
    on_freight = sum(one.amount.minor for one in charged.discounts if one.on == "freight")
    beyond = min(on_goods - goods, charged.freight.minor + charged.freight_tax.minor - on_freight)
    found, split = [], []
    for discount in reversed(charged.discounts):
        part = 0
        if beyond > 0 and discount.kind == "points" and discount.on == "goods" and not discount.line_ids:
            part = min(beyond, discount.amount.minor)
        if part:
            beyond -= part
            of_freight, of_goods = _split(discount, part)
            split.append(of_freight)
            found.append(of_goods)
        else:
            found.append(discount)
    return (*reversed(found), *split)


def _split(discount: Discount, part: int) -> tuple[Discount, Discount]:
    """What lies on the freight, and what stays on the goods."""
    whole, points = discount.amount, discount.points * part // discount.amount.minor
    of_freight = Money(part, whole.currency)
    return (
        replace(discount, amount=of_freight, points=points, on="freight"),
        replace(discount, amount=whole - of_freight, points=discount.points - points),
    )
