"""Money as integers of the currency's smallest unit.

Minor digits come from ISO 4217 (list one, 2024), not from a locale library: those round RSD, IQD, LAK and AFN
to display habits, and a refund must never be rounded to a habit.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

_DIGITS_OF = {
    **dict.fromkeys(
        "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(),
        0,
    ),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
    **dict.fromkeys("CLF UYW".split(), 4),
}
_TWO_DIGITS = frozenset(
    """AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP
    CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR
    JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN
    NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP
    SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD YER ZAR ZMW ZWG""".split()
)
_AMOUNT = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,12})?\Z", re.ASCII)


_MOST_DIGITS = 4
_SIGNS = {"CNY": "¥", "JPY": "JP¥"}
"""Of the two currencies that write the same one."""


class BadMoney(ValueError):
    """An amount or currency that cannot be taken; the text says why and is fit to be shown."""


def minor_digits(currency: str) -> int:
    """How many decimal digits the currency's smallest unit has (ISO 4217). Raises BadMoney for an unknown code."""
    if currency in _TWO_DIGITS:
        return 2
    try:
        return _DIGITS_OF[currency]
    except KeyError:
        raise BadMoney(f"unknown currency {currency!r}") from None


def sign_of(currency: str, otherwise: str) -> str:
    """The sign of a currency that shares its own with another one, the same in every language; else `otherwise`."""
    return _SIGNS.get(currency, otherwise)


def is_currency(code: object) -> bool:
    """Whether it is an ISO 4217 code whose minor digits are known."""
    return isinstance(code, str) and (code in _TWO_DIGITS or code in _DIGITS_OF)


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An amount in minor units of `currency` (fen, cent, yen). Arithmetic between two currencies is an error."""

    minor: int
    currency: str

    def _same(self, other: Money) -> int:
        if other.currency != self.currency:
            raise BadMoney(f"{self.currency} and {other.currency} do not mix")
        return other.minor

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - self._same(other), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.minor < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.minor <= self._same(other)

    def __bool__(self) -> bool:
        return self.minor != 0

    def __str__(self) -> str:
        return self.decimal()

    def decimal(self) -> str:
        """Major units as a plain decimal string with exactly the currency's digits: `12.30`, `500`, `1.250`."""
        digits = minor_digits(self.currency)
        sign = "-" if self.minor < 0 else ""
        text = str(abs(self.minor)).rjust(digits + 1, "0")
        return f"{sign}{text[:-digits]}.{text[-digits:]}" if digits else f"{sign}{text}"


def by_size(amount: Money) -> int:
    """In ten-thousandths of its currency: a number that lists are sorted by, amounts of several currencies as they are
    written (¥500 and €500 alike). No sum is made of it."""
    return amount.minor * int(10 ** (_MOST_DIGITS - minor_digits(amount.currency)))


def zero(currency: str) -> Money:
    """Nothing, in that currency (ISO 4217)."""
    return Money(0, currency)


def total(amounts: Iterable[Money], currency: str) -> Money:
    """The sum, `zero(currency)` for none; a different currency raises BadMoney."""
    result = zero(currency)
    for amount in amounts:
        result = result + amount
    return result


def parse_decimal(text: object) -> Decimal:
    """A plain decimal string (no exponent, no grouping, ASCII digits). Raises BadMoney, never guesses."""
    if not isinstance(text, str) or not _AMOUNT.match(text):
        raise BadMoney("must be a decimal string like 12.30")
    try:
        return Decimal(text)
    except InvalidOperation as error:  # pragma: no cover - the pattern admits only what Decimal reads
        raise BadMoney("must be a decimal string like 12.30") from error


def parse_amount(text: object, currency: str) -> Money:
    """Major units to Money, exactly: more digits than the currency has is an error, not a rounding."""
    value = parse_decimal(text)
    scaled = value.scaleb(minor_digits(currency))
    if scaled != scaled.to_integral_value():
        raise BadMoney(f"has more decimals than {currency} has")
    return Money(int(scaled), currency)


def price_times(unit_price: Decimal, quantity: int, currency: str) -> Money:
    """quantity × unit_price rounded half up to the minor unit (INTERFACE: a unit price has any number of decimals)."""
    exact = (unit_price * quantity).scaleb(minor_digits(currency))
    return Money(int(exact.to_integral_value(rounding=ROUND_HALF_UP)), currency)
