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


def replacement_arrived(case: Case, *, at: datetime, is_paying: bool = False) -> Case:
    """The parcel is with the customer, and the case is done, but for what an exchange `is_paying` back. Raises Conflict
    where none has left."""
    parcel = _of(case)
    if parcel.shipped_at is None:
        raise Conflict("decided", at=case.closed_at)
    event = "replacement_arrived_paying" if is_paying and case.kind == "exchange" else "replacement_arrived"
    return settled(case, event, at, replacement=replace(parcel, delivered_at=at))


def refunded_instead(case: Case, *, at: datetime, is_paid_back: bool) -> Case:
    """The shop cannot send it: its money goes back instead."""
    return settled(case, "refund_instead" if is_paid_back else "refund_instead_free", at)


def made_return(case: Case, plan: Plan, *, at: datetime) -> Case:
    """The shop has none of what an exchange wants: it goes on where it stands, as a return that pays `plan`."""
    asked = replace(case.application, kind="return_refund", variants=())
    outcome = replace(case.outcome, handling=replace(case.handling, remedy="send_back"))
    return step(case, "no_stock", at, kind="return_refund", asked=asked, outcome=outcome, plan=plan)


def _of(case: Case) -> Replacement:
    if case.replacement is None or case.state != "replacing":
        raise Conflict("decided", at=case.closed_at)
    return case.replacement
