"""When no text message wakes anybody: a night by the reader's own clock (S15)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from portal.domain.messages.notice_kinds import CODES

_NIGHT = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-3]):([0-5][0-9])\Z", re.ASCII)


def read_night(text: str) -> tuple[time, time] | None:
    """`22:00-08:00` as its two ends, None for "". Raises ValueError for anything else."""
    if not text:
        return None
    found = _NIGHT.match(text)
    if found is None or found[0][:5] == found[0][6:]:
        raise ValueError("must be two times of the clock like 22:00-08:00, or nothing")
    return time(int(found[1]), int(found[2])), time(int(found[3]), int(found[4]))


def morning_after(kind: str, night: str, zone: str, now: datetime) -> datetime | None:
    """When a text about `kind` may be sent, None for at once. A code is waited for, so it is sent at any hour."""
    ends = read_night(night)
    if ends is None or kind in CODES:
        return None
    begins, is_over = ends
    here = now.astimezone(ZoneInfo(zone))
    clock = here.time()
    is_night = begins <= clock < is_over if begins < is_over else clock >= begins or clock < is_over
    if not is_night:
        return None
    day = here.date() + timedelta(days=clock >= is_over)
    return datetime.combine(day, is_over, here.tzinfo).astimezone(now.tzinfo)


def is_still_true(params: Mapping[str, Any], now: datetime, *, is_overtaken: bool) -> bool:
    """Whether what was put off in the night is to be sent in the morning.

    A notice tells what happened, which stays true (decision 34), unless it asks for something until a deadline: then
    not once the deadline is over or its customer was told another thing of the same case.
    """
    deadline = params.get("deadline")
    if not deadline:
        return True
    return not is_overtaken and datetime.fromisoformat(str(deadline)) > now
