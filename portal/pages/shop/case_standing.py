"""How a case stands: the marks beside its state, and what happens next, in list and head alike."""

from __future__ import annotations

from datetime import datetime

from portal.domain.cases.case import Case
from portal.domain.cases.urging import waits_for_shop
from portal.pages.shop.returning import is_partly_accepted
from portal.pages.values.amounts import RefundStanding
from portal.pages.values.parts import NextStep
from portal.services.cases.appeal import is_part_open

_DONE = ("completed_case", "granted_part", "given_up")
"""Steps that speak of money as settled."""


def marks_of(case: Case, *, is_fee_due: bool) -> tuple[str, ...]:
    """As in WORDS, the most pressing first."""
    found = {
        "fee_due": is_fee_due,
        "appeal": case.is_under_appeal,
        "partly": is_partly_accepted(case) or case.outcome.is_part,
        "priority": case.priority == 0 and waits_for_shop(case),
        "escalated": case.escalated_at is not None,
        "on_behalf": case.proof_id is not None,
    }
    return tuple(mark for mark, holds in found.items() if holds)


def with_refund(step: NextStep | None, *, is_failed: bool) -> NextStep | None:
    """A bank may send a refund back weeks after the case was done: it is not said to have ended well meanwhile."""
    if step and step.code in _DONE and is_failed:
        return NextStep(code="completed_case", refund=RefundStanding(state="failed"))
    return step


def next_of(case: Case, now: datetime, *, is_followed: bool, is_fee_due: bool = False) -> NextStep | None:
    """`is_followed`: it was asked for again after a refusal; `is_fee_due`: something is to be paid first."""
    state, is_cancel, outcome = case.state, case.kind == "cancel", case.outcome
    if outcome.left_at:
        return NextStep(code="too_late", at=outcome.left_at)
    if case.open_offer or case.is_under_appeal:
        return NextStep(code="offered" if case.open_offer else "appealed", at=case.due_at)
    if ended := _less_than_asked(case, now):
        return ended
    if state == "rejected" and not case.appeal and outcome.appeal_by:
        is_open = outcome.appeal_by > now and not is_followed
        code = "rejected_last" if is_open and outcome.is_last_try else "rejected"
        return NextStep(code=code, at=outcome.appeal_by if is_open else None)
    if state == "submitted" and case.escalated_at:
        return NextStep(code="escalated" if is_cancel else "escalated_case")
    if state == "submitted":
        return NextStep(code="submitted_cancel" if is_cancel else "submitted", at=case.due_at)
    if case.awaits_choice:
        return NextStep(code="received_choice", at=case.due_at)
    if state in ("sending_back", "replacing"):
        return _sending(case, is_fee_due=is_fee_due)
    if state == "completed" and case.kind == "question":
        return NextStep(code="question_answered")
    return NextStep(code=_code(case), at=case.due_at)


def _code(case: Case) -> str:
    """Of a state that says all there is to say."""
    if case.is_paid_early and case.state in ("in_transit", "expired"):
        return f"{case.state}_early"
    if case.state == "approved" and not case.plan.refund:
        return "approved_unpaid"
    return "completed_case" if case.state == "completed" else case.state


def _sending(case: Case, *, is_fee_due: bool) -> NextStep:
    """What the shop sends, or sends back: the parcel once it has left, before that where its number will stand; what
    an exchange costs more is paid first."""
    if case.state == "sending_back":
        back = case.parcel.back if case.parcel else None
        return NextStep(
            code="sending_back", carrier=back.carrier if back else "", tracking_no=back.tracking_no if back else ""
        )
    sent = case.replacement
    if sent and sent.shipped_at:
        return NextStep(code="replacing_sent", carrier=sent.carrier, tracking_no=sent.tracking_no)
    if is_fee_due:
        return NextStep(code="replacing_unpaid")
    return NextStep(code="replacing" if case.kind == "exchange" else f"replacing_{case.kind}")


def _less_than_asked(case: Case, now: datetime) -> NextStep | None:
    """What was paid of what, where not all was: goods were given up, or the shop granted a part. None: all was."""
    if case.state not in ("refunding", "completed", "rejected"):
        return None
    found, outcome, refund = case.inspection, case.outcome, case.plan.refund
    if found and found.choice == "give_up" and case.state == "rejected":
        return NextStep(code="given_up_all", waiting=found.rejected)
    if found and found.choice == "give_up":
        code = "given_up" if case.state == "completed" else "given_up_paying"
        return NextStep(code=code, sent=found.accepted, waiting=found.rejected, amount=refund)
    if outcome.is_part and outcome.requested and outcome.requested != refund:
        until = outcome.appeal_by if is_part_open(case) and not case.appeal else None
        at = until if until and now < until else None
        return NextStep(code="granted_part", at=at, amount=refund, asked=outcome.requested)
    return None
