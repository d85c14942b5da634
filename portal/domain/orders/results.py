"""What a shop's program reported of an order led to (law 14)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from portal.domain.results import Done, OfOrder


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelShipped(OfOrder):
    """`is_new` False: that parcel was recorded before."""

    is_new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BenefitsReturned(OfOrder):
    """`count` of points and coupons that the shop says are with their customer now; others were before."""

    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelNoted(Done):
    """What a carrier said of a parcel. `result`: updated; unchanged: known already; older: something newer is known."""

    result: Literal["updated", "unchanged", "older"]
    order: str
    case: str
