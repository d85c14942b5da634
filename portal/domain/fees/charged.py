"""A fee that a customer owes, and a try to pay it, as they stand: values, stepped by `work.fees`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from portal.domain.fees.fee import FeePurpose, FeeState
from portal.domain.fees.payer import UNKNOWN_PAYER, Payer
from portal.domain.money import Money

_SUBJECTS = {"exchange": "surcharge", "return": "invoice"}
PaymentState = Literal["processing", "paid", "failed", "returning", "returned", "reversed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargedFee:
    """`reason`: what it was shown for, carried out once it is paid. `for_what`: withdrawal, the way back of goods that
    are on their way; pickup, a courier who is on the way and called off; exchange, what the other goods cost more;
    return, an invoice: what was refunded at hand-over for goods that did not come or were not accepted. Time does not
    end an invoice."""

    id: int
    shop_id: int
    fee_no: str
    amount: Money
    state: FeeState
    reason: str
    due_at: datetime
    settled_at: datetime | None = None
    version: int = 1
    created_at: datetime | None = None
    for_what: FeePurpose = "withdrawal"

    @property
    def subject(self) -> str:
        """What its events are of."""
        return _SUBJECTS.get(self.for_what, "fee")

    @property
    def remind_again_at(self) -> datetime:
        """Twice as long after it was issued as the last time: an invoice stays due, and is not asked for every day."""
        return self.due_at + (self.due_at - (self.created_at or self.due_at))

    def facts(self) -> dict[str, Any]:
        """What an event says of it; the amount in minor units."""
        return {"fee": self.fee_no, "amount": self.amount.minor, "currency": self.amount.currency}


@dataclass(frozen=True, slots=True, kw_only=True)
class FeePayment:
    """One try. `got_minor` is what the rail took, `refund_number` under which it goes back, `polls` how often the rail
    was asked since the last step; `rail`: who takes it; `pay_url`: where its customer pays, as a code to scan where it
    `is_qr`; `payer`: in whose browser it was begun."""

    id: int
    number: str
    method: str
    state: PaymentState
    problem: str = ""
    got_minor: int = 0
    polls: int = 0
    refund_number: str = ""
    rail: str = ""
    pay_url: str = ""
    is_qr: bool = False
    payer: Payer = UNKNOWN_PAYER
    created_at: datetime
    settled_at: datetime | None = None
