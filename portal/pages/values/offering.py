"""A counter-offer: what its customer reads and answers, and what the desk can propose."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from portal.domain.money import Money
from portal.pages.values.amounts import RefundSummary


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferView:
    """An offer that waits. given: amount, keep, instead (nothing is sent after all); remedy: what comes before the
    money, as of the application; summary: exactly what accepting pays. asked: what was asked for, None where that was
    no money. send_by: until when goods would be sent back; answer_by: until when the shop answers once it is declined.
    shown: the digest of all that.
    """

    case_no: str
    order_no: str
    kind: str
    given: str
    remedy: str
    amount: Money
    body: str
    at: datetime
    until: datetime
    summary: RefundSummary
    asked: Money | None
    send_by: datetime | None
    answer_by: datetime | None
    is_appeal: bool
    shown: str
    zone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeOffer:
    """An offer as staff see it: open, accepted, declined, lapsed, taken_back. by: a login."""

    given: str
    amount: Money
    body: str
    by: str
    at: datetime
    until: datetime
    state: str
    answered_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferDesk:
    """most: the kinds that can be offered now, each with the most that the rules give for it. until: when an offer made
    now would lapse. why_not: beyond_policy, needs_payout, "" where it can or nothing waits for an answer."""

    kind: str
    made: MadeOffer | None
    most: tuple[tuple[str, Money], ...]
    until: datetime
    shown: str
    may_take_back: bool
    why_not: str = ""
