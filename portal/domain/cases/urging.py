"""催处理: a case whose next step is the shop's may be urged once a day of the shop's calendar.

Only one that waits for shop or warehouse: where the customer is to act, or money is on its way, nobody at the desk
could do anything about it. A case that goes on to its next state may be urged anew. Changes nothing.
"""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import Literal

from portal.domain.cases.case import Case
from portal.domain.deadlines.table import OF_CASES
from portal.domain.orders.urging import same_day

CaseUrging = Literal["may", "pressed", "not_waiting"]


def waits_for_shop(case: Case) -> bool:
    """By its deadline, or by one that has passed and was escalated; or since something is to be sent."""
    if not case.is_open:
        return False
    if case.state == "replacing":
        return not case.is_replacement_sent
    if case.deadline is None:
        return case.escalated_at is not None
    return OF_CASES[case.deadline.kind].who in ("shop", "warehouse")


def waiting_since(case: Case) -> datetime:
    """Since when somebody waits for an answer: their message, their appeal, their goods, or the application itself."""
    if case.unread_since:
        return case.unread_since
    if case.is_under_appeal and case.appeal:
        return case.appeal.at
    received_at = case.parcel.received_at if case.parcel else None
    return received_at or case.opened_at


def decide_case_urging(case: Case, now: datetime, zone: tzinfo) -> CaseUrging:
    """`now` aware UTC, `zone` the shop's."""
    if not waits_for_shop(case):
        return "not_waiting"
    return "pressed" if case.urged_at and same_day(case.urged_at, now, zone) else "may"
