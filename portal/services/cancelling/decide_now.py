"""The decision that cancelling would get at this moment: for the order page, the confirmation and the quote (N2)."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from portal.domain.cancelling.decide import CancelAsk, CancelTerms, decide_cancel
from portal.domain.deadlines.spans import due
from portal.domain.orders.decisions import Decision
from portal.services.act import Act


def decide_cancel_now(act: Act, ask: CancelAsk, *, at: datetime | None = None) -> tuple[Decision, CancelTerms]:
    """By the order's policy, `at` a moment that stands in for now."""
    terms = cancel_terms(act, at or act.now)
    return decide_cancel(act.order, ask, terms, at or act.now), terms


def cancel_terms(act: Act, now: datetime) -> CancelTerms:
    """How long after payment an order must ship that was promised no date, and by when the warehouse must answer if it
    is asked at `now`, in its own hours."""
    settings = act.settings
    return CancelTerms(
        ship_within=act.policy.ship_within.nominal,
        answer_by=due(
            act.policy.timers.warehouse_answers,
            now,
            zone=ZoneInfo(settings.zone),
            hours=settings.warehouse_hours,
            calendar=act.deps.calendar,
            country=act.policy.clock.calendar,
        ),
    )
