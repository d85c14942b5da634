"""What stands around every page of the staff: who is signed in, the pages of their role, the shops they may go to."""

from __future__ import annotations

from typing import Any

from flask import url_for

from portal.domain.identity.access import may
from portal.web.request.current import known_visit

PAGES = ("cases", "orders", "refunds", "settings")


def staff_context() -> dict[str, Any]:
    """For every staff template: `staff`, None before sign-in."""
    visit = known_visit()
    session = visit.session
    if session is None or visit.shop is None:
        return {"staff": None}
    pages = tuple((page, url_for(f"staff.{page}")) for page in PAGES if may(session.actor, "read", page))
    who = {"login": session.name, "role": session.actor.role}
    return {"staff": who | {"pages": pages, "shops": visit.granted, "shop": visit.shop.key}}
