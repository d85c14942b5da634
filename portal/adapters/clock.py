"""The machine's clock, as aware UTC (law 11)."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from portal.adapters.places import Counter

RESTING = 4


class SystemClock:
    def __init__(self) -> None:
        self._resting = Counter("slowed", at_once=RESTING, waiting=0, seconds=0)

    def now(self) -> datetime:
        return datetime.now(UTC)

    def rest(self, seconds: float) -> None:
        with self._resting.served():
            time.sleep(seconds)
