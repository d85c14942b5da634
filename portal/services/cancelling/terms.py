"""The part of an order's policy that binds a cancel, at a moment."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from portal.domain.cancelling.decide import CancelTerms
from portal.domain.deadlines.spans import due
from portal.domain.policy.pack import Policy
from portal.domain.shops.settings import ShopSettings
from portal.ports import Deps


def cancel_terms(policy: Policy, settings: ShopSettings, now: datetime, deps: Deps) -> CancelTerms:
    """When an order counts as late, and by when the warehouse must answer if it is asked at `now`, in its own hours."""
    return CancelTerms(
        ship_within=ship_within(policy),
        answer_by=due(
            policy.timers.warehouse_answers,
            now,
            zone=ZoneInfo(settings.zone),
            hours=settings.warehouse_hours,
            calendar=deps.calendar,
            country=policy.clock.calendar,
        ),
    )


def ship_within(policy: Policy) -> timedelta:
    """How long after payment an order without a promised date must ship."""
    return policy.ship_within.nominal
