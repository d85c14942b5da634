"""售后: the list of cases and the page of one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from portal.domain.evidence.files import Evidence
from portal.domain.money import Money
from portal.pages.values.amounts import RefundProgress, RefundSummary
from portal.pages.values.appealing import AfterRefusalView
from portal.pages.values.fees import FeeView
from portal.pages.values.messages import MessageRow
from portal.pages.values.parts import NextStep, Picture, RuleWords, TimelineEntry
from portal.pages.values.returning import ReturnView


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseCard:
    """A case in the list; `marks` as in WORDS: priority, escalated, appeal, fee_due, partly, on_behalf."""

    case_no: str
    order_no: str
    kind: str
    state: str
    opened_at: datetime
    marks: tuple[str, ...]
    title: str
    picture: Picture
    units: int
    amount: Money | None
    next: NextStep | None = None
    label: str = ""
    zone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CasesPage:
    """Open cases first, newest first; `next_after` is the cursor of the next page."""

    cards: tuple[CaseCard, ...]
    next_after: str = ""
    is_first: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePage:
    """One case. `next` carries the deadline of the box on top; may_edit, may_urge, may_withdraw: what the customer can
    do.

    outcome: stopped, too_late, accept, partly, refuse, deadline, or "" while it is open.
    left_at: when the parcel left (too late).
    label: the code of the state's word where that is not the state's own. returning: what is said of its goods.
    fee, has_appeal and return_no become the marks of INTERFACE. consent: what staff wrote down of the customer's.
    messages: oldest first, without internal notes. zone: that its times are read in, "" for the shop's.
    """

    case_no: str
    order_no: str
    kind: str
    state: str
    opened_at: datetime
    marks: tuple[str, ...]
    next: NextStep | None
    reason: str
    note: str
    summary: RefundSummary | None
    timeline: tuple[TimelineEntry, ...]
    refunds: tuple[RefundProgress, ...] = ()
    refund_poll_seconds: int | None = None
    outcome: str = ""
    left_at: datetime | None = None
    carrier: str = ""
    tracking_no: str = ""
    refusal_reason: str = ""
    fee: FeeView | None = None
    consent: str = ""
    has_appeal: bool = False
    return_no: str = ""
    messages: tuple[MessageRow, ...] = ()
    refusal_code: str = ""
    complaint_line: str = ""
    remedy: str = ""
    rules: tuple[RuleWords, ...] = ()
    may_edit: bool = False
    may_withdraw: bool = False
    may_urge: bool = False
    after: AfterRefusalView | None = None
    returning: ReturnView | None = None
    label: str = ""
    evidence: tuple[Evidence, ...] = ()
    zone: str = ""

    @property
    def pays_nothing(self) -> bool:
        """The summary is only what was asked for: it ended, or the goods go back, without a refund."""
        return self.state in ("rejected", "withdrawn", "expired", "sending_back") and not self.refunds
