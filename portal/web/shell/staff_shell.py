"""What stands around every page of the staff: who is signed in, the pages of their role, the shops they may go to."""

from __future__ import annotations

from typing import Any

from flask import url_for

from portal.domain.identity.access import Actor, may
from portal.web.request.current import known_visit

PAGES = {
    "cases": "cases",
    "warehouse": "warehouse",
    "orders": "orders",
    "customers": "customers",
    "refunds": "refunds",
    "approvals": "approvals",
    "declarations": "cases",
    "inbox": "cases",
    "policies": "policies",
    "team": "team",
    "settings": "settings",
    "reports": "reports",
    "audit": "audit",
    "jobs": "jobs",
    "status": "status",
}
"""The pages of the menu, and what one must be allowed to read to come there."""


def home_of(actor: Actor) -> str:
    """The page that somebody's day begins with."""
    return "warehouse" if actor.role == "warehouse" else "cases"


def staff_context() -> dict[str, Any]:
    """For every staff template: `staff`, None before sign-in."""
    visit = known_visit()
    session = visit.session
    if session is None or visit.shop is None:
        return {"staff": None}
    first = home_of(session.actor)
    readable = [page for page, thing in PAGES.items() if may(session.actor, "read", thing)]
    pages = tuple((page, url_for(f"staff.{page}")) for page in sorted(readable, key=lambda page: page != first))
    who = {"login": session.name, "role": session.actor.role}
    return {"staff": who | {"pages": pages, "shops": visit.granted, "shop": visit.shop.key}}
