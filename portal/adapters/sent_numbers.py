"""Which refund numbers this process has sent lately, and whether the provider said that it had understood.

Alipay may know nothing of a refund within ten seconds of the call (PAYMENTS, what the libraries do to you): until then
an empty answer proves nothing.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Literal

from portal.ports import Clock

BELIEVED_AFTER = timedelta(seconds=10)
_MOST = 10_000


class SentNumbers:
    """Of one rail, for all its threads; what is older than ten seconds is of no use and makes room."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._sent: OrderedDict[str, tuple[datetime, bool]] = OrderedDict()
        self._lock = threading.Lock()

    def note(self, number: str, *, is_understood: bool) -> None:
        """It is being sent, or was understood, now."""
        with self._lock:
            self._sent[number] = (self._clock.now(), is_understood)
            self._sent.move_to_end(number)
            while len(self._sent) > _MOST:
                self._sent.popitem(last=False)

    def forget(self, number: str) -> None:
        """The provider refused it: that nothing is known of it is the truth."""
        with self._lock:
            self._sent.pop(number, None)

    def lately(self, number: str, sent_at: datetime | None) -> Literal["sent", "understood"] | None:
        """None: ten seconds are over, or it was never sent as far as is known. `sent_at`: what others know of it."""
        with self._lock:
            at, is_understood = self._sent.get(number, (None, False))
        now = self._clock.now()
        if at is not None and now - at < BELIEVED_AFTER:
            return "understood" if is_understood else "sent"
        return "sent" if sent_at is not None and now - sent_at < BELIEVED_AFTER else None
