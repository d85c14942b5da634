"""No text message wakes anybody, by the reader's own clock; codes are waited for (S15)."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.messages.quiet_hours import is_still_true, morning_after, read_night

pytestmark = pytest.mark.req("S15")
NIGHT, SHANGHAI = "22:00-08:00", "Asia/Shanghai"


def at(text, zone=SHANGHAI):
    return datetime.fromisoformat(f"2026-11-{text}").replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "morning"),
    [
        ("20 21:59", None),
        ("20 22:00", "21 08:00"),
        ("20 23:59", "21 08:00"),
        ("21 00:00", "21 08:00"),
        ("21 07:59", "21 08:00"),
        ("21 08:00", None),
        ("20 12:00", None),
    ],
)
def test_a_text_of_the_night_goes_in_the_morning(now, morning):
    assert morning_after("refund_succeeded", NIGHT, SHANGHAI, at(now)) == (at(morning) if morning else None)


def test_the_night_is_that_of_the_reader():
    now = at("20 23:00")
    assert morning_after("refund_succeeded", NIGHT, "Europe/Berlin", now) is None
    assert morning_after("refund_succeeded", NIGHT, "Asia/Tokyo", now) == at("21 08:00", "Asia/Tokyo")


def test_a_night_within_one_day_ends_on_that_day():
    assert morning_after("refund_succeeded", "00:30-06:00", SHANGHAI, at("21 00:29")) is None
    assert morning_after("refund_succeeded", "00:30-06:00", SHANGHAI, at("21 00:30")) == at("21 06:00")


@pytest.mark.parametrize("kind", ["sign_in_code", "behalf_code"])
def test_a_code_goes_at_any_hour(kind):
    assert morning_after(kind, NIGHT, SHANGHAI, at("21 03:00")) is None


def test_a_shop_without_a_night_sends_at_any_hour():
    assert morning_after("refund_succeeded", "", SHANGHAI, at("21 03:00")) is None


@given(
    st.integers(0, 2 * 365 * 24 * 60).map(lambda minutes: at("01 00:00") + timedelta(minutes=minutes)),
    st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia"]),
)
def test_the_morning_is_ahead_within_a_day_and_is_no_night(now, zone):
    morning = morning_after("refund_succeeded", NIGHT, zone, now)
    if morning is not None:
        assert timedelta() < morning - now <= timedelta(hours=11)
        assert morning_after("refund_succeeded", NIGHT, zone, morning) is None


@pytest.mark.parametrize("text", ["22:00", "22:00-24:00", "22:00-22:00", "late", "22:00-08:00 ", "２２:00-08:00"])
def test_what_is_no_night_is_refused(text):
    with pytest.raises(ValueError, match="22:00-08:00"):
        read_night(text)


def test_what_happened_stays_true_and_what_asks_only_until_its_deadline_or_the_next_news():
    now, deadline = at("21 08:00"), {"deadline": at("21 09:00").isoformat()}
    assert is_still_true({"order_no": "A"}, now, is_overtaken=True)
    assert is_still_true(deadline, now, is_overtaken=False)
    assert not is_still_true(deadline, now, is_overtaken=True)
    assert not is_still_true(deadline, at("21 09:00"), is_overtaken=False)
