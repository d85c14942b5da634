"""What booking a courier led to, and calling one off (law 14)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from portal.domain.results import OfCase


@dataclass(frozen=True, slots=True, kw_only=True)
class PickupBooked(OfCase):
    """A courier is asked to come between these times (aware UTC)."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PickupCalledOff(OfCase):
    """No courier is to come any more."""
