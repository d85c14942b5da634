"""When a delivery comes again, when an endpoint is left alone, which kinds of events there are."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.typed_url import without_query
from portal.domain.webhooks.endpoint import secret_of
from portal.domain.webhooks.kinds import KINDS, SUBJECTS, is_wanted, read_kinds
from portal.domain.webhooks.schedule import (
    FAILURES_IN_A_ROW,
    LASTS,
    LONGEST_RETRY_AFTER,
    Health,
    after_failure,
    jitter,
    next_attempt,
    wake_at,
)
from portal.pages.parts.timeline import STAFF_NAMES
from portal.words.audit import AUDIT_ENTRIES

pytestmark = pytest.mark.req("P12")
NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)


def attempts(chance: float) -> list[datetime]:
    made, at = [NOON], NOON
    while later := next_attempt(first_at=NOON, attempts=len(made), now=at, chance=chance):
        made.append(at := later)
    return made


@given(st.floats(min_value=0, max_value=1))
def test_a_delivery_is_tried_ever_more_rarely_until_exactly_three_days_are_over(chance: float) -> None:
    made = attempts(chance)
    gaps = [later - earlier for earlier, later in pairwise(made)]
    assert gaps[0] <= timedelta(seconds=33) and made[-1] == NOON + LASTS
    assert all(later >= earlier for earlier, later in pairwise(gaps[:-1]))
    assert max(gaps) <= timedelta(hours=13.2) and 13 <= len(made) <= 18


def test_what_failed_together_does_not_come_back_together() -> None:
    chances = {jitter(f"{number}:1") for number in range(100)}
    assert len(chances) == 100 and all(0 <= chance < 1 for chance in chances)


@given(st.integers(min_value=-100, max_value=100_000))
def test_a_job_looks_at_a_full_half_minute_that_is_neither_before_it_nor_now(seconds: int) -> None:
    moment = NOON + timedelta(seconds=seconds)
    at = wake_at(moment, NOON)
    assert at >= moment and at >= NOON + timedelta(seconds=15) and at.timestamp() % 30 == 0
    assert at - max(moment, NOON) <= timedelta(seconds=45)


def test_nobody_there_pauses_at_once_and_longer_each_time_and_a_refusal_only_after_many() -> None:
    health, pauses = Health(), []
    for _ in range(8):
        health = after_failure(health, is_down=True, retry_after=None, now=NOON)
        assert health.resume_at
        pauses.append((health.resume_at - NOON).total_seconds())
    assert pauses == [30, 60, 120, 240, 480, 900, 900, 900]
    refused = Health()
    for _ in range(FAILURES_IN_A_ROW - 1):
        refused = after_failure(refused, is_down=False, retry_after=None, now=NOON)
        assert refused.resume_at is None
    refused = after_failure(refused, is_down=False, retry_after=None, now=NOON)
    assert refused.is_paused(NOON) and not refused.is_paused(NOON + timedelta(minutes=1))


def test_what_it_asks_for_counts_up_to_a_day() -> None:
    for asked, kept in ((timedelta(hours=2), timedelta(hours=2)), (timedelta(days=9), LONGEST_RETRY_AFTER)):
        health = after_failure(Health(), is_down=True, retry_after=asked, now=NOON)
        assert health.resume_at == NOON + kept


def test_the_table_has_every_kind_that_the_trail_has_a_sentence_for() -> None:
    assert set(KINDS) == set(STAFF_NAMES) | set(AUDIT_ENTRIES) and len(set(KINDS)) == len(KINDS)


def test_kinds_are_asked_for_by_what_happened_whoever_did_it() -> None:
    asked = read_kinds(["refund:succeeded", " case:* ", "case:*", ""])
    assert asked == ("refund:succeeded", "case:*")
    assert is_wanted(asked, "system:refund:succeeded") and is_wanted(asked, "staff:case:approved")
    assert not is_wanted(asked, "system:refund:failed") and not is_wanted(asked, "feed:order:updated")
    assert is_wanted((), "feed:order:updated")
    whole = read_kinds(["system:refund:succeeded", "case:*"])
    assert whole == ("case:*", "system:refund:succeeded")
    assert is_wanted(whole, "system:refund:succeeded") and not is_wanted(whole, "rail:refund:succeeded")
    for unknown in ("refund", "refund:lost", "*", "sun:refund:succeeded", "system:refund:lost", "weather:*"):
        with pytest.raises(ValueError, match=unknown.replace("*", r"\*")):
            read_kinds(["case:*", unknown])
    assert {f"{subject}:*" for subject in SUBJECTS} == set(read_kinds(f"{subject}:*" for subject in SUBJECTS))


def test_a_secret_is_written_as_standard_webhooks_says_and_the_query_of_an_address_is_not_shown() -> None:
    secret = secret_of("-_" + "A" * 41)
    assert secret.startswith("whsec_+/") and len(base64.b64decode(secret.removeprefix("whsec_"))) == 32
    assert without_query("https://a.example/x?token=1") == "https://a.example/x?…"
