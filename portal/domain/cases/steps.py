"""What happens to a case, as the case after it: steps of its table, each with what it changes beside the state.

Nothing is loaded or written. `at` is the moment (aware UTC), `by` the key of whoever acts. A step that the table does
not have raises Conflict("decided"): somebody was faster.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any, Literal, cast

from portal.domain.cases.case import Appeal, Case, Deadline, Inspection, Parcel, ParcelBack, ParcelThere, Submission
from portal.domain.cases.life_cycle import CLOSED_STATES, TRANSITIONS, CaseState
from portal.domain.cases.stuck import BACK_TO_SHOP
from portal.domain.errors import Conflict
from portal.domain.orders.decisions import Plan
from portal.domain.orders.order import Units
from portal.domain.transitions import NoSuchStep, advance


def step(case: Case, event: str, at: datetime, **changes: Any) -> Case:
    """The state by the table, the next version. Reminder, being urged and being put off are of one state."""
    try:
        state = cast(CaseState, advance(TRANSITIONS[case.kind], case.state, event))
    except NoSuchStep:
        raise Conflict("decided", at=case.closed_at) from None
    if state != case.state:
        changes = {"reminder_at": None, "urged_at": None, "snoozed_until": None} | changes
    changes["turns"] = case.turns + (event in BACK_TO_SHOP)
    if state in CLOSED_STATES:
        changes.setdefault("closed_at", at)
    return replace(case, state=state, version=case.version + 1, **changes)


def settled(case: Case, event: str, at: datetime, **changes: Any) -> Case:
    """A step after which nobody is waited for."""
    return step(case, event, at, deadline=None, escalated_at=None, **changes)


def stopped(case: Case, *, by: str, at: datetime, is_paid_back: bool) -> Case:
    """The warehouse kept the parcel: the cancel is done, with or without money to give back."""
    outcome = replace(case.outcome, answer="stopped", at=at)
    event = "stop" if is_paid_back else "stop_without_refund"
    return step(case, event, at, deadline=None, decided_by=by, outcome=outcome)


def too_late(case: Case, *, by: str, at: datetime, left_at: datetime) -> Case:
    """The parcel had left: final (POLICY, where cases end)."""
    outcome = replace(case.outcome, answer="too_late", left_at=left_at, at=at)
    return step(case, "too_late", at, deadline=None, decided_by=by, outcome=outcome)


def edited(case: Case, anew: Submission, *, at: datetime) -> Case:
    """Asked for again while nobody has decided: the shop's time begins again."""
    return step(
        case,
        "edit",
        at,
        reason=anew.reason,
        note=anew.note,
        priority=anew.priority,
        plan=anew.plan,
        asked=anew.asked,
        outcome=anew.outcome,
        deadline=anew.deadline,
        escalated_at=None,
    )


def answered(
    case: Case,
    plan: Plan,
    *,
    answer: str,
    at: datetime,
    by: str | None = None,
    reason: str = "",
    appeal_by: datetime | None = None,
) -> Case:
    """What is granted, before the step that follows from it. `by` None: a deadline, whoever decided before stays.

    `reason`: what the customer reads; `appeal_by`: until when a part may be contested.
    """
    requested = case.outcome.requested or (case.plan.refund if plan.refund != case.plan.refund else None)
    said, until = reason or case.outcome.reason, appeal_by or case.outcome.appeal_by
    outcome = replace(case.outcome, answer=answer, at=at, reason=said, requested=requested, appeal_by=until)
    return replace(case, plan=plan, outcome=outcome, decided_by=by or case.decided_by, escalated_at=None)


def approved(case: Case, *, at: datetime, is_paid_back: bool) -> Case:
    """A yes after which money goes back at once, or nothing is left to do."""
    return step(case, "approve_refund" if is_paid_back else "approve_free", at, deadline=None)


def paid_by_law(case: Case, *, at: datetime, is_paid_back: bool) -> Case:
    """The law waits no longer: paid, whether the goods have been looked at or not (EU-5)."""
    return step(case, "refund_by_law" if is_paid_back else "refund_by_law_free", at, deadline=None)


def goods_awaited(
    case: Case, *, return_no: str, deadline: Deadline | None, reminder_at: datetime | None, at: datetime
) -> Case:
    """A yes after which goods come back: by a deadline, or None for a parcel that comes by itself."""
    event = "approve_return" if deadline else "approve_parcel"
    return step(case, event, at, return_no=return_no, deadline=deadline, reminder_at=reminder_at)


