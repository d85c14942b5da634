"""When a delivery that was not taken is tried again, and when an endpoint as a whole is left in peace (P12).

Two clocks: every delivery has its own, growing from half a minute to twelve hours, until three days are over; and an
endpoint that does not answer at all is left alone for a while, so that a thousand deliveries do not each wait for it.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

LASTS = timedelta(days=3)
"""So long a delivery is tried, from its first attempt; then it is dead, and a person may have it sent again."""
_DELAYS = tuple(
    timedelta(minutes=minutes) for minutes in (0.5, 2, 10, 30, 60, 120, 240, 360, 480, 600, 720, 720, 720, 720)
)
"""After the first attempt that failed, the second, and so on; the last again and again."""
_JITTER = 0.1
"""Up to a tenth of the delay is added, so that what failed together does not come back together."""
_PAUSES = tuple(timedelta(seconds=seconds) for seconds in (30, 60, 120, 240, 480, 900))
FAILURES_IN_A_ROW = 10
"""So many answers other than 2xx, one after another and whatever they were about, and the endpoint is taken for ill."""
TOLD_AFTER = timedelta(hours=1)
"""Without a single success: then administrators are told."""
OFF_AFTER = LASTS
"""Without a single success: then the endpoint is turned off, and its events wait in the feed."""
LONGEST_RETRY_AFTER = timedelta(days=1)
WAKE_EVERY = 30
"""Seconds. Attempts are made at full half minutes, so that an endpoint is looked at once for many of them."""


def jitter(key: str) -> float:
    """Between 0 and 1, the same for the same key: a delivery and the number of its attempt."""
    return zlib.crc32(key.encode()) / 2**32


def next_attempt(*, first_at: datetime, attempts: int, now: datetime, chance: float) -> datetime | None:
    """After `attempts` that failed, the first at `first_at`; None where three days are over. `chance`: from 0 to 1."""
    last = first_at + LASTS
    if now >= last:
        return None
    delay = _DELAYS[min(attempts, len(_DELAYS)) - 1]
    return min(now + delay * (1 + _JITTER * chance), last)


def wake_at(moment: datetime, now: datetime) -> datetime:
    """The full half minute at or after `moment`, and far enough from now that whoever asks for it is done by then."""
    seconds = max(moment, now + timedelta(seconds=WAKE_EVERY / 2)).timestamp()
    return datetime.fromtimestamp(-(-seconds // WAKE_EVERY) * WAKE_EVERY, tz=now.tzinfo)


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """Of an endpoint. `failures`: since the last success; `failing_since`: the first of them; `resume_at`: nothing is
    sent before."""

    failures: int = 0
    failing_since: datetime | None = None
    resume_at: datetime | None = None

    def is_paused(self, now: datetime) -> bool:
        return self.resume_at is not None and self.resume_at > now

    def is_to_be_told(self, now: datetime) -> bool:
        return self.failing_since is not None and now - self.failing_since >= TOLD_AFTER

    def is_to_be_off(self, now: datetime) -> bool:
        return self.failing_since is not None and now - self.failing_since >= OFF_AFTER


def after_failure(health: Health, *, is_down: bool, retry_after: timedelta | None, now: datetime) -> Health:
    """`is_down`: nobody answered, or asked to be left alone; else the endpoint answered and did not take it.
    `retry_after`: for how long it asked to be left alone."""
    failures = health.failures + 1
    failed = replace(health, failures=failures, failing_since=health.failing_since or now)
    in_a_row = failures if is_down else failures - FAILURES_IN_A_ROW + 1
    if in_a_row < 1 and retry_after is None:
        return failed
    pause = _PAUSES[min(max(in_a_row, 1), len(_PAUSES)) - 1]
    asked = min(retry_after or timedelta(0), LONGEST_RETRY_AFTER)
    return replace(failed, resume_at=now + max(pause, asked))
