"""When a refund is expected where the customer sees it."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from portal.domain.deadlines.calendars import Calendar
from portal.domain.deadlines.spans import arrival_between
from portal.domain.shops.settings import ShopSettings


def arrival_of(method: str, at: datetime, settings: ShopSettings, calendar: Calendar) -> tuple[date, date]:
    """The first and last local date of the shop, for money that leaves at `at` (aware UTC) by this payment method, in
    bank days of the shop's country."""
    within, country = settings.arrival_of(method), settings.country or calendar.country_of(settings.zone)
    zone = ZoneInfo(settings.zone)
    return arrival_between(at, within.min_days, within.max_days, calendar, country=country, zone=zone)
