"""When a refund is expected: by the bank days of the shop's country, never earlier than its banks allow."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.adapters.calendars import PublishedCalendar
from portal.domain.refunds.arrival import arrival_of
from portal.domain.shops.profile import ShopArrival
from portal.domain.shops.settings import ShopSettings

CALENDAR = PublishedCalendar()
ZONES = ("Asia/Shanghai", "Europe/Berlin", "Europe/Paris", "Europe/London", "America/New_York", "Asia/Tokyo", "UTC")
pytestmark = pytest.mark.req("S12", "S36")


def shop(zone: str, country: str = "", within: tuple[int, int] = (3, 7)) -> ShopSettings:
    arrival = ShopArrival(min_days=within[0], max_days=within[1])
    return ShopSettings(zone=zone, country=country, arrival={"other": arrival})


def expected(zone: str, month: int, day: int, country: str = "") -> tuple[date, date]:
    return arrival_of("card", datetime(2026, month, day, 9, tzinfo=UTC), shop(zone, country), CALENDAR)


def test_a_shop_in_berlin_has_no_golden_week_and_one_in_shanghai_has() -> None:
    assert expected("Europe/Berlin", 9, 29) == (date(2026, 10, 2), date(2026, 10, 8))
    assert expected("Asia/Shanghai", 9, 29) == (date(2026, 10, 9), date(2026, 10, 14))
    assert expected("Asia/Shanghai", 9, 29, country="DE") == expected("Europe/Berlin", 9, 29)


def test_christmas_and_new_year_are_no_bank_days_in_europe() -> None:
    assert expected("Europe/Berlin", 12, 22) == (date(2026, 12, 28), date(2027, 1, 4))
    assert expected("Europe/Amsterdam", 3, 31) == (date(2026, 4, 7), date(2026, 4, 13)), "Good Friday, Easter Monday"


def test_a_new_year_that_china_has_not_published_yet_is_still_no_bank_day() -> None:
    first, last = expected("Asia/Shanghai", 12, 28)
    assert first == date(2026, 12, 31) and date(2027, 1, 1) < last and last == date(2027, 1, 7)


@given(
    zone=st.sampled_from(ZONES),
    after=st.timedeltas(timedelta(0), timedelta(days=1800)),
    days=st.tuples(st.integers(0, 10), st.integers(0, 10)).map(sorted),
)
def test_never_is_a_day_promised_before_so_many_bank_days_have_passed(
    zone: str, after: timedelta, days: list[int]
) -> None:
    at = datetime(2025, 1, 1, tzinfo=UTC) + after
    country, sent = CALENDAR.country_of(zone), at.astimezone(ZoneInfo(zone)).date()
    first, last = arrival_of("card", at, shop(zone, within=(days[0], days[1])), CALENDAR)
    for promised, least in ((first, days[0]), (last, days[1])):
        passed = [sent + timedelta(days=n) for n in range(1, (promised - sent).days + 1)]
        assert sum(CALENDAR.is_bank_day(country, day) for day in passed) == least
        assert not passed or CALENDAR.is_bank_day(country, promised)
