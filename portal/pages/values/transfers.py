"""Another way for a refund, as staff see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from portal.domain.money import Money
from portal.domain.refunds.transfer import TransferState, TransferWay


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferRow:
    """`tail`: the last of the account; the rest is shown on demand alone. `by`, `answered_by`: logins."""

    state: TransferState
    way: TransferWay
    tail: str
    consent: str
    by: str
    at: datetime
    answered_by: str
    answer: str
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedRow:
    """One of the list of what waits for a second person. `by`: a login."""

    refund_no: str
    quote_no: str
    order_no: str
    amount: Money
    way: TransferWay
    tail: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferPage:
    """`quote_no`: what its customer calls it. `rows`: the newest first. `shown`: name and account in clear, once.
    `may_…`: what the reader may do now."""

    refund_no: str
    quote_no: str
    order_no: str
    amount: Money
    reason: str
    rows: tuple[TransferRow, ...]
    shown: tuple[str, str] | None
    is_own: bool
    may_propose: bool
    may_answer: bool
    may_see: bool
    may_pay: bool
    may_take_back: bool
