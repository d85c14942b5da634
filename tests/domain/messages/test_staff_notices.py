"""What each of the staff is mailed of, and when what is gathered goes out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.messages.staff_notices import DEFAULTS, GROUPS, chosen, digest_at, group_of

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")


def test_every_reason_is_chosen_with_its_group_and_what_is_not_named_with_the_others() -> None:
    assert group_of("new_case") == "new_case" and group_of("mention") == "messages" and group_of("x") == "other"
    assert chosen({}, "refund_failed") == DEFAULTS["refund_failed"] == "at_once"
    assert chosen({"refund_failed": "daily"}, "refund_failed") == "daily"
    assert chosen({"other": "off", "appeal": "sometimes"}, "appeal_waiting") == "at_once"
    named = [reason for reasons in GROUPS.values() for reason in reasons]
    assert len(named) == len(set(named))


@pytest.mark.parametrize(
    ("how", "at", "then"),
    [
        ("hourly", "2026-11-20T04:15:00+00:00", "2026-11-20T05:00:00+00:00"),
        ("daily", "2026-11-20T04:15:00+00:00", "2026-11-21T00:00:00+00:00"),
        ("daily", "2026-11-19T23:15:00+00:00", "2026-11-20T00:00:00+00:00"),
    ],
)
def test_it_goes_out_at_the_full_hour_or_at_eight_in_the_shops_morning(how, at, then) -> None:  # type: ignore[no-untyped-def]
    assert digest_at(how, datetime.fromisoformat(at), SHANGHAI) == datetime.fromisoformat(then)


@given(st.integers(0, 366 * 24 * 60), st.sampled_from(["hourly", "daily"]))
def test_it_is_never_late_and_never_in_the_past_whatever_the_clocks_do(minutes: int, how) -> None:  # type: ignore[no-untyped-def]
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    wait = digest_at(how, now, BERLIN) - now
    assert timedelta() < wait <= timedelta(hours=1 if how == "hourly" else 25)
