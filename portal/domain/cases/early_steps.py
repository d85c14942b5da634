"""Steps of a case that is refunded when its goods are handed to the carrier (P17)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from portal.domain.cases.case import Case, Deadline, Inspection, Parcel
from portal.domain.cases.steps import settled
from portal.domain.orders.decisions import Plan


def paid_early(case: Case, plan: Plan, deadline: Deadline, *, remind_at: datetime | None) -> Case:
    """`plan` is paid, and the goods are to arrive by the deadline."""
    parcel = replace(case.parcel or Parcel(), paid=plan)
    return replace(case, parcel=parcel, deadline=deadline, reminder_at=remind_at, version=case.version + 1)


def inspected_while_paying(case: Case, found: Inspection, plan: Plan, *, at: datetime) -> Case:
    """Nothing is left to choose, and the money that began at the hand-over is still on its way."""
    return settled(case, "accept", at, inspection=found, plan=plan)


def not_arrived(case: Case, *, at: datetime) -> Case:
    """The goods never came, and what was refunded for them has been paid back."""
    outcome = replace(case.outcome, answer="deadline", expired="early_goods_arrive", at=at)
    return settled(case, "not_arrived", at, outcome=outcome)


def not_awaited(case: Case, *, at: datetime) -> Case:
    """The goods never came, and the shop does without them and the money."""
    return settled(case, "not_awaited", at)
