"""The session's cookie, and where signing in may lead."""

from __future__ import annotations

import re

from portal.services.identity.visits import REMEMBERED
from portal.web.security.cookies import drop_cookie, write_cookie

# One slash, then neither a second nor a backslash (both would name another host), and nothing a header cannot hold.
_OURS = re.compile(r"/(?![/\\])[^\x00-\x20\\\x7f]*\Z")
_LONGEST = 2000


def start_session(token: str, *, is_remembered: bool = False) -> None:
    """Ends with the browser, or is kept for as long as a row can be remembered; how long it is good for is the row's
    business."""
    write_cookie("portal", token, life=REMEMBERED if is_remembered else None)
    drop_cookie("portal_visitor")


def end_session() -> None:
    drop_cookie("portal")


def safe_next(address: str) -> str:
    """`address` where it is a path of this site, else ""."""
    return address if len(address) <= _LONGEST and _OURS.match(address) else ""
