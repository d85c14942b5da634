"""An endpoint's secret, its limits, and what a delivery and an endpoint can be."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

DeliveryState = Literal["behind", "ready", "done", "dead"]
"""behind: an earlier event of its order has not been delivered; ready: to be sent when it is due; dead: given up."""
EndpointState = Literal["on", "off"]
OffBecause = Literal["", "gone", "failing"]
MOST_ENDPOINTS = 10
OLD_SECRET_LASTS = timedelta(days=1)
"""So long after a rotation deliveries are signed with the old secret too."""
WINDOW = 1_000
"""So many deliveries of an endpoint wait at a time; what comes after them waits in the feed."""
DONE_KEPT, DEAD_KEPT = timedelta(days=3), timedelta(days=30)
LONGEST_ANSWER = 200
"""Characters of what an endpoint answered that are kept."""
PREFIX = "whsec_"


def secret_of(token: str) -> str:
    """Of 256 random bits in url-safe letters: base64 after a prefix, as Standard Webhooks writes a symmetric secret."""
    return PREFIX + token.translate(str.maketrans("-_", "+/")) + "=" * (-len(token) % 4)


def message_id(event_id: int) -> str:
    """The `webhook-id` of an event: the same for every attempt, for every endpoint, and when it is replayed."""
    return f"evt_{event_id}"
