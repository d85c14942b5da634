"""退到余额: a refund as credit with the shop, where its customer chooses it (P10).

Money is never owed in credit by law: a refund goes the way it was paid (CN-19, 消保法 24 and 25; EU-5, Directive
2011/83 art. 13(1), and UK-3, reg. 34(7): by the same means unless the consumer has expressly agreed otherwise, and
without a fee). So the way it was paid is what holds unless the customer says so in an act of its own, never a condition
of the refund, undone as freely until the money starts; the bonus comes on top of what is owed in cash. A withdrawal
from contract is paid back as it was paid: nothing is sold with it (EU-12). Credit bought for money is another matter
(CN-24).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from portal.domain.money import Money

_KINDS = ("refund_only", "return_refund")
_BEFORE_THE_MONEY = ("submitted", "needs_info", "approved", "awaiting_return", "in_transit", "received")


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
