"""What the shop sends its customer for a case, as the customer and staff see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from portal.pages.values.amounts import RefundSummary


@dataclass(frozen=True, slots=True, kw_only=True)
class SentUnits:
    """Units of a line in the parcel."""

    title: str
    variant: str
    units: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplacementView:
    """What is sent and how it travels; carrier and tracking_no are "" before it has left."""

    kind: str
    lines: tuple[SentUnits, ...] = ()
    carrier: str = ""
    tracking_no: str = ""
    shipped_at: datetime | None = None
    delivered_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplacingDesk:
    """The same at its desk. may_send: a parcel can be entered, or another; may_arrive: one is on its way. carriers:
    codes. refund: what paying for it instead would pay, None where the reader may not; needs_payout: that has no way
    back. shown: what its form carries. awaits_fee: what the goods cost more is not paid yet.
    """

    view: ReplacementView
    may_send: bool = False
    may_arrive: bool = False
    carriers: tuple[str, ...] = ()
    refund: RefundSummary | None = None
    needs_payout: bool = False
    shown: str = ""
    awaits_fee: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NoStockDesk:
    """An exchange of what the shop may have none of: what it would pay as a return; needs_payout, shown as above."""

    refund: RefundSummary
    needs_payout: bool
    shown: str
