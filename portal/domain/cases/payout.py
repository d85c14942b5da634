"""退到余额: a refund as credit with the shop, where its customer chooses it (P10).

Money is never owed in credit by law: a refund goes the way it was paid (CN-19, 消保法 24 and 25; EU-5, Directive
2011/83 art. 13(1), and UK-3, reg. 34(7): by the same means unless the consumer has expressly agreed otherwise, and
without a fee). So the way it was paid is what holds unless the customer says so in an act of its own, never a condition
of the refund, undone as freely until the money starts; the bonus comes on top of what is owed in cash. A withdrawal
from contract is paid back as it was paid: nothing is sold with it (EU-12). A cancel before shipping is the shop's own
offer (SHOP-1), so credit may be chosen with it (docs/decisions/0043).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from portal.domain.money import Money

PayoutTo = Literal["original", "store_credit"]
PAYOUTS: tuple[PayoutTo, ...] = ("original", "store_credit")
_AT_ONCE = ("cancel", "refund_only")
_KINDS = (*_AT_ONCE, "return_refund")
_BEFORE_THE_MONEY = ("submitted", "needs_info", "offered", "approved", "awaiting_return", "in_transit", "received")


@dataclass(frozen=True, slots=True, kw_only=True)
class Payout:
    """That a refund is to be credit, chosen `at` by the actor of the key `by`; what the shop promised then
    (`bonus_percent` as a decimal)."""

    bonus_percent: str
    valid_days: int
    at: datetime
    by: str


def may_choose_payout(*, kind: str, state: str, is_inspected: bool, refund: Money, has_account: bool) -> bool:
    """Before any money moves, for a customer who has an account that credit can be kept in. Choosing the way it was
    paid again needs no more than that."""
    return kind in _KINDS and state in _BEFORE_THE_MONEY and not is_inspected and refund.minor > 0 and has_account


def may_ask_payout(*, kind: str, has_account: bool) -> bool:
    """With the form itself, of what may be paid in the same breath as it is asked for: later there is nothing left to
    choose. What waits for goods is chosen on the page of its case."""
    return kind in _AT_ONCE and has_account
