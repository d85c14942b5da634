"""An after-sales case: what was asked, what it holds, what became of it. A value; `steps` gives the next one.

It claims units of its order while it is open; the money is in its plan, exact, as asked for or as granted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from portal.domain.cases.ask import ApplicationAsk
from portal.domain.cases.found import Found, Unannounced
from portal.domain.cases.life_cycle import CaseKind, CaseState, may_step
from portal.domain.cases.offer import Offer
from portal.domain.cases.payout import Payout
from portal.domain.deadlines.table import DeadlineKind
from portal.domain.money import Money
from portal.domain.orders.decisions import Handling, Plan
from portal.domain.orders.order import Units


@dataclass(frozen=True, slots=True)
class Deadline:
    """Who has to act (POLICY, timers), and by when (aware UTC)."""

    kind: DeadlineKind
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What is known of the answer: rules, notes and handling of the decision, then who said what and why.

    `at_zero`: what a silent shop means; `answer` is accept, partly, refuse, offer (the shop's, accepted), stopped,
    too_late or deadline, given `at`; `expired`: the kind of the deadline that nobody kept; `left_at`: when the parcel
    had left; `consent` and `closed_by` of an application that staff took back for its customer; `requested`: what its
    refund was when it was asked for, once the shop has granted another; `is_last_try`: what was refused had been
    applied for as often as may be, so it can only be contested.
    """

    rules: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    handling: Handling | None = None
    at_zero: Literal["", "approve", "escalate"] = ""
    answer: str = ""
    at: datetime | None = None
    reason_code: str = ""
    reason: str = ""
    appeal_by: datetime | None = None
    left_at: datetime | None = None
    expired: str = ""
    withdrawn_for: str = ""
    consent: str = ""
    closed_by: str = ""
    requested: Money | None = None
    is_last_try: bool = False

    @property
    def is_part(self) -> bool:
        """The shop granted less than what was asked for."""
        return self.answer == "partly"


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelThere:
    """The customer's parcel to the shop. `proof`: ids of files; `freight`: what sending cost, where the shop bears it;
    `sent_at` and `by` are not known of one that comes a second time. `status`: what its carrier says of it, "" for
    nothing, `seen_at` then."""

    carrier: str
    tracking_no: str
    sent_at: datetime | None = None
    by: str = ""
    proof: tuple[str, ...] = ()
    freight: Money | None = None
    status: str = ""
    seen_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelBack:
    """The shop's parcel to the customer, sent by `by` (the key of a member of staff)."""

    carrier: str
    tracking_no: str
    sent_at: datetime
    by: str
    delivered_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """How the goods travel. `refund_by`: when they are paid for by rule, received and not inspected; `paid`: what was
    refunded when they were handed to the carrier."""

    there: ParcelThere | None = None
    back: ParcelBack | None = None
    received_at: datetime | None = None
    refund_by: datetime | None = None
    paid: Plan | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacement:
    """What the shop sends its customer: `units` of the order's lines, and the parcel once it has left.

    `by`: the key of whoever recorded the parcel; sent again it is another one. Empty `units`: nothing of the order, as
    where other goods are sent.
    """

    units: Units = ()
    carrier: str = ""
    tracking_no: str = ""
    shipped_at: datetime | None = None
    by: str = ""
    delivered_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """What was found of the goods, by whom and why. `message`: the row id of the inspector's words and photos.

    `accepted`, `rejected` and `missing` are units; `choice` is the customer's about those rejected; `unannounced`:
    what was in the parcel besides.
    """

    by: str
    at: datetime
    reason: str = ""
    message: int | None = None
    lines: Found = ()
    accepted: int = 0
    rejected: int = 0
    missing: int = 0
    choice: Literal["", "send_back", "give_up"] = ""
    unannounced: Unannounced | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Appeal:
    """Why a refusal is contested, by whom, and the answer. `first`: the key of whoever said no; somebody else decides.
    `dropped`: the application was taken back before there was one.

    `message`: the row id of the words and files it was made with.
    """

    by: str
    at: datetime
    message: int
    body: str = ""
    first: str | None = None
    state: Literal["open", "upheld", "granted", "dropped"] = "open"
    decided_by: str = ""
    decided_at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What of a case follows from what is asked and how it was decided: the same when it is edited."""

    reason: str
    note: str
    priority: int
    plan: Plan
    deadline: Deadline | None
    asked: ApplicationAsk | None = None
    outcome: Outcome = Outcome()


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """`units` are what it still claims, empty where that was not read; `order_no` "" where only the row was.

    `asked` is without its note; a cancel and a question ask for nothing else than their plan says. `opened_by` and
    `decided_by` are keys of actors, `follows_id` the case it was asked for again after; `reminder_at`: when to remind
    of the deadline next; `replacement`: what the shop sends, None before it has agreed to.
    `solved`: what its customer has said of it since it was closed, `solved_note` in their words.
    `unread_since`: when its customer wrote, and nobody of the shop has written or decided since. `urged_at`: when its
    customer pressed 催处理 last, in the state it is in. `payout`: that its refund is to be credit, None: as it was
    paid. `snoozed_until`: staff put it off until then; it may be over. `turns`: how often
    it came back to the shop. `offer`: the last counter-offer of the shop, whatever became of it. `proof_id`: staff
    opened it in its customer's place, and the row that says how they knew who called.
    """

    id: int
    case_no: str
    shop_id: int
    order_id: int
    order_no: str = ""
    customer_id: int | None
    kind: CaseKind
    state: CaseState
    reason: str = ""
    note: str = ""
    priority: int = 1
    plan: Plan
    asked: ApplicationAsk | None = None
    outcome: Outcome = Outcome()
    units: Units = ()
    opened_at: datetime
    opened_by: str
    deadline: Deadline | None = None
    reminder_at: datetime | None = None
    escalated_at: datetime | None = None
    assignee_id: int | None = None
    decided_by: str | None = None
    closed_at: datetime | None = None
    version: int = 1
    return_no: str = ""
    parcel: Parcel | None = None
    replacement: Replacement | None = None
    inspection: Inspection | None = None
    appeal: Appeal | None = None
    follows_id: int | None = None
    unread_since: datetime | None = None
    urged_at: datetime | None = None
    solved: Literal["", "yes", "no"] = ""
    solved_note: str = ""
    payout: Payout | None = None
    snoozed_until: datetime | None = None
    turns: int = 0
    offer: Offer | None = None
    proof_id: int | None = None

    @property
    def is_open(self) -> bool:
        """A refusal under appeal is open, though its state mostly ends a case."""
        return self.closed_at is None

    @property
    def due_at(self) -> datetime | None:
        """When its deadline ends, None for none."""
        return self.deadline.at if self.deadline else None

    @property
    def is_hold(self) -> bool:
        """A parcel that is being packed waits to be stopped: nothing in the queue is as urgent."""
        return self.kind == "cancel" and self.state == "submitted"

    @property
    def is_under_appeal(self) -> bool:
        """An appeal was made and nobody has answered it yet (S39)."""
        return self.appeal is not None and self.appeal.state == "open"

    @property
    def is_to_be_inspected(self) -> bool:
        """The goods are here and nobody has said what came of them."""
        return self.state == "received" and self.inspection is None

    @property
    def awaits_choice(self) -> bool:
        """Goods were not accepted: the customer is to choose, and nobody is looking at an appeal."""
        kind = self.deadline.kind if self.deadline else None
        return self.state == "received" and kind == "customer_chooses_rejected"

    @property
    def open_offer(self) -> Offer | None:
        """The offer that its customer is to answer."""
        return self.offer if self.state == "offered" else None

    @property
    def is_replacement_sent(self) -> bool:
        """The shop's parcel has left."""
        return self.replacement is not None and self.replacement.shipped_at is not None

    @property
    def is_paid_early(self) -> bool:
        """Its refund began when the goods were handed to the carrier (P17)."""
        return self.parcel is not None and self.parcel.paid is not None

    @property
    def label(self) -> str:
        """Its state as a label: goods received wait for the inspector, or for the customer's choice; goods that the
        shop sends are to be sent, or under way."""
        if self.state == "replacing" and self.is_replacement_sent:
            return "replacing_sent"
        return "received_choice" if self.awaits_choice else self.state

    @property
    def application(self) -> ApplicationAsk:
        """What was applied for. Raises LookupError for a cancel or a question."""
        if self.asked is None:
            raise LookupError(f"{self.case_no} is no application")
        return self.asked

    @property
    def handling(self) -> Handling:
        """How it was to be settled when it was decided on. Raises LookupError for kinds that have no handling."""
        if self.outcome.handling is None:
            raise LookupError(f"{self.case_no} has no handling")
        return self.outcome.handling

    def may(self, event: str) -> bool:
        """Whether `event` is a step from its state (law 2)."""
        return may_step(self.kind, self.state, event)
