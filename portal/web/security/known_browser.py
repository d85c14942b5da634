"""A browser that signed somebody in before: what others get wrong elsewhere does not keep it out (INTERFACE, sign-in).

A sealed cookie holds a number of its own and digests of the logins; nobody reads or makes one.
"""

from __future__ import annotations

from datetime import timedelta

from portal.services.identity.throttle import KnownBrowser, login_digest
from portal.web.request.current import deps
from portal.web.security.cookies import read_sealed, write_sealed

NAME = "portal_known"
KEPT = timedelta(days=180)
MOST_LOGINS = 8


def known_browser() -> KnownBrowser:
    kept = read_sealed(NAME)
    return KnownBrowser(id=kept["id"], logins=tuple(kept["logins"])) if kept else KnownBrowser()


def remember_browser(typed: str) -> None:
    """After a sign-in: `typed` as the throttle counts it. The last few logins are remembered."""
    known, digest = known_browser(), login_digest(typed, deps())
    logins = [digest, *(one for one in known.logins if one != digest)][:MOST_LOGINS]
    write_sealed(NAME, {"id": known.id or deps().random.token(), "logins": logins}, life=KEPT)
