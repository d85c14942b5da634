"""A confirmation inside a frame carries when it was shown, and is not taken within a second of it (EMBEDDING).

Who frames us can put our button under a pointer that is about to press; nobody reads a summary that fast. Outside a
frame nothing of ours can be put under anything.
"""

from __future__ import annotations

import hmac

from flask import Flask, request

from portal.web.request.current import deps, now, session_token
from portal.web.request.places import is_frame_request

FIELD = "issued"
SOONEST_MS = 1000


def issued_at() -> str:
    """The signed time of this page, for a hidden field of its form."""
    return _signed(_now_ms())


def is_too_soon() -> bool:
    """Whether the form of this request was shown in a frame less than a second ago, or does not say when."""
    if not is_frame_request():
        return False
    sent = request.form.get(FIELD, "")
    at = sent.partition(".")[0]
    is_time = at.isascii() and at.isdigit() and len(at) < 16
    if not is_time or not hmac.compare_digest(sent.encode(), _signed(int(at)).encode()):
        return True
    return _now_ms() - int(at) < SOONEST_MS


def _now_ms() -> int:
    return int(now().timestamp() * 1000)


def _signed(at: int) -> str:
    """Bound to the session, whose token nobody else knows."""
    return f"{at}.{deps().vault.digest('confirm issued', f'{session_token()}:{at}')[:32]}"


def init_app(app: Flask) -> None:
    app.jinja_env.globals["issued_at"] = issued_at
