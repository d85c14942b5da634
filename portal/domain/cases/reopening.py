"""Reopening what a deadline closed: the customer was late, and has the time once more (N6; POLICY, timers).

Only a case that expired: what was paid, refused or taken back has other ways on, and nothing of it can be undone.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from portal.domain.cases.case import Case, Deadline
from portal.domain.cases.steps import step
from portal.domain.deadlines.table import DeadlineKind
from portal.domain.orders.order import Units

_EVENTS: dict[str, str] = {"customer_adds_information": "reopen", "customer_sends_back": "reopen_return"}


def reopening_of(case: Case) -> DeadlineKind | None:
    """What the customer would have time for once more; None where it cannot be reopened."""
    expired = case.outcome.expired
    if case.state != "expired" or case.asked is None or not case.may(_EVENTS.get(expired, "")):
        return None
    return "customer_sends_back" if expired == "customer_sends_back" else "customer_adds_information"


def units_of(case: Case) -> Units:
    """What it held: of a return what was agreed to, else what was asked for."""
    return case.plan.units if reopening_of(case) == "customer_sends_back" else case.application.units


def reopened(case: Case, deadline: Deadline, *, reminder_at: datetime | None, at: datetime) -> Case:
    """It goes on where it stood, with its full time."""
    answer = _answer_before(case) if deadline.kind == "customer_sends_back" else ""
    outcome = replace(case.outcome, expired="", answer=answer)
    event = _EVENTS[deadline.kind]
    return step(case, event, at, outcome=outcome, deadline=deadline, reminder_at=reminder_at, closed_at=None)


def _answer_before(case: Case) -> str:
    """What the shop had said before the deadline: an offer that was accepted, a part, or all of it."""
    if case.offer and case.offer.state == "accepted":
        return "offer"
    requested = case.outcome.requested
    return "partly" if requested and case.plan.refund < requested else "accept"
