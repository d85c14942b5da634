"""What the desk of a case shows at one look."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from portal.domain.money import Money
from portal.pages.values.amounts import RefundSummary
from portal.pages.values.parts import Picture


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLine:
    """Goods that a case is about. `units` are those asked for, `of_all` those bought; `amount` what they would bring or
    have brought back, None where no money is in it."""

    line_id: str
    title: str
    variant: str
    picture: Picture
    units: int
    of_all: int
    amount: Money | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOfOrder:
    """One of the cases of an order, where all of them are read as one thread."""

    case_no: str
    kind: str
    state: str
    reason: str
    opened_at: datetime
    closed_at: datetime | None
    amount: Money | None
    is_this: bool


@dataclass(frozen=True, slots=True)
class DraftShown:
    """The reader's own of one form; `has_changed`: the case, since it was written."""

    saved_at: datetime
    has_changed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeLeft:
    """The deadline of whoever has to act: `used` of the time there was, in percent; tone: bad (over, or hours), warn
    (a day), ""."""

    at: datetime
    used: int
    tone: str
    is_over: bool


@dataclass(frozen=True, slots=True)
class CustomerYear:
    """What a customer did within the last year: orders, and applications about them."""

    orders: int
    cases: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldChoice:
    """A cancel that waits: what `stopped` would do now, as the act will do it, and the digest of these facts."""

    summary: RefundSummary
    asked_at: datetime
    shown: str
    is_changed: bool = False

    @property
    def refund(self) -> Money:
        """What goes back."""
        return self.summary.total
