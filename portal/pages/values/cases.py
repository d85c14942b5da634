"""售后: the list of cases and the page of one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from portal.domain.cases.progress import ProgressStep
from portal.domain.evidence.files import Evidence
from portal.domain.money import Money
from portal.pages.values.amounts import EarlyRefund, RefundProgress, RefundSummary
from portal.pages.values.appealing import AfterRefusalView
from portal.pages.values.credit import PayoutView
from portal.pages.values.exchanging import ExchangeSummary
from portal.pages.values.fees import FeeView
from portal.pages.values.messages import MessageRow
from portal.pages.values.offering import OfferView
from portal.pages.values.orders import Todo
from portal.pages.values.parts import BenefitRow, NextStep, Picture, RuleWords, TimelineEntry
from portal.pages.values.pickup import PickupView
from portal.pages.values.replacing import ReplacementView
from portal.pages.values.returning import ReturnView, SendBack

_DIALLED = re.compile(r"\+?[0-9][0-9 -]{2,20}\Z", re.ASCII)


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
    """Open cases first, newest first; `next_after` is the cursor of the next page. waiting: how many need the customer,
    wherever they stand; todo: those of them that are due first, on the first page."""

    cards: tuple[CaseCard, ...]
    waiting: int = 0
    todo: tuple[Todo, ...] = ()
    next_after: str = ""
    is_first: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseGoods:
    """Units of a line that the case is about. `amount`: what they are worth in it, None where no money is."""

    title: str
    variant: str
    quantity: int
    picture: Picture
    amount: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SentNotice:
    """A notice of the case: `mail` and `phone` it was sent to, in clear, None where it did not go that way (yet).
    `returned`: ways from which it came back."""

    kind: str
    at: datetime
    mail: str | None = None
    phone: str | None = None
    returned: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePage:
    """One case. `next` carries the deadline of the box on top; may_edit, may_urge, may_withdraw: what the customer can
    do.

    outcome: stopped, too_late, accept, partly, refuse, deadline, or "" while it is open.
    left_at: when the parcel left (too late).
    label: the code of the state's word where that is not the state's own. returning: what is said of its goods;
    replacement: what the shop sends. exchange: what is exchanged for what, instead of a summary.
    sent: what the customer was told of it, newest first; told_mail, told_phone: where notices go, in clear.
    goods: what it is about, with pictures. progress: its steps. to_send: what sending back takes, while that is to be
    done; pickup: a courier who fetches them; payout: how it is to be paid. refunded: what has been paid, once all of
    it has. answered_at, to_mend: when it was refused, and what another application would need (codes);
    appeal_answer_by: when an appeal made now would be answered.
    fee, has_appeal and return_no become the marks of INTERFACE. consent: what staff wrote down of the customer's.
    offer: what the shop has offered instead, while it waits.
    archived_at: since when it can only be read.
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
    may_say_solved: bool = False
    solved: str = ""
    summary: RefundSummary | None
    timeline: tuple[TimelineEntry, ...]
    refunds: tuple[RefundProgress, ...] = ()
    benefits: tuple[BenefitRow, ...] = ()
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
    replacement: ReplacementView | None = None
    exchange: ExchangeSummary | None = None
    label: str = ""
    evidence: tuple[Evidence, ...] = ()
    zone: str = ""
    goods: tuple[CaseGoods, ...] = ()
    progress: tuple[ProgressStep, ...] = ()
    to_send: SendBack | None = None
    pickup: PickupView | None = None
    payout: PayoutView | None = None
    refunded: Money | None = None
    sent: tuple[SentNotice, ...] = ()
    told_mail: str = ""
    told_phone: str = ""
    answered_at: datetime | None = None
    appeal_answer_by: datetime | None = None
    to_mend: tuple[str, ...] = ()
    offer: OfferView | None = None
    early: EarlyRefund | None = None
    archived_at: datetime | None = None

    @property
    def complaint_phone(self) -> str:
        """The line where it can be dialled, "" where it is words."""
        return self.complaint_line if _DIALLED.match(self.complaint_line) else ""

    @property
    def pays_nothing(self) -> bool:
        """The summary is only what was asked for: it ended, or the goods go back, without a refund."""
        return self.state in ("rejected", "withdrawn", "expired", "sending_back") and not self.refunds
