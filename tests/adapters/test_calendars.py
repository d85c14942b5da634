from datetime import date, timedelta

import chinese_calendar
import pytest

from portal.adapters.calendars import PublishedCalendar
from portal.domain.policy.jurisdictions import EU_MEMBERS

CALENDAR = PublishedCalendar()
LAST_KNOWN = max(chinese_calendar.constants.holidays).year


def test_china_rests_on_exactly_the_days_chinesecalendar_says():
    day = date(2004, 1, 1)
    while day.year <= LAST_KNOWN:
        assert CALENDAR.is_rest_day("CN", day) == chinese_calendar.is_holiday(day), day
        day += timedelta(days=1)


def test_a_chinese_year_nobody_has_published_is_weekends_only_and_not_known():
    new_year = date(LAST_KNOWN + 1, 1, 1)
    assert CALENDAR.is_rest_day("CN", new_year) == (new_year.weekday() >= 5)
    assert not CALENDAR.knows("CN", new_year) and not CALENDAR.knows("CN", date(2003, 12, 31))
    assert CALENDAR.knows("CN", date(LAST_KNOWN, 12, 31))


@pytest.mark.parametrize("country", sorted(EU_MEMBERS))
def test_every_member_state_is_known_and_rests_on_new_year_and_christmas(country):
    assert CALENDAR.knows(country, date(2026, 1, 1))
    assert CALENDAR.is_rest_day(country, date(2026, 1, 1)) and CALENDAR.is_rest_day(country, date(2026, 12, 25))
    assert CALENDAR.is_rest_day(country, date(2026, 6, 20)) and not CALENDAR.is_rest_day(country, date(2026, 9, 16))


def test_banks_rest_when_the_country_does_and_on_bank_holidays_and_foreseen_ones() -> None:
    assert not CALENDAR.is_bank_day("FR", date(2026, 4, 3)) and not CALENDAR.is_rest_day("FR", date(2026, 4, 3))
    assert not CALENDAR.is_bank_day("JP", date(2026, 12, 31)) and not CALENDAR.is_bank_day("CN", date(2027, 1, 1))
    assert CALENDAR.is_bank_day("CN", date(2026, 9, 27)) == (not CALENDAR.is_rest_day("CN", date(2026, 9, 27)))
    assert CALENDAR.is_bank_day("", date(2026, 12, 25)) and not CALENDAR.is_bank_day("", date(2026, 12, 26))


@pytest.mark.parametrize(
    ("zone", "country"),
    [("Europe/Berlin", "DE"), ("Asia/Shanghai", "CN"), ("America/Chicago", "US"), ("UTC", ""), ("Mars/Base", "")],
)
def test_a_zone_names_its_country(zone: str, country: str) -> None:
    assert CALENDAR.country_of(zone) == country


@pytest.mark.parametrize("country", ["", "ZZ", "cn", "CN", "DE"])
@pytest.mark.parametrize("year", [1, 1700, 2500, 9999])
def test_no_country_and_no_year_makes_it_raise(country, year):
    day = date(year, 6, 16)
    assert CALENDAR.is_rest_day(country, day) in (True, False)
    assert CALENDAR.knows(country, day) in (True, False)
    assert CALENDAR.is_bank_day(country, day) in (True, False)


def test_without_a_country_only_weekends_are_rest_and_that_is_known():
    assert not CALENDAR.is_rest_day("", date(2026, 1, 1)) and CALENDAR.is_rest_day("", date(2026, 1, 3))
    assert CALENDAR.knows("", date(2500, 1, 1))
