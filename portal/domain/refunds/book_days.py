"""The days by which our books are compared with a rail's: those of the providers that make a bill a day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

BOOKS_ZONE = ZoneInfo("Asia/Shanghai")
"""Alipay and WeChat Pay cut their bills there; whoever lists by time can cut anywhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BookSpan:
    """From `start` up to `end`. `day`: by which it is known. `until`: what the rail is asked for; None where it cannot
    cut its list, so that everything since `start` is one span."""

    day: date
    start: datetime
    end: datetime
    until: datetime | None


def days_between(start: datetime, now: datetime, *, first: date | None = None) -> Iterator[BookSpan]:
    """Up to the whole day of `now`, oldest first: what `start` leaves of its day, then day by day. `first`: the day up
    to whose end the first one goes, where nothing much is expected before."""
    began, last = book_day(start), book_day(now)
    day = min(max(first or began, began), last)
    while day <= last:
        end = _midnight(day + timedelta(days=1))
        yield BookSpan(day=day, start=start, end=end, until=end)
        day, start = day + timedelta(days=1), end


def book_day(at: datetime) -> date:
    return at.astimezone(BOOKS_ZONE).date()


def days_ago(now: datetime, days: int) -> datetime:
    """When the day began that was so many days before that of `now`."""
    return _midnight(book_day(now) - timedelta(days=days))


def whole_span(since: datetime, now: datetime) -> BookSpan:
    """Everything since then, up to the end of the day of `now`."""
    day = book_day(now)
    return BookSpan(day=day, start=since, end=_midnight(day + timedelta(days=1)), until=None)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=BOOKS_ZONE).astimezone(UTC)
