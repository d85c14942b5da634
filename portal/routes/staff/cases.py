"""售后队列: what waits, and for whom; the next case of the list that somebody works through."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from portal.pages.staff.archived import archived_case_of, with_archived
from portal.pages.staff.cases import case_of_return_no, next_case_no, queue_page
from portal.pages.staff.queue_asked import QueueAsked
from portal.routes.staff import staff
from portal.routes.staff.kept_queue import keep_queue, kept_queue
from portal.web.answers.respond import go, respond
from portal.web.request.current import current_actor, deps
from portal.web.request.languages import zone
from portal.web.security.staff_guards import staff_may


@staff.get("/cases")
@staff_may("read", "cases")
def cases() -> ResponseReturnValue:
    args = request.args
    if found := case_of_return_no(q=args.get("q", ""), actor=current_actor(), deps=deps()):
        return go(".case", case_no=found)
    asked = QueueAsked(**{name: args.get(name, "") for name in ("state", "priority", "assignee", "q")}, order=_order())
    page = queue_page(asked=asked, after=args.get("after", ""), zone=zone(), actor=current_actor(), deps=deps())
    if archived := archived_case_of(page, actor=current_actor(), deps=deps()):
        return go(".case", case_no=archived)
    page = with_archived(page, actor=current_actor(), deps=deps())
    keep_queue(page.asked)
    return respond("pages/staff/cases.html", "fragments/staff/cases.html", page=page)


def _order() -> str:
    """How what waits is sorted stays as it was chosen last."""
    return request.args.get("order") or kept_queue().asked.order


@staff.get("/cases/next")
@staff_may("read", "cases")
def next_case() -> ResponseReturnValue:
    """The one after the case that was opened last; the list, where none of it is left."""
    kept = kept_queue()
    case_no = next_case_no(
        asked=kept.asked, place=kept.place, but=kept.case_no, zone=zone(), actor=current_actor(), deps=deps()
    )
    return go(".case", case_no=case_no) if case_no else go(".cases", **kept.asked.query)
