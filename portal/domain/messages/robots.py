"""The robot of a chat group that a shop's notices to staff are posted to (issue 15, notices): its forms, its address,
how much a message holds, and what a group is told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Literal

from portal.domain.messages.staff_notices import GROUPS

RobotForm = Literal["wecom", "dingtalk", "feishu", "json"]
FORMS: tuple[RobotForm, ...] = ("wecom", "dingtalk", "feishu", "json")
OFF = "off"
"""In place of a form: there is no robot."""
SIGNED: frozenset[RobotForm] = frozenset({"dingtalk", "feishu"})
"""Those that may ask for a signature."""
KINDS: tuple[str, ...] = tuple(GROUPS)
MOST_BYTES: Mapping[RobotForm, int] = {"wecom": 2_000, "dingtalk": 15_000, "feishu": 15_000, "json": 60_000}
"""Of a message's text in UTF-8: WeCom takes 2,048, DingTalk and Feishu 20 kB for the whole body."""
MOST_LINES = 20
LONGEST_SECRET = 200
_HIDDEN_FROM = 12
OF_ONE_PERSON = frozenset({"case_taken_over", "proposal_declined"})
"""What is said to one person and is nothing to a group."""
_IN_A_GROUP = {"mention": "colleague_mentioned"}


def tail_of(url: str) -> str:
    """The last four characters, by which who has the address knows it again; none of a short one."""
    rest = url.partition("://")[2].partition("/")[2]
    return rest[-4:] if len(rest) >= _HIDDEN_FROM else ""


def is_for_group(what: str, group: str, kinds: list[str]) -> bool:
    """Whether a robot that was asked for `kinds` says it."""
    return group in kinds and what not in OF_ONE_PERSON


def in_a_group(what: str) -> str:
    """The reason as it is told to many."""
    return _IN_A_GROUP.get(what, what)


def next_post(now: datetime) -> datetime:
    """When what happens now is posted: with all else of its minute, so that a robot is sent one message a minute."""
    return now.replace(second=0, microsecond=0) + timedelta(minutes=1)


def fitting(count: int, write: Callable[[int], str], most_bytes: int) -> tuple[int, str]:
    """As many lines as a message holds, and the message: `write(n)` names the first n of `count` and how many are
    left. One line is always written; a robot that refuses it says so."""
    for lines in range(min(count, MOST_LINES), 1, -1):
        text = write(lines)
        if len(text.encode()) <= most_bytes:
            return lines, text
    return min(count, 1), write(min(count, 1))
