"""How much one person alone may give beyond policy: on a case, and in a day (SECURITY, access)."""

from __future__ import annotations

from dataclasses import dataclass

from portal.domain.money import Money, zero
from portal.domain.shops.profile import ShopLimits


@dataclass(frozen=True, slots=True, kw_only=True)
class Alone:
    """The most of one case, and of one person in a day of the shop; both in the same currency."""

    case: Money
    day: Money


def limits_of(limits: ShopLimits, currency: str) -> Alone:
    """In the currency of an order: a shop's limits say nothing of another one, so there it is nothing.

    `second_person_day` unless said is as much as of one case.
    """
    nothing = zero(currency)
    case = limits.second_person or nothing
    day = limits.second_person_day if limits.second_person_day is not None else case
    return Alone(
        case=case if case.currency == currency else nothing,
        day=day if day.currency == currency else nothing,
    )


def fits_case(amount: Money, given: Money, alone: Alone) -> bool:
    """`given`: what the case was given beyond policy before, or is waiting for, by whomever."""
    return (given + amount).minor <= alone.case.minor
