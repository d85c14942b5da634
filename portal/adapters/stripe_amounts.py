"""Amounts as Stripe counts them, which is not everywhere as ISO 4217 does (docs.stripe.com/currencies)."""

from __future__ import annotations

from portal.domain.money import BadMoney, Money, minor_digits

_DIGITS_OF = {"ISK": 2, "UGX": 2, "MGA": 0}
"""Without minor digits, but counted in hundredths; with them, but counted without."""
_THREE_DIGITS, _LEAST_OF_THREE = 3, 10


def stripe_amount(amount: Money) -> int | None:
    """None where Stripe cannot move exactly that: of three digits the last has to be zero, of an ariary there is
    nothing smaller."""
    have, wanted = minor_digits(amount.currency), _digits(amount.currency)
    if have == _THREE_DIGITS and amount.minor % _LEAST_OF_THREE:
        return None
    scaled, rest = divmod(amount.minor * 10**wanted, 10**have)
    return None if rest else scaled


def money_of(counted: int, currency: str) -> Money:
    """`currency` in Stripe's lower case. Raises BadMoney where it is unknown, or the amount is of no whole unit."""
    code = currency.upper()
    minor, rest = divmod(counted * 10 ** minor_digits(code), 10 ** _digits(code))
    if rest:
        raise BadMoney(f"{counted} of {code} is no amount")
    return Money(minor, code)


def _digits(currency: str) -> int:
    return _DIGITS_OF.get(currency, minor_digits(currency))
