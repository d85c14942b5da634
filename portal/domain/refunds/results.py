"""What acts about refunds led to (law 14)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from portal.domain.refunds.life_cycle import RefundState
from portal.domain.results import Done


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundTransferred(Done):
    """A refund that goes another way: how far it has come."""

    refund_no: str
    what: Literal["proposed", "approved", "declined", "taken_back", "paid"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundConfirmed(Done):
    """A person has found the money of a parked refund in the books of whoever paid it."""

    refund_no: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconciliationAsked(Done):
    """Our books are compared with the rail's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultTaken(Done):
    """What the shop's own system said of a refund; `state` as it stands then."""

    refund_no: str
    state: RefundState
