"""稍后处理: a case that nothing can be done about yet is out of the queue until then.

It is a place in the queue, not a state of the case: nothing that the customer sees changes, deadlines run on. It comes
back at that moment by itself, with whatever its customer writes, and with every step to another state.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from portal.domain.cases.case import Case
from portal.domain.cases.urging import waits_for_shop

LONGEST = timedelta(days=30)
SHORTEST = timedelta(minutes=5)


def may_be_snoozed(case: Case) -> bool:
    return case.is_open


def is_snoozed(case: Case, now: datetime) -> bool:
    return case.snoozed_until is not None and case.snoozed_until > now


def latest_snooze(case: Case, now: datetime) -> datetime:
    """A deadline of the shop's is never slept through."""
    longest = now + LONGEST
    return min(longest, case.deadline.at) if case.deadline and waits_for_shop(case) else longest


def snooze_problem(case: Case, until: datetime, now: datetime) -> str:
    """Why not until then, as a code: past, past_deadline, too_long; "" where it may."""
    if until < now + SHORTEST:
        return "past"
    if until > latest_snooze(case, now):
        return "too_long" if until > now + LONGEST else "past_deadline"
    return ""
