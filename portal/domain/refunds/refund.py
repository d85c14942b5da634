"""One refund to one payment, as it stands: a value, stepped by `work.refunds`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from portal.domain.money import Money
from portal.domain.refunds.life_cycle import RefundState


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """`refund_id` never changes, `number` is what the rail knows it by, `series` which number of it that is; `quote_no`
    is for people, `trace` what a bank finds the money by, `rail_reference` the provider's own id ("" where the rail
    does not say). `rail`: to whom it was sent; `parked_at`: since when nobody knows what became of it (PAYMENTS rule
    13); `confirmed_at`: since when a person vouches that it has arrived; `is_unseen`: the rail is known not to have its
    number; `why`: what it is for.

    `payment_id`, `payment_reference` and `captured_minor` are of its payment, as far as they were read; `to_credit`: it
    is kept as credit with the shop, with `bonus_minor` on top, for `credit_days` (0: without end); `attempts`: how
    often it was sent, `polls`: how often the rail was asked since. Arrival is estimated in days of the shop's zone.
    """

    id: int
    refund_id: str
    number: str
    series: int
    order_id: int
    case_id: int | None
    payment_row_id: int
    payment_id: str = ""
    payment_reference: str = ""
    captured_minor: int = 0
    amount: Money
    method: str
    to_credit: bool = False
    bonus_minor: int = 0
    credit_days: int = 0
    state: RefundState
    reason: str = ""
    account: str = ""
    quote_no: str = ""
    trace: str = ""
    rail: str = ""
    rail_reference: str = ""
    parked_at: datetime | None = None
    confirmed_at: datetime | None = None
    is_unseen: bool = False
    why: str = ""
    attempts: int = 0
    polls: int = 0
    created_at: datetime
    submitted_at: datetime | None = None
    pending_at: datetime | None = None
    failed_at: datetime | None = None
    settled_at: datetime | None = None
    arrival_from: date | None = None
    arrival_to: date | None = None

    def facts(self) -> dict[str, str | int]:
        """What an event says of it; the amount in minor units."""
        return {"refund": self.number, "amount": self.amount.minor, "currency": self.amount.currency}
