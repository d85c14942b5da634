"""Where a refund is, as four dots with dates: agreed, handed over, with the provider, arrived (WORDS, step bars)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from portal.domain.refunds.refund import Refund

DotCode = Literal["agreed", "submitted", "processing", "credited", "sent", "at_bank"]
DotStanding = Literal["past", "now", "next", "fault"]


@dataclass(frozen=True, slots=True)
class RefundDot:
    """`at`: when it was reached; `until`: the last day of the estimate, on the dot that the customer waits for."""

    code: DotCode
    standing: DotStanding
    at: datetime | None = None
    until: date | None = None


def refund_dots(refund: Refund, *, is_wallet: bool) -> tuple[RefundDot, ...]:
    """Agreed, submitted, then as far as anybody can know: a wallet's provider says that the balance is credited, of a
    bank is only known that the money has left for it (WORDS rule 6)."""
    agreed = RefundDot("agreed", "past", refund.created_at)
    until = refund.arrival_to
    if refund.state == "planned":
        submitted = RefundDot("submitted", "now")
        if is_wallet:
            return (agreed, submitted, RefundDot("processing", "next"), RefundDot("credited", "next", until=until))
        return (agreed, submitted, RefundDot("sent", "next"), RefundDot("at_bank", "next", until=until))
    submitted = RefundDot("submitted", "past", refund.submitted_at or refund.created_at)
    return (agreed, submitted, *(_in_a_wallet(refund) if is_wallet else _by_bank(refund)))


def _in_a_wallet(refund: Refund) -> tuple[RefundDot, RefundDot]:
    if refund.state == "succeeded":
        since = refund.pending_at or refund.settled_at
        return RefundDot("processing", "past", since), RefundDot("credited", "past", refund.settled_at)
    if refund.state == "failed":
        return RefundDot("processing", "fault", refund.failed_at), RefundDot("credited", "next")
    return RefundDot("processing", "now", refund.pending_at), RefundDot("credited", "next", until=refund.arrival_to)


def _by_bank(refund: Refund) -> tuple[RefundDot, RefundDot]:
    if refund.state == "succeeded":
        return RefundDot("sent", "past", refund.settled_at), RefundDot("at_bank", "now", until=refund.arrival_to)
    if refund.state == "failed":
        return RefundDot("sent", "fault", refund.failed_at), RefundDot("at_bank", "next")
    return RefundDot("sent", "now", refund.pending_at), RefundDot("at_bank", "next", until=refund.arrival_to)
