"""The lines of an order as they are read, before the order's discounts are shared among them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from portal.domain.money import Money, price_times

MOST_MINOR = 10**15
"""Above this an amount is a mistake, and sums would leave what a database counts exactly."""


@dataclass(slots=True)
class LineDraft:
    """A line without its shares: `quantity` 1 or more, amounts 0 or more; `total` is computed. `rare`: more fields of
    a TakenLine, by name."""

    id: str
    sku: str
    title: str
    variant: str
    quantity: int
    unit_price: Decimal
    discount: Money
    tax: Money
    total: Money
    rare: Mapping[str, object]


def line_total(quantity: int, unit_price: Decimal, discount: Money, tax: Money) -> Money:
    """quantity × unit_price rounded half up − discount + tax; below 0 where the discount is above the price."""
    currency = discount.currency
    return Money(price_times(unit_price, quantity, currency).minor - discount.minor + tax.minor, currency)
