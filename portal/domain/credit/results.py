"""How a refund is to be paid, as its customer has chosen (law 14)."""

from __future__ import annotations

from dataclasses import dataclass

from portal.domain.money import Money
from portal.domain.results import Done, OfCase


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutChosen(OfCase):
    """As credit with the shop, or as it was paid."""

    is_credit: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditBooked(Done):
    """`balance` after it; `is_new` False: the same entry was booked before, and nothing has changed."""

    balance: Money
    is_new: bool
