"""储值余额 (P10): what a shop owes a customer to be spent with it, as lots that are used up and may expire.

Every change is an entry that is never altered; the balance is the sum of the entries, and of what is left of the lots,
to the minor unit. Changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from portal.domain.errors import Conflict
from portal.domain.money import Money, total

EntryKind = Literal["credit", "refund", "bonus", "spend", "expire"]
"""credit: given by the shop; refund, bonus: a refund that its customer chose to have so, and what the shop adds to it;
spend, expire: lower it."""
LOWERING = ("spend", "expire")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """What came in at once, and what is `left` of it, in minor units. `expires_at` (aware UTC) None: never."""

    id: int
    left: int
    expires_at: datetime | None

    def is_over(self, now: datetime) -> bool:
        return self.expires_at is not None and self.expires_at <= now


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditEntry:
    """A change of a balance. `number` names it once in a shop: said again, it is the same. `amount` is above 0,
    whichever way it goes; `expires_at` of what came in."""

    number: str
    kind: EntryKind
    amount: Money
    expires_at: datetime | None = None
    order_no: str = ""
    case_no: str = ""
    at: datetime | None = None

    @property
    def signed(self) -> int:
        """Minor units, as the balance changes."""
        return -self.amount.minor if self.kind in LOWERING else self.amount.minor

    def is_same(self, other: CreditEntry) -> bool:
        """Whether the other says the same of the same number."""
        mine, theirs = ((one.number, one.kind, one.amount, one.expires_at) for one in (self, other))
        return mine == theirs


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """What can be spent now of one currency, and the next that expires of it."""

    amount: Money
    next_expiry: datetime | None = None


def balance_of(lots: Sequence[Lot], currency: str, now: datetime) -> Balance:
    """Without what has expired, whether that is written down yet or not."""
    live = [lot for lot in lots if lot.left and not lot.is_over(now)]
    ends = [lot.expires_at for lot in live if lot.expires_at]
    amount = total((Money(lot.left, currency) for lot in live), currency)
    return Balance(amount=amount, next_expiry=min(ends, default=None))


def spend_from(lots: Sequence[Lot], amount: Money, now: datetime) -> tuple[tuple[int, int], ...]:
    """(lot, minor units) that `amount` is taken from: what expires first goes first, then what came first.

    Raises Conflict("not_enough") where there is less; nothing is ever spent in part.
    """
    live = sorted(
        (lot for lot in lots if lot.left and not lot.is_over(now)),
        key=lambda lot: (lot.expires_at is None, lot.expires_at, lot.id),
    )
    rest, taken = amount.minor, []
    for lot in live:
        some = min(lot.left, rest)
        if some:
            taken.append((lot.id, some))
            rest -= some
    if rest:
        raise Conflict("not_enough")
    return tuple(taken)


def bonus_of(amount: Money, percent: Decimal) -> Money:
    """What a shop adds to a refund that goes to the balance, rounded half up to the minor unit."""
    share = (percent * amount.minor / 100).to_integral_value(ROUND_HALF_UP)
    return Money(int(share), amount.currency)
