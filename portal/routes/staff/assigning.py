"""Several cases are given to one person: shown once, then done."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from portal.domain.errors import Invalid
from portal.forms import AssignForm
from portal.pages.staff.assigning import assign_page
from portal.routes.staff import staff
from portal.routes.staff.kept_queue import kept_queue
from portal.services.cases.assign_cases import assign_cases
from portal.web.answers.replay import idempotent, sent
from portal.web.answers.respond import go, respond
from portal.web.request.current import current_actor, deps
from portal.web.security.staff_guards import staff_may

TEMPLATE, FRAGMENT = "pages/staff/assign.html", "fragments/staff/assign.html"


@staff.route("/cases/assign", methods=["GET", "POST"])
@staff_may("write", "cases")
@idempotent
def assign() -> ResponseReturnValue:
    """`case`, as often as there are, and `to`, a login."""
    numbers = request.values.getlist("case")
    page = assign_page(case_nos=numbers, actor=current_actor(), deps=deps())
    form = AssignForm(people=page.people)
    try:
        if form.validate_on_submit():
            chosen = {"case_nos": numbers, "to": form.to.data, "request_id": sent()}
            done = assign_cases(actor=current_actor(), deps=deps(), **chosen)
            return go(".cases", notice=done, **kept_queue().asked.query)
    except Invalid:
        form.refuse()
    status, queue = 422 if form.errors else 200, kept_queue().asked.query
    return respond(TEMPLATE, FRAGMENT, page=page, form=form, queue=queue, status=status)
