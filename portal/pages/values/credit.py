"""退到余额: how a refund is to be paid, and what choosing credit would bring."""

from __future__ import annotations

from dataclasses import dataclass

from portal.domain.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutView:
    """`is_credit`: chosen; may_choose: it can be chosen, or the way it was paid again. refund: what goes back, in cash;
    bonus: what the shop adds to credit, None for nothing; sum: both. valid_days: 0 for never expiring."""

    is_credit: bool
    may_choose: bool
    refund: Money
    bonus: Money | None
    sum: Money
    valid_days: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutPage:
    case_no: str
    order_no: str
    payout: PayoutView
    zone: str = ""
