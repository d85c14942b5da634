"""Several applications are accepted: summed up once, then done, each told of on the same page (P5)."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from portal.forms import ActForm
from portal.pages.staff.accepting import accept_page
from portal.routes.staff import staff
from portal.routes.staff.kept_queue import kept_queue
from portal.services.cases.accept_cases import accept_cases
from portal.web.answers.replay import idempotent, sent
from portal.web.answers.respond import go, respond
from portal.web.request.current import current_actor, current_shop, deps
from portal.web.security.staff_guards import staff_may

TEMPLATE, FRAGMENT = "pages/staff/accept.html", "fragments/staff/accept.html"


@staff.route("/cases/accept", methods=["GET", "POST"])
@staff_may("write", "cases")
@idempotent
def accept() -> ResponseReturnValue:
    """`case`, as often as there are; the summary sends `shown-<case_no>` of those that can be accepted."""
    numbers, form = request.values.getlist("case"), ActForm()
    if form.validate_on_submit():
        shown = {number: request.form.get(f"shown-{number}", "") for number in dict.fromkeys(numbers)}
        done = accept_cases(shown=shown, actor=current_actor(), request_id=sent(), deps=deps())
        return go(".accept", notice=done, case=list(shown))
    settings = current_shop().settings
    page = accept_page(case_nos=numbers, actor=current_actor(), settings=settings, deps=deps())
    status, queue = 422 if form.errors else 200, kept_queue().asked.query
    return respond(TEMPLATE, FRAGMENT, page=page, form=form, queue=queue, status=status)
