"""The pages of the staff. Personal values are masked by the templates; `unmasked` says that this view may show them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from portal.domain.evidence.files import Evidence
from portal.domain.intake.imported_order import Invoice
from portal.domain.macros.macro import Macro
from portal.domain.money import Money
from portal.pages.values.amounts import AmountRow, EarlyRefund, RefundProgress, RefundSummary
from portal.pages.values.archived import ArchivedOrderCard
from portal.pages.values.cancelling import Changed
from portal.pages.values.deciding import Deciding
from portal.pages.values.desk import (
    CaseLine,
    CaseOfOrder,
    CustomerYear,
    DraftShown,
    HoldChoice,
    PresenceShown,
    TimeLeft,
)
from portal.pages.values.exchanging import ExchangeSummary
from portal.pages.values.fees import FeeView
from portal.pages.values.goodwill import GoodwillRow
from portal.pages.values.messages import MessageRow
from portal.pages.values.offering import OfferDesk
from portal.pages.values.orders import OrderPageLine, Parcel, PaymentRow
from portal.pages.values.parts import CaseBrief, Picture, Recipient, TimelineEntry
from portal.pages.values.proofs import ProofRow
from portal.pages.values.replacing import NoStockDesk, ReplacingDesk
from portal.pages.values.returning import GoodsDesk


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueRow:
    """A case in the queue. customer: a name to mask. suggestion: what policy suggests, "" for nothing.

    deadline: when somebody has to act or had to, where it is open; waiting_since: since when somebody waits for the
    shop; said: the newest message, cut, by customer or shop; picture: of the first of its goods.
    """

    case_no: str
    order_no: str
    kind: str
    state: str
    reason: str
    opened_at: datetime
    deadline: datetime | None
    is_overdue: bool
    waiting_since: datetime | None
    marks: tuple[str, ...]
    customer: str
    picture: Picture | None
    said_by: str
    said: str
    amount: Money | None
    units: int
    suggestion: str
    assignee: str
    label: str = ""
    watchers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class View:
    """A saved view: a link with filters. `count` only where it counts what waits."""

    code: str
    query: tuple[tuple[str, str], ...]
    count: int = 0
    is_shown: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePage:
    """`asked`: the filters as understood, as an address says them; `orders`: how what waits may be sorted; `people`:
    logins with how many of their cases wait; `saved`: views of the reader's own; `next_after`: where the next page
    begins; `searched` as of orders. `archived`: orders of the archive, found instead."""

    asked: dict[str, str]
    groups: tuple[str, ...]
    states: tuple[str, ...]
    orders: tuple[str, ...]
    people: tuple[tuple[str, int], ...]
    views: tuple[View, ...]
    saved: tuple[View, ...]
    failed_refunds: int
    searched: int
    rows: tuple[QueueRow, ...]
    next_after: str = ""
    is_first: bool = True
    may_see_orders: bool = False
    may_work: bool = False
    archived: tuple[ArchivedOrderCard, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerShown:
    """A customer in clear; templates mask what is not `unmasked`."""

    number: str
    name: str
    phone: str
    mail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherOrder:
    """Another order of the same customer; `cases` counts what was asked about it."""

    order_no: str
    state: str
    placed_at: datetime
    total: Money
    cases: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFacts:
    """What staff see of an order, on its own page and on the desk. `agreed_ship_by`: by when it ships since its
    customer asked for later, as `later_note` says, while something waits."""

    order_no: str
    state: str
    marks: tuple[str, ...]
    placed_at: datetime
    lines: tuple[OrderPageLine, ...]
    units: int
    amounts: tuple[AmountRow, ...]
    payments: tuple[PaymentRow, ...]
    parcels: tuple[Parcel, ...]
    recipient: Recipient | None
    customer: CustomerShown | None
    timeline: tuple[TimelineEntry, ...]
    refunds: tuple[RefundProgress, ...]
    agreed_ship_by: datetime | None = None
    later_note: str = ""
    invoice: Invoice | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffOrderPage:
    """An order, read only; `history_count` may be more than is listed. customer_id: 0 for none; may_act: in whose place
    the reader may act; archived_at: since when it can only be read."""

    facts: OrderFacts
    cases: tuple[CaseBrief, ...]
    history: tuple[OtherOrder, ...]
    history_count: int
    customer_id: int = 0
    may_act: bool = False
    archived_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffCasePage:
    """The desk. `may_…`: what the reader's role allows here; `hold` only while the case waits for the warehouse,
    `deciding` only while an application waits for an answer. evidence: the application's; messages have their own.
    `offering`: a counter-offer. `goodwill`: what was given beyond policy, or waits for a second person. `place`: where
    it stands in the list its reader comes from. `snooze_proposed`: until when it might be put off, None: it may not,
    `snooze_latest` the last moment that it might. `macros`: texts that may be filled in.
    `proof`: staff opened it in its customer's place. `customer_id` 0 for none; `may_act`: the reader, in their place.
    `tab`: which facts are shown, and of these alone there is more than every tab needs: `history` of customer, `cases`
    (all of the order, newest first) of order, the timeline of history. `archived_at`: since when it can only be read.
    """

    case_no: str
    order_no: str
    kind: str
    state: str
    opened_at: datetime
    deadline: datetime | None
    marks: tuple[str, ...]
    reason: str
    note: str
    solved: str
    solved_note: str
    assignee: str
    is_mine: bool
    suggestion: str
    outcome: str
    decided_by: str
    left_at: datetime | None
    summary: RefundSummary | None
    facts: OrderFacts
    messages: tuple[MessageRow, ...]
    hold: HoldChoice | None
    may_work: bool
    may_claim: bool
    may_release: bool
    may_see_orders: bool
    deciding: Deciding | None = None
    offering: OfferDesk | None = None
    evidence: tuple[Evidence, ...] = ()
    goods: GoodsDesk | None = None
    replacing: ReplacingDesk | None = None
    exchange: ExchangeSummary | None = None
    no_stock: NoStockDesk | None = None
    fee: FeeView | None = None
    goodwill: tuple[GoodwillRow, ...] = ()
    may_give: bool = False
    may_close: bool = False
    may_waive: bool = False
    early: EarlyRefund | None = None
    may_reopen: bool = False
    held_by: str = ""
    consent: str = ""
    label: str = ""
    refusal_code: str = ""
    answer_reason: str = ""
    first_by: str = ""
    answered_at: datetime | None = None
    unmasked: bool = False
    changed: Changed | None = None
    place: str = ""
    customer_id: int = 0
    may_act: bool = False
    proof: ProofRow | None = None
    tab: str = "case"
    history: tuple[OtherOrder, ...] = ()
    history_count: int = 0
    lines: tuple[CaseLine, ...] = ()
    cases: tuple[CaseOfOrder, ...] = ()
    year: CustomerYear | None = None
    left: TimeLeft | None = None
    refundable: Money | None = None
    snoozed_until: datetime | None = None
    snooze_proposed: datetime | None = None
    drafts: Mapping[str, DraftShown] = field(default_factory=dict)
    snooze_latest: datetime | None = None
    macros: tuple[Macro, ...] = ()
    presence: PresenceShown | None = None
    last_change: TimelineEntry | None = None
    archived_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TroubledRefund:
    """quote_no: what its customer calls it. trouble: failed, waiting, parked (nobody knows), stuck (with the provider).
    transfer: how another way for it stands. trace, reference: what a bank and the provider call it. "" for none."""

    refund_no: str
    quote_no: str
    order_no: str
    amount: Money
    method: str
    state: str
    trouble: str
    reason: str
    attempts: int
    since: datetime
    transfer: str = ""
    trace: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRow:
    """closes_itself: it is done when what it is about is, so nobody ticks it off. code: which of its kind it is.
    retries: by which number what it is about can be tried again, "" where it cannot."""

    id: int
    kind: str
    order_no: str
    case_no: str
    detail: str
    since: datetime
    deadline: datetime | None
    closes_itself: bool
    code: str = ""
    retries: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedRow:
    """A rail whose books are compared with ours. `state`: compared, up to `day`; missing, of which `day` is the first
    that could not be had; waiting for the first statement; no_books."""

    rail: str
    state: Literal["compared", "missing", "waiting", "no_books"]
    day: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffRefundsPage:
    """Refunds that do not arrive, what the rail's books say otherwise, and open tasks; `is_cut`: there are more than
    are listed. `rails`: how far the books of each are compared, `reconciled_at` when the last of it was."""

    refunds: tuple[TroubledRefund, ...]
    tasks: tuple[TaskRow, ...]
    may_act: bool
    differences: tuple[TaskRow, ...] = ()
    reconciled_at: datetime | None = None
    rails: tuple[ComparedRow, ...] = ()
    is_cut: bool = False
