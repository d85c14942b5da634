"""Who an event comes from, as the first part of its kind (law 6)."""

from __future__ import annotations

from portal.domain.identity.access import Actor

_SOURCE_OF = {
    **dict.fromkeys(("shopper", "guest", "declarant"), "shopper"),
    **dict.fromkeys(("staff", "operator"), "staff"),
    "feed": "feed",
}


def event_source(actor: Actor) -> str:
    """The first part of an event's kind: shopper, staff, feed or system."""
    return "staff" if actor.by_staff else _SOURCE_OF.get(actor.kind, "system")
