"""Days by which books are compared are those of Shanghai, where the providers cut their bills."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from portal.domain.refunds.book_days import book_day, days_ago, days_between, whole_span

pytestmark = pytest.mark.req("N7")
EVENING = datetime(2026, 11, 20, 15, 59, 59, tzinfo=UTC)
"""A second before midnight there."""


def test_a_day_ends_at_midnight_there() -> None:
    assert (book_day(EVENING), book_day(EVENING + timedelta(seconds=1))) == (date(2026, 11, 20), date(2026, 11, 21))


def test_days_follow_each_other_without_a_gap_up_to_the_whole_of_the_last() -> None:
    spans = list(days_between(EVENING - timedelta(days=2), EVENING))
    assert [span.day for span in spans] == [date(2026, 11, 18), date(2026, 11, 19), date(2026, 11, 20)]
    assert [span.start for span in spans[1:]] == [span.end for span in spans[:-1]]
    assert spans[0].start == EVENING - timedelta(days=2)
    assert spans[-1].end == EVENING + timedelta(seconds=1)


def test_what_lies_before_the_first_day_that_is_known_is_one_span_with_it() -> None:
    spans = list(days_between(datetime(2000, 1, 1, tzinfo=UTC), EVENING, first=date(2026, 11, 19)))
    assert [(span.start.year, span.day) for span in spans] == [(2000, date(2026, 11, 19)), (2026, date(2026, 11, 20))]


@pytest.mark.parametrize("first", [date(2000, 1, 1), date(2030, 1, 1)])
def test_a_first_day_out_of_range_leaves_the_days_there_are(first: date) -> None:
    spans = list(days_between(EVENING - timedelta(days=1), EVENING, first=first))
    assert spans[-1].day == date(2026, 11, 20) and spans[0].start == EVENING - timedelta(days=1)


def test_a_list_that_cannot_be_cut_is_one_span() -> None:
    span = whole_span(EVENING - timedelta(days=9), EVENING)
    assert (span.until, span.start, span.end) == (None, EVENING - timedelta(days=9), EVENING + timedelta(seconds=1))


def test_so_many_days_ago_is_when_that_day_began() -> None:
    assert days_ago(EVENING, 0) == datetime(2026, 11, 19, 16, tzinfo=UTC)
