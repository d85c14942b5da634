"""Where a try to sign in comes from, as the services count it."""

from __future__ import annotations

from portal.services.identity.throttle import Caller
from portal.web.request.current import client_address, session_token, visit
from portal.web.request.places import is_frame_request
from portal.web.security.known_browser import known_browser


def caller(*, is_remembered: bool = False) -> Caller:
    session = visit().session
    return Caller(
        address=client_address(),
        token=session_token(),
        locale=session.locale if session else "",
        place="frame" if is_frame_request() else "tab",
        browser=known_browser(),
        is_remembered=is_remembered,
    )
