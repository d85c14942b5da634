"""Sums and fees as a pack states them: by currency, fixed and in percent."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import Literal

from portal.domain.money import Money, minor_digits


@dataclass(frozen=True, slots=True)
class Amounts:
    """A sum in major units by currency; `*` is every other currency, where it is cut to the digits that one has."""

    major: tuple[tuple[str, Decimal], ...]

    def of(self, currency: str) -> Money:
        """The sum in `currency`; 0 where nothing is said of it."""
        by_currency = dict(self.major)
        value = by_currency.get(currency, by_currency.get("*", Decimal(0)))
        return Money(int(value.scaleb(minor_digits(currency)).to_integral_value(ROUND_DOWN)), currency)


NOTHING = Amounts(())


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeRule:
    """`withheld` lowers the refund, `charged` is a payment of its own: fixed + percent of what it is taken of."""

    how: Literal["withheld", "charged"]
    fixed: Amounts = NOTHING
    percent: Decimal = Decimal(0)

    def of(self, amount: Money) -> Money:
        """The fee on `amount` (≥ 0), rounded half up to the minor unit; a withheld one is never above the amount."""
        share = int((self.percent * amount.minor / 100).to_integral_value(ROUND_HALF_UP))
        fee = self.fixed.of(amount.currency).minor + share
        return Money(min(fee, amount.minor) if self.how == "withheld" else fee, amount.currency)
