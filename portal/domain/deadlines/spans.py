"""Spans of time as a policy writes them, and the moment they are over.

Hours are exact. Days and working days are counted as the law counts them: the day it starts is not counted, and it
ends at 24:00 of the last one in the given zone (民法典 200–202; Regulation 1182/71 art. 3). Moments are aware UTC.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal, cast
from zoneinfo import ZoneInfo

from portal.domain.deadlines.calendars import NO_COUNTRY, ONE_DAY, Calendar, WeekendsOnly, working_day_after

Unit = Literal["hours", "open hours", "days", "working days"]
_SPAN = re.compile(r"([1-9][0-9]{0,4}) (open hour|hour|working day|day)s?\Z")
_HOURS = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-(?:([01][0-9]|2[0-3]):([0-5][0-9])|24:00)\Z")
_ANY_WEEKDAY = frozenset(range(7))
_MIDNIGHT = time(0)


@dataclass(frozen=True, slots=True)
class Span:
    """So many hours, hours of opening, calendar days or working days; at least one."""

    amount: int
    unit: Unit

    def __str__(self) -> str:
        return f"{self.amount} {self.unit if self.amount != 1 else self.unit.removesuffix('s')}"

    @property
    def nominal(self) -> timedelta:
        """Its length with a day as 24 hours and somebody always there."""
        return timedelta(hours=self.amount * (24 if self.unit.endswith("days") else 1))

    @property
    def size(self) -> tuple[timedelta, bool]:
        """For comparing: the nominal length, then whether nights and days of rest stretch it."""
        return self.nominal, self.unit in ("open hours", "working days")


def parse_span(text: object) -> Span:
    """`48 hours`, `2 open hours`, `1 day`, `3 working days`. Raises ValueError with what is expected."""
    found = _SPAN.match(text) if isinstance(text, str) else None
    if not found:
        raise ValueError("must be like “48 hours”, “2 open hours”, “5 days” or “1 working day”")
    return Span(int(found[1]), cast(Unit, found[2] + "s"))


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenHours:
    """When somebody is there: from `opens` to `closes` (minutes of the local day) on `weekdays` (0 = Monday)."""

    opens: int = 0
    closes: int = 24 * 60
    weekdays: frozenset[int] = _ANY_WEEKDAY
    closed_days: frozenset[date] = frozenset()

    def is_open_on(self, day: date) -> bool:
        return day.weekday() in self.weekdays and day not in self.closed_days


ROUND_THE_CLOCK = OpenHours()


def parse_open_hours(
    text: str, *, weekdays: Iterable[int] = _ANY_WEEKDAY, closed_days: Iterable[date] = ()
) -> OpenHours:
    """`09:00-18:00`, `00:00-24:00`, within one day. Raises ValueError with what is wrong."""
    found = _HOURS.match(text)
    if not found:
        raise ValueError("must be like “09:00-18:00”")
    opens = int(found[1]) * 60 + int(found[2])
    closes = int(found[3]) * 60 + int(found[4]) if found[3] else 24 * 60
    days = frozenset(weekdays)
    if closes <= opens:
        raise ValueError("must close after it opens, on the same day")
    if not days or not days <= _ANY_WEEKDAY:
        raise ValueError("must be open on at least one weekday, 0 (Monday) to 6 (Sunday)")
    return OpenHours(opens=opens, closes=closes, weekdays=days, closed_days=frozenset(closed_days))


@lru_cache(maxsize=8192)
def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """24:00 of `day` in `zone`, as UTC; what happens at that moment is already too late."""
    return datetime.combine(day + ONE_DAY, _MIDNIGHT, zone).astimezone(UTC)


def due(
    within: Span,
    start: datetime,
    *,
    zone: ZoneInfo,
    hours: OpenHours = ROUND_THE_CLOCK,
    calendar: Calendar | None = None,
    country: str = NO_COUNTRY,
) -> datetime:
    """When `within` is over, counted from `start`. `hours` matter to open hours and working days only."""
    match within.unit:
        case "hours":
            return start.astimezone(UTC) + timedelta(hours=within.amount)
        case "open hours":
            return _after_open_hours(timedelta(hours=within.amount), start, zone, hours)
        case "days":
            return end_of_day(start.astimezone(zone).date() + timedelta(days=within.amount), zone)
        case "working days":
            works = _is_working(calendar or WeekendsOnly(), country, hours)
            return end_of_day(working_day_after(start.astimezone(zone).date(), within.amount, works), zone)


def elapsed(span: Span, start: datetime) -> datetime:
    """The exact moment `span` after `start`, a day being 24 hours: for what a customer may do from then on."""
    return start.astimezone(UTC) + span.nominal


def reminders(deadline: datetime, before: Iterable[Span]) -> tuple[datetime, ...]:
    """When to remind of `deadline`: the given spans before it, earliest first."""
    return tuple(sorted(deadline - span.nominal for span in before))


def arrival_between(
    start: datetime,
    min_days: int,
    max_days: int,
    calendar: Calendar,
    *,
    country: str = NO_COUNTRY,
    zone: ZoneInfo,
) -> tuple[date, date]:
    """The local dates between which money sent at `start` is expected: min to max bank days of `country` after it."""

    def is_bank_day(day: date) -> bool:
        return calendar.is_bank_day(country, day)

    first = working_day_after(start.astimezone(zone).date(), min_days, is_bank_day)
    return first, working_day_after(first, max_days - min_days, is_bank_day)


def _is_working(calendar: Calendar, country: str, hours: OpenHours) -> Callable[[date], bool]:
    return lambda day: hours.is_open_on(day) and not calendar.is_rest_day(country, day)


def _after_open_hours(left: timedelta, start: datetime, zone: ZoneInfo, hours: OpenHours) -> datetime:
    """Spends `left` inside the hours of opening, day by day, each as long as the clock of that day really makes it."""
    day, at = start.astimezone(zone).date(), start.astimezone(UTC)
    while True:
        day = day if hours.is_open_on(day) else working_day_after(day, 1, hours.is_open_on)
        at = max(at, _moment(day, hours.opens, zone))
        there = _moment(day, hours.closes, zone) - at
        if there >= left:
            return at + left
        left -= max(there, timedelta(0))
        day += ONE_DAY


def _moment(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    if minutes == 24 * 60:
        return end_of_day(day, zone)
    return datetime.combine(day, time(*divmod(minutes, 60)), zone).astimezone(UTC)
