"""A case as its order names it: who has to act, until when."""

from __future__ import annotations

from datetime import datetime

from portal.pages.values.parts import CaseBrief

_WAITS_FOR = {
    "submitted": "shop",
    "received": "shop",
    "needs_info": "customer",
    "offered": "customer",
    "awaiting_return": "customer",
    "received_choice": "customer",
}


def brief_of(*, case_no: str, kind: str, state: str, label: str, deadline: datetime | None) -> CaseBrief:
    """`deadline`: None where it is over. A cancel that nobody has answered waits for the warehouse."""
    waits_for = "warehouse" if (kind, state) == ("cancel", "submitted") else _WAITS_FOR.get(label, "")
    return CaseBrief(case_no=case_no, kind=kind, state=state, waits_for=waits_for, label=label, deadline=deadline)
