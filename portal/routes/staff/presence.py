"""正在看: an open desk says so every few seconds, and is told who else has it open and what they did."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from portal.pages.staff.presence import presence_shown
from portal.routes.staff import staff
from portal.services.cases.say_present import say_present
from portal.web.answers.respond import go, respond, wants_fragment
from portal.web.request.current import current_actor, deps
from portal.web.security.staff_guards import staff_may

WATCHERS = "fragments/staff/watchers.html"


@staff.post("/cases/<case_no>/presence")
@staff_may("read", "cases")
def presence(case_no: str) -> ResponseReturnValue:
    """In the address `since`: how many events the order had when the page was made."""
    actor, since = current_actor(), request.args.get("since", 0, type=int)
    say_present(case_no=case_no, actor=actor, deps=deps())
    shown = presence_shown(case_no=case_no, since=since, actor=actor, deps=deps())
    if not wants_fragment():
        return go(".case", case_no=case_no)
    return respond(WATCHERS, WATCHERS, presence=shown)