def refused(
    case: Case, *, code: str, reason: str, by: str, at: datetime, appeal_by: datetime, is_last_try: bool = False
) -> Case:
    """A no, with a code and the words that the customer reads; until `appeal_by` it can be contested, and applied for
    again unless it was the last try."""
    known = replace(case.outcome, answer="refuse", reason_code=code, reason=reason, at=at, appeal_by=appeal_by)
    return settled(case, "reject", at, decided_by=by, outcome=replace(known, is_last_try=is_last_try))


def more_asked_for(case: Case, *, by: datetime, at: datetime) -> Case:
    """The customer has until `by` to add what is missing."""
    return step(case, "ask", at, deadline=Deadline("customer_adds_information", by), escalated_at=None)


def customer_answered(case: Case, deadline: Deadline, *, at: datetime) -> Case:
    """It is before the shop again, with its full time."""
    return step(case, "answer", at, deadline=deadline)


def question_answered(case: Case, *, by: str, at: datetime) -> Case:
    """The shop has replied: nobody's turn until the customer writes again."""
    return settled(case, "reply", at, decided_by=by)


def question_asked_on(case: Case, *, by: datetime, at: datetime) -> Case:
    """The customer wrote again: the shop's turn until `by`."""
    deadline = Deadline("shop_answers_question", by)
    return step(case, "ask_again", at, deadline=deadline, closed_at=None, decided_by=None)


def expired(case: Case, *, at: datetime) -> Case:
    """The customer did not act in time."""
    kind = case.deadline.kind if case.deadline else ""
    outcome = replace(case.outcome, answer="deadline", expired=kind, at=at)
    return step(case, "expire", at, deadline=None, outcome=outcome)


def sent(case: Case, there: ParcelThere, deadline: Deadline | None, *, at: datetime) -> Case:
    """The customer's parcel is on its way; said again, it is another one, and the deadline stays unless told."""
    parcel = replace(case.parcel or Parcel(), there=there)
    if case.state == "in_transit":
        return step(case, "change_parcel", at, parcel=parcel, deadline=deadline or case.deadline)
    return step(case, "ship_back", at, parcel=parcel, deadline=deadline)


def received(case: Case, *, at: datetime, refund_by: datetime, deadline: Deadline) -> Case:
    """The goods are with the shop."""
    parcel = replace(case.parcel or Parcel(), received_at=at, refund_by=refund_by)
    return step(case, "receive", at, parcel=parcel, deadline=deadline, escalated_at=None)


def inspected(case: Case, found: Inspection, plan: Plan, *, at: datetime, choose_by: datetime | None) -> Case:
    """`choose_by`: until when the customer says what becomes of goods that were not accepted, None where all were."""
    event = "hold_rejected" if choose_by else "accept" if plan.tenders else "accept_free"
    deadline = Deadline("customer_chooses_rejected", choose_by) if choose_by else None
    return step(case, event, at, inspection=found, plan=plan, deadline=deadline, escalated_at=None)


def accepted_after_all(case: Case, *, at: datetime, is_paid_back: bool) -> Case:
    """Goods that were not accepted are, on appeal: `answered` says what is paid in all."""
    return settled(case, "accept" if is_paid_back else "accept_free", at)


def turned_back(case: Case, *, reason: str, at: datetime, consent: str = "", closed_by: str = "") -> Case:
    """A withdrawal while the goods are under way: the parcel gets a way to the customer (N10)."""
    return settled(_withdrawing(case, reason, at, consent, closed_by), "turn_back", at)


def withdrawn(case: Case, *, reason: str, at: datetime, consent: str = "", closed_by: str = "") -> Case:
    """Taken back before anything was sent, with the offer or the appeal that waited."""
    return settled(_withdrawing(case, reason, at, consent, closed_by), "withdraw", at)


def _withdrawing(case: Case, reason: str, at: datetime, consent: str, closed_by: str) -> Case:
    known = replace(case.outcome, withdrawn_for=reason, at=at, consent=consent, closed_by=closed_by)
    appeal = replace(case.appeal, state="dropped") if case.appeal and case.is_under_appeal else case.appeal
    offer = replace(case.open_offer, state="declined", answered_at=at) if case.open_offer else case.offer
    return replace(case, outcome=known, appeal=appeal, offer=offer)


def reduced(case: Case, plan: Plan, rest: Units, *, at: datetime) -> Case:
    """Some units are taken back, the `rest` goes on."""
    return step(case, "reduce", at, plan=plan, asked=replace(case.application, units=rest))


