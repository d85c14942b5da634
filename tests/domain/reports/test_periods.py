"""Every day of a period is in one part of its charts, and in one piece of its sums."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.reports.periods import (
    PRESETS,
    Period,
    Piece,
    month_of,
    parts_of,
    pieces_of,
    preset_period,
    spans_around,
)

pytestmark = pytest.mark.req("P19")
DAYS = st.dates(date(2020, 1, 1), date(2027, 12, 31))


@st.composite
def periods(draw: st.DrawFn) -> Period:
    first = draw(DAYS)
    return Period(first, first + timedelta(days=draw(st.integers(0, 800))))


def days_of(period: Period) -> list[date]:
    return [period.first + timedelta(days=index) for index in range(period.days)]


def days_of_piece(piece: Piece) -> list[date]:
    return days_of(dict(spans_around(piece.starts))[piece.size])


@given(periods())
def test_parts_and_pieces_hold_each_day_once(period: Period) -> None:
    parts = parts_of(period)
    assert [day for part in parts for day in days_of(part)] == days_of(period)
    assert [day for piece in pieces_of(period) for day in days_of_piece(piece)] == days_of(period)
    pieces = [piece for part in parts for piece in pieces_of(part)]
    assert [day for piece in pieces for day in days_of_piece(piece)] == days_of(period)
    assert len(pieces) <= 80 and len(pieces_of(period)) <= 2 * (4 + 12) + period.days // 28


@given(periods())
def test_the_period_before_ends_the_day_before(period: Period) -> None:
    before = period.before
    assert before.last == period.first - timedelta(days=1)
    assert before.days == period.days or before == month_of(before.first)


@given(DAYS)
def test_presets_end_today_unless_they_are_over(today: date) -> None:
    for preset in PRESETS:
        period = preset_period(preset, today)
        assert period.first <= period.last
        assert period.last == today or preset == "last_month"
    assert preset_period("week", today).first.weekday() == 0
    assert preset_period("last_month", today) == month_of(today.replace(day=1)).before
    assert preset_period("last_30", today).days == 30


def test_a_few_days_are_shown_one_by_one_a_quarter_by_week_and_a_year_by_month() -> None:
    first = date(2026, 1, 1)
    for days, parts in ((1, 1), (16, 16), (30, 5), (90, 14), (365, 12)):
        assert len(parts_of(Period(first, first + timedelta(days=days - 1)))) == parts, days
