"""售后队列: what waits, and for whom."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from portal.pages.staff.cases import case_of_return_no, queue_page
from portal.routes.staff import staff
from portal.web.answers.respond import go, respond
from portal.web.request.current import current_actor, deps
from portal.web.security.staff_guards import staff_may


@staff.get("/cases")
@staff_may("read", "cases")
def cases() -> ResponseReturnValue:
    args = request.args
    if found := case_of_return_no(q=args.get("q", ""), actor=current_actor(), deps=deps()):
        return go(".case", case_no=found)
    page = queue_page(
        state=args.get("state", ""),
        priority=args.get("priority", ""),
        assignee=args.get("assignee", ""),
        q=args.get("q", ""),
        after=args.get("after", ""),
        actor=current_actor(),
        deps=deps(),
    )
    return respond("pages/staff/cases.html", "fragments/staff/cases.html", page=page)
