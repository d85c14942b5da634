"""Which days a report is about, and of which months, weeks and days its sums are put together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Size = Literal["day", "week", "month"]
Preset = Literal["today", "week", "month", "last_month", "last_30", "last_90", "year"]
PRESETS: tuple[Preset, ...] = ("today", "week", "month", "last_month", "last_30", "last_90", "year")
LONGEST = 3 * 366
"""Days that one report may be about."""
_DAY = timedelta(days=1)
_BY_DAY, _BY_WEEK = 16, 100
"""So many days are shown one by one, so many by the week; more by the month."""


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Both days belong to it."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def before(self) -> Period:
        """The one of the same length right before it: a month's is the month before."""
        if self == month_of(self.first):
            return month_of(self.first - _DAY)
        return Period(self.first - timedelta(days=self.days), self.first - _DAY)


@dataclass(frozen=True, slots=True, order=True)
class Piece:
    """What sums are kept of: a day, a week or a month, each by its first day."""

    size: Size
    starts: date


def month_of(day: date) -> Period:
    first = day.replace(day=1)
    following = (first + timedelta(days=32)).replace(day=1)
    return Period(first, following - _DAY)


def week_of(day: date) -> Period:
    """From Monday to Sunday, as far as it is of the same month."""
    monday = day - timedelta(days=day.weekday())
    month = month_of(day)
    return Period(max(monday, month.first), min(monday + timedelta(days=6), month.last))


def preset_period(preset: Preset, today: date) -> Period:
    """Weeks begin on Monday. What is not over yet ends today."""
    if preset == "last_month":
        return month_of(today.replace(day=1) - _DAY)
    first = {
        "today": today,
        "week": today - timedelta(days=today.weekday()),
        "month": today.replace(day=1),
        "last_30": today - timedelta(days=29),
        "last_90": today - timedelta(days=89),
        "year": today.replace(month=1, day=1),
    }[preset]
    return Period(first, today)


def parts_of(period: Period) -> tuple[Period, ...]:
    """What its charts show one beside the other: days, weeks or months, cut at both ends. Each day is in one."""
    ends, found, first = _ends(period), [], period.first
    while first <= period.last:
        last = min(ends(first), period.last)
        found.append(Period(first, last))
        first = last + _DAY
    return tuple(found)


def _ends(period: Period) -> Callable[[date], date]:
    if period.days <= _BY_DAY:
        return lambda first: first
    if period.days <= _BY_WEEK:
        return lambda first: first + timedelta(days=6 - first.weekday())
    return lambda first: month_of(first).last


def pieces_of(period: Period) -> tuple[Piece, ...]:
    """As few as there are: whole months, weeks and days. Each day of it is in exactly one."""
    found: list[Piece] = []
    day = period.first
    while day <= period.last:
        size, last = next(
            (size, whole.last) for size, whole in spans_around(day) if whole.first == day and whole.last <= period.last
        )
        found.append(Piece(size, day))
        day = last + _DAY
    return tuple(found)


def pieces_holding(day: date) -> tuple[Piece, ...]:
    """Whose sums a day is in."""
    return tuple(Piece(size, whole.first) for size, whole in spans_around(day))


def spans_around(day: date) -> tuple[tuple[Size, Period], ...]:
    """The month, the week and the day, each within the one before: a week is cut where a month ends."""
    return ("month", month_of(day)), ("week", week_of(day)), ("day", Period(day, day))
