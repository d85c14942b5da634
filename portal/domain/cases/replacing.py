"""Goods that the shop sends its customer, as the case after each step: agreed on, sent, arrived, or paid for instead.

Nothing is loaded or written; a step that the table does not have raises Conflict("decided"), as in `steps`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from portal.domain.cases.case import Case, Inspection, Replacement
from portal.domain.cases.steps import settled, step
from portal.domain.errors import Conflict
from portal.domain.orders.decisions import Plan
from portal.domain.orders.order import Units


def to_be_sent(case: Case, units: Units, *, at: datetime) -> Case:
    """A yes after which the shop sends `units`; nobody else is waited for."""
    return settled(case, "approve_replacement", at, replacement=Replacement(units=units))


def accepted_for_sending(case: Case, plan: Plan, found: Inspection, units: Units, *, at: datetime) -> Case:
    """The goods that came are in order: the shop sends `units` for them. `plan`: what is paid beside, as freight."""
    sent = Replacement(units=units)
    return settled(case, "accept_replacement", at, replacement=sent, plan=plan, inspection=found)


def replacement_sent(case: Case, *, carrier: str, tracking_no: str, by: str, at: datetime) -> Case:
    """The shop's parcel has left, `at` then; said again it is another one."""
    parcel = replace(_of(case), carrier=carrier, tracking_no=tracking_no, shipped_at=at, by=by)
    return step(case, "replacement_sent", at, replacement=parcel)


def replacement_arrived(case: Case, *, at: datetime) -> Case:
    """The parcel is with the customer, and the case is done. Raises Conflict where none has left."""
    parcel = _of(case)
    if parcel.shipped_at is None:
        raise Conflict("decided", at=case.closed_at)
    return settled(case, "replacement_arrived", at, replacement=replace(parcel, delivered_at=at))


def refunded_instead(case: Case, *, at: datetime, is_paid_back: bool) -> Case:
    """The shop cannot send it: its money goes back instead."""
    return settled(case, "refund_instead" if is_paid_back else "refund_instead_free", at)


def _of(case: Case) -> Replacement:
    if case.replacement is None or case.state != "replacing":
        raise Conflict("decided", at=case.closed_at)
    return case.replacement
