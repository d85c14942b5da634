"""A group robot's address, and how much a message to it holds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.messages.robots import (
    KINDS,
    MOST_LINES,
    fitting,
    in_a_group,
    is_for_group,
    next_post,
    tail_of,
)
from portal.domain.typed_url import host_of, read_url

WECOM = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=0123-4567-89ab"


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("http://robot.example/x", "https"),
        ("ftp://robot.example/x", "https"),
        ("robot.example", "https"),
        ("https:///x", "host"),
        ("https://robot.example:port/x", "host"),
        ("https://a:b@robot.example/x", "user"),
        ("https://robot.example/x y", "characters"),
        ("https://robot.example/\\x", "characters"),
        ("https://机器人.example/x", "characters"),
        ("https://robot.example/\r\nHost: x", "characters"),
    ],
)
def test_what_is_no_address_says_why(typed: str, problem: str) -> None:
    with pytest.raises(ValueError, match=f"^{problem}$"):
        read_url(typed)


def test_an_address_is_known_again_by_its_host_and_four_characters_and_a_short_one_by_its_host_alone() -> None:
    assert read_url(f"{WECOM}#top") == WECOM
    assert (host_of(WECOM), tail_of(WECOM)) == ("qyapi.weixin.qq.com", "89ab")
    assert tail_of("https://robot.example/abcd") == tail_of("https://robot.example") == ""
    assert read_url("http://127.0.0.1:9/x") == "http://127.0.0.1:9/x", "on this machine nobody listens in between"


def test_a_group_is_told_what_was_chosen_and_nothing_that_is_said_to_one_person() -> None:
    assert is_for_group("appeal_waiting", "appeal", ["appeal"]) and not is_for_group("new_case", "new_case", [])
    assert not is_for_group("case_taken_over", "other", list(KINDS))
    assert (in_a_group("mention"), in_a_group("new_case")) == ("colleague_mentioned", "new_case")


@given(st.integers(0, 86_400_000))
def test_a_robot_is_sent_at_most_one_message_a_minute_and_waits_no_longer_than_one(millis: int) -> None:
    now = datetime(2026, 11, 20, tzinfo=UTC) + timedelta(milliseconds=millis)
    then = next_post(now)
    assert timedelta() < then - now <= timedelta(minutes=1) and (then.second, then.microsecond) == (0, 0)


@given(st.integers(1, 60), st.integers(10, 400), st.sampled_from([2_000, 15_000]))
def test_a_message_holds_as_many_lines_as_fit_and_says_how_many_are_left(count: int, size: int, most: int) -> None:
    def write(lines: int) -> str:
        return "单" * (size // 3) * lines + str(count - lines)

    lines, text = fitting(count, write, most)
    assert 1 <= lines <= min(count, MOST_LINES) and text == write(lines)
    assert len(text.encode()) <= most
    assert lines == min(count, MOST_LINES) or len(write(lines + 1).encode()) > most
