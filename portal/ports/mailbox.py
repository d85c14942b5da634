"""The mailbox that customers write to (S34)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from portal.domain.inbox.mail import ReceivedMail


class Mailbox(Protocol):
    """A mailbox on a server: it keeps every mail; what was received is marked as read there."""

    def read(self, take: Callable[[ReceivedMail], bool], *, most: int) -> int:
        """Gives up to `most` unread mails, the oldest first, to `take`, and marks each as read after it has returned;
        where that was False also as flagged, for people to see there. How many it were. A mail whose `take` raises
        stays unread. Raises ProviderUnavailable."""
