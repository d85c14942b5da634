"""304 before the page's queries (ARCHITECTURE law 10): a page is as it was while nothing it depends on has changed."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from flask import Flask, Response, current_app, g
from htmx_flask import request

from portal.services.embedding.tickets import LIFE
from portal.web.answers.notices import has_notice
from portal.web.answers.respond import wants_fragment
from portal.web.request.current import current_locale, current_session, current_shop, now, session_token
from portal.web.request.places import is_frame_request

HOUR = 3600
LENDING = LIFE.total_seconds() / 2
"""So that what a copy lends works for half its time at least."""
_FOR_EVER = datetime(2100, 1, 1, tzinfo=UTC)
_DIGITS = 12


def unchanged() -> Response | None:
    """304 where this browser has the page as it is; else None, and the page gets its tag. For personal GET pages, first
    thing under the guard.

    The tag covers what the session query has read anyway: nothing else may change such a page but time, and until when
    it says the truth of that stands at the end of its tag. A page that shows a notice once is neither answered from a
    copy nor kept as one.
    """
    is_shopper = current_session().actor.kind == "shopper"
    # A guest has no customer whose version rises with every event, so their page is made again each time.
    if request.method not in ("GET", "HEAD") or has_notice() or not is_shopper:
        return None
    g.page_tag = page_tag()
    g.copy_tag = next(filter(_is_true_still, request.if_none_match.as_set(include_weak=True)), "")
    return Response(status=304) if g.copy_tag else None


def _is_true_still(sent: str) -> bool:
    """Whether a browser's copy is of the page as it is, and a time that is left (还剩5小时) is still what it says."""
    tag, _, until = sent.rpartition(".")
    is_number = until.isascii() and until.isdigit() and len(until) <= _DIGITS
    return tag == g.page_tag and is_number and now().timestamp() <= int(until)


def page_tag() -> str:
    """Session, customer, shop (a published policy raises its version), code, language, part, address, and the hour, or
    in a frame five minutes: its links carry tickets, and a copy never outlives them."""
    session, shop = current_session(), current_shop()
    facts = (
        session_token(),
        session.actor.key,
        session.customer_version,
        session.unread,
        shop.id,
        shop.version,
        current_app.config["PORTAL_CODE"],
        current_locale(),
        wants_fragment() and (request.htmx.target or "part"),
        request.full_path,
        int(now().timestamp() // (LENDING if is_frame_request() else HOUR)),
    )
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:24]


def add_tag(response: Response) -> Response:
    if "page_tag" in g and response.status_code in (200, 304) and not g.get("cookies"):
        response.set_etag(g.copy_tag or f"{g.page_tag}.{_said_until()}", weak=True)
        response.headers["Cache-Control"] = "private, no-cache"
    return response


def _said_until() -> int:
    """The second until which what the page says of time is true."""
    return int(g.get("said_until", _FOR_EVER).timestamp())


def init_app(app: Flask) -> None:
    app.after_request(add_tag)
