"""What happens to a case when its money has arrived, and when it came back (`steps` has the rest)."""

from __future__ import annotations

from datetime import datetime

from portal.domain.cases.case import Case
from portal.domain.cases.steps import step


def refunded(case: Case, *, at: datetime) -> Case:
    """Its money has all arrived. An appeal for more of it stays open."""
    if case.is_under_appeal:
        return step(case, "refunded", at, closed_at=None)
    return step(case, "refunded", at, deadline=None)


def refund_reversed(case: Case, *, at: datetime) -> Case:
    """What had arrived is with the shop again: the money is owed as before, and the case open until it has arrived."""
    return step(case, "refund_reversed", at, closed_at=None)
