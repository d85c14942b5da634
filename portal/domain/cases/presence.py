"""Who else has a case open: as long as their page says so it is now, then a while ago, then nobody.

It holds nobody up. Whoever may only read is not told of: what they look at changes nothing.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from portal.domain.identity.access import Actor, may

NOW, LATELY = timedelta(seconds=60), timedelta(minutes=5)
"""A page says so every 25 s: one that is missed makes nobody leave."""
IN_LISTS = timedelta(seconds=30)
"""Who walks through a list leaves no trail of open cases behind."""


def is_shown(actor: Actor) -> bool:
    """Those who may answer it, or stop or inspect its parcel."""
    return may(actor, "write", "cases") or may(actor, "write", "hold")


def is_here(seen_at: datetime, now: datetime) -> bool:
    """Else they were lately."""
    return now - seen_at <= NOW