def rejected_go_back(case: Case, *, at: datetime) -> Case:
    """Goods that were not accepted are to be sent to the customer."""
    return settled(case, "send_back", at, inspection=_chosen(case, "send_back"))


def rejected_given_up(case: Case, *, at: datetime, is_paying: bool) -> Case:
    """The shop keeps what was not accepted without paying. `is_paying`: money for the rest is still on its way."""
    found = _chosen(case, "give_up")
    event = "settle_refused" if not found.accepted else "settle_paying" if is_paying else "settle"
    return settled(case, event, at, inspection=found)


def _chosen(case: Case, choice: Literal["send_back", "give_up"]) -> Inspection:
    if case.inspection is None:
        raise Conflict("decided", at=case.closed_at)
    return replace(case.inspection, choice=choice)


def sent_back(case: Case, back: ParcelBack, *, at: datetime) -> Case:
    """The shop's parcel has left."""
    return step(case, "sent", at, parcel=replace(case.parcel or Parcel(), back=back))


def comes_again(case: Case, *, at: datetime) -> Case:
    """Refused at the door: the same parcel is on its way to the shop, and the withdrawal has failed (WORDS 7)."""
    parcel, back = _with_back(case)
    before = parcel.there or ParcelThere(carrier="", tracking_no="")
    there = replace(before, carrier=back.carrier, tracking_no=back.tracking_no)
    outcome = replace(case.outcome, withdrawn_for="", consent="", closed_by="")
    return step(case, "refused_at_door", at, parcel=replace(parcel, there=there, back=None), outcome=outcome)


def to_send_once_more(case: Case) -> Case:
    """Goods that were not accepted were refused at the door: they are to be sent to the customer again."""
    parcel, _ = _with_back(case)
    return replace(case, parcel=replace(parcel, back=None), version=case.version + 1)


def handed_over(case: Case, *, at: datetime, is_paying: bool) -> Case:
    """The shop's parcel is with the customer: a withdrawal is done, or what was not accepted is theirs again."""
    parcel, back = _with_back(case)
    if case.inspection is None:
        event = "back_withdrawn"
    elif not case.inspection.accepted:
        event = "back_rejected"
    else:
        event = "back_paying" if is_paying else "back_completed"
    return step(case, event, at, parcel=replace(parcel, back=replace(back, delivered_at=at)))


def _with_back(case: Case) -> tuple[Parcel, ParcelBack]:
    if case.parcel is None or case.parcel.back is None:
        raise Conflict("decided", at=case.closed_at)
    return case.parcel, case.parcel.back


def appealed(case: Case, appeal: Appeal, deadline: Deadline, *, at: datetime) -> Case:
    """Contested: ahead of the queue, nobody's yet, open again where it was closed."""
    return step(
        case,
        "appeal",
        at,
        appeal=appeal,
        priority=0,
        assignee_id=None,
        closed_at=None,
        escalated_at=None,
        deadline=deadline,
    )


def appeal_granted(case: Case, *, by: str, at: datetime, reason: str) -> Case:
    """The first answer was wrong; the step that makes up for it follows."""
    return replace(case, appeal=_appeal_answer(case, "granted", by, at, reason))


def appeal_upheld(case: Case, *, by: str, at: datetime, reason: str, choose_by: datetime | None) -> Case:
    """The first answer stands. `choose_by`: about goods that were not accepted the customer chooses again."""
    deadline = Deadline("customer_chooses_rejected", choose_by) if choose_by else None
    return step(
        case,
        "uphold",
        at,
        appeal=_appeal_answer(case, "upheld", by, at, reason),
        deadline=deadline,
        escalated_at=None,
    )


def _appeal_answer(case: Case, state: Literal["granted", "upheld"], by: str, at: datetime, reason: str) -> Appeal:
    if case.appeal is None:
        raise Conflict("decided", at=case.closed_at)
    return replace(case.appeal, state=state, decided_by=by, decided_at=at, reason=reason)


def escalated(case: Case, *, at: datetime, deadline: Deadline | None = None) -> Case:
    """Nobody acted in time: it was due now, and goes on without a deadline, or to the next one."""
    return replace(case, escalated_at=at, deadline=deadline)


def reminded(case: Case, *, again_at: datetime | None) -> Case:
    """A reminder has gone out, or came too late; the next is `again_at`."""
    return replace(case, reminder_at=again_at)
