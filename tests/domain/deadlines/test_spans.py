from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.deadlines.spans import (
    OpenHours,
    Span,
    arrival_between,
    due,
    elapsed,
    end_of_day,
    parse_open_hours,
    parse_span,
    reminders,
)
from tests.support.packs import SHANGHAI, FewDays

BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = parse_open_hours("09:00-18:00", weekdays=range(5), closed_days=[date(2026, 7, 6)])
TWO_OPEN_HOURS = Span(2, "open hours")


def at(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize("text", ["48 hours", "1 hour", "2 open hours", "5 days", "1 working day", "10 working days"])
def test_a_span_reads_as_it_is_written(text):
    assert str(parse_span(text)) == text


@pytest.mark.parametrize("text", ["", "0 days", "5", "5 weeks", "-1 day", "1.5 hours", "5days", " 5 days", 5, None])
def test_a_span_that_is_none_says_how_one_is_written(text):
    with pytest.raises(ValueError, match="working day"):
        parse_span(text)


@pytest.mark.req("S36")
def test_hours_are_exact():
    assert due(Span(48, "hours"), at("2026-07-03T10:11:12"), zone=SHANGHAI) == at("2026-07-05T10:11:12")


def test_hours_are_exact_over_a_change_to_summer_time():
    assert due(Span(24, "hours"), at("2026-03-28T12:00", BERLIN), zone=BERLIN) == at("2026-03-29T13:00", BERLIN)


@pytest.mark.req("S36")
def test_days_end_at_24_of_the_last_one_and_the_first_is_not_counted():
    assert due(Span(7, "days"), at("2026-12-03T00:00"), zone=SHANGHAI) == at("2026-12-11T00:00")
    assert due(Span(7, "days"), at("2026-12-03T23:59:59"), zone=SHANGHAI) == at("2026-12-11T00:00")


def test_the_day_is_that_of_the_zone_not_of_greenwich():
    start = datetime(2026, 12, 3, 17, tzinfo=UTC)  # already the 4th in Shanghai
    assert due(Span(1, "days"), start, zone=SHANGHAI) == at("2026-12-06T00:00")


def test_a_midnight_that_the_clock_leaps_over_or_repeats_is_the_moment_the_day_ends():
    azores = ZoneInfo("Atlantic/Azores")
    assert end_of_day(date(2026, 3, 28), azores) == datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert end_of_day(date(2026, 10, 24), azores) == datetime(2026, 10, 25, 0, tzinfo=UTC)


def test_a_warehouse_that_never_closes_has_two_hours_at_night_as_well():
    assert due(TWO_OPEN_HOURS, at("2026-07-03T23:30"), zone=SHANGHAI) == at("2026-07-04T01:30")


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("2026-07-02T10:00", "2026-07-02T12:00"),
        ("2026-07-02T16:00", "2026-07-02T18:00"),
        ("2026-07-02T17:00", "2026-07-03T10:00"),
        ("2026-07-02T05:00", "2026-07-02T11:00"),
        ("2026-07-02T18:00", "2026-07-03T11:00"),
        ("2026-07-03T17:30", "2026-07-07T10:30"),  # a Friday; Monday the 6th is closed
        ("2026-07-04T12:00", "2026-07-07T11:00"),
    ],
)
def test_a_warehouse_answers_within_two_hours_of_its_own(asked, answered):
    assert due(TWO_OPEN_HOURS, at(asked), zone=SHANGHAI, hours=OFFICE) == at(answered)


def test_more_hours_than_a_day_has_go_on_the_next():
    assert due(Span(20, "open hours"), at("2026-07-01T09:00"), zone=SHANGHAI, hours=OFFICE) == at("2026-07-03T11:00")


def test_a_night_shift_that_the_clock_shortens_is_counted_as_long_as_it_was():
    night = parse_open_hours("00:00-24:00")
    start = at("2026-03-29T00:00", BERLIN)
    assert due(Span(23, "open hours"), start, zone=BERLIN, hours=night) == at("2026-03-30T00:00", BERLIN)


def test_a_working_day_of_staff_skips_the_weekend_holidays_and_closed_days():
    start, holiday = at("2026-07-03T15:00"), FewDays(date(2026, 7, 7))
    assert due(Span(1, "working days"), start, zone=SHANGHAI) == at("2026-07-07T00:00")
    later = due(Span(1, "working days"), start, zone=SHANGHAI, hours=OFFICE, calendar=holiday, country="CN")
    assert later == at("2026-07-09T00:00")


def test_what_a_customer_may_do_from_then_on_opens_after_whole_days_of_24_hours():
    assert elapsed(Span(3, "days"), at("2026-07-03T10:00")) == at("2026-07-06T10:00")


@pytest.mark.req("P15")
def test_reminders_come_three_days_and_one_day_before_the_end():
    end = at("2026-12-11T00:00")
    assert reminders(end, [Span(1, "days"), Span(3, "days")]) == (at("2026-12-08T00:00"), at("2026-12-10T00:00"))


@pytest.mark.req("S12")
def test_a_refund_is_expected_within_three_to_seven_working_days():
    start, golden_week = at("2026-09-30T20:00"), FewDays(*(date(2026, 10, day) for day in range(1, 8)))
    expected = date(2026, 10, 12), date(2026, 10, 16)
    assert arrival_between(start, 3, 7, golden_week, country="CN", zone=SHANGHAI) == expected
    assert arrival_between(start, 0, 0, golden_week, zone=SHANGHAI) == (date(2026, 9, 30), date(2026, 9, 30))


@pytest.mark.parametrize(
    ("text", "weekdays", "reason"),
    [
        ("9-18", range(7), "must be like"),
        ("09:00-25:00", range(7), "must be like"),
        ("18:00-09:00", range(7), "must close after"),
        ("09:00-18:00", (), "at least one weekday"),
        ("09:00-18:00", (7,), "at least one weekday"),
    ],
)
def test_hours_of_opening_that_cannot_be_are_refused_with_the_reason(text, weekdays, reason):
    with pytest.raises(ValueError, match=reason):
        parse_open_hours(text, weekdays=weekdays)


FIRST = datetime(2020, 1, 1, tzinfo=UTC)
starts = st.integers(0, 3653 * 86400).map(lambda seconds: FIRST + timedelta(seconds=seconds))
spans = st.builds(Span, st.integers(1, 40), st.sampled_from(["hours", "open hours", "days", "working days"]))
hours = st.builds(
    OpenHours,
    opens=st.integers(0, 700),
    closes=st.integers(701, 1440),
    weekdays=st.frozensets(st.integers(0, 6), min_size=1),
)


@given(starts, starts, spans, hours, st.sampled_from([SHANGHAI, BERLIN]))
def test_who_starts_later_is_never_due_earlier_and_nobody_gets_less_than_the_hours(one, two, span, opening, zone):
    first, second = sorted((one, two))
    ends = [due(span, start, zone=zone, hours=opening) for start in (first, second)]
    assert ends[0] <= ends[1]
    least = timedelta(hours=span.amount) if span.unit.endswith("hours") else timedelta(hours=24 * span.amount - 1)
    assert ends[0] - first >= least
