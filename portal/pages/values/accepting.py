"""Several applications on their way to be accepted at once."""

from __future__ import annotations

from dataclasses import dataclass

from portal.domain.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptableCase:
    """why_not: decided, answered, offered, appeal, claimed, needs_payout, awaits, cancel, question; "" where it can be
    accepted. remedy: what comes of it; amount: what would be refunded, None where goods are sent. shown: the digest of
    that. by_me: the reader has accepted it. is_over_limit: a second person is asked first."""

    case_no: str
    order_no: str
    kind: str
    label: str
    reason: str
    why_not: str
    remedy: str = ""
    amount: Money | None = None
    shown: str = ""
    is_over_limit: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptPage:
    """`totals`: of what can be accepted, a sum for each currency. is_cut: more were ticked than are done at once."""

    cases: tuple[AcceptableCase, ...]
    totals: tuple[Money, ...]
    count: int
    most: int
    is_cut: bool = False
