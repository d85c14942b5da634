"""A parked refund, as staff see it who are to find out what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from portal.domain.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkedPage:
    """`rail`: whom it was sent to, `sent_at` first; `trace`, `reference`: what a bank and the provider call it, "" for
    nothing known. `is_parked`: nobody has found out yet."""

    refund_no: str
    order_no: str
    amount: Money
    method: str
    rail: str
    sent_at: datetime | None
    trace: str
    reference: str
    is_parked: bool
