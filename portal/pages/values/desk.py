"""What the desk of a case shows at one look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from portal.domain.money import Money
from portal.pages.values.amounts import RefundSummary
from portal.pages.values.parts import Picture, TimelineEntry


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Watcher:
    """A colleague who has the case open, or had it a few minutes ago."""

    login: str
    at: datetime
    is_here: bool


@dataclass(frozen=True, slots=True)
class PresenceShown:
    """`version` of the case and `since`, how many events the order had, when the page was made; `news`: the newest that
    somebody else did since."""

    case_no: str
    version: int
    since: int
    watchers: tuple[Watcher, ...] = ()
    news: TimelineEntry | None = None


@dataclass(frozen=True, slots=True)
class DraftShown:
    """The reader's own of one form, `fields` as typed; `has_changed`: the case, since it was written."""

    saved_at: datetime
    has_changed: bool
    fields: Mapping[str, str]


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
