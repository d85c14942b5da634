"""Reopening what a deadline closed (N6)."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from portal.domain.errors import Conflict
from portal.forms import ReopenForm
from portal.routes.staff import staff
from portal.routes.staff.case import desk_changed, desk_page
from portal.services.applying.reopen import reopen_case
from portal.web.answers.follow import follow
from portal.web.answers.replay import idempotent, sent
from portal.web.request.current import current_actor, deps
from portal.web.security.staff_guards import staff_may


@staff.route("/cases/<case_no>/reopen", methods=["GET", "POST"])
@staff_may("write", "cases")
@idempotent
def reopen(case_no: str) -> ResponseReturnValue:
    """`reason`, which the customer reads."""
    form = ReopenForm()
    if not form.validate_on_submit():
        return desk_page(case_no, status=422 if form.errors else 200, reopen=form)
    reason = form.reason.data or ""
    try:
        done = reopen_case(case_no=case_no, reason=reason, actor=current_actor(), request_id=sent(), deps=deps())
    except Conflict as conflict:
        return desk_changed(case_no, conflict, reopen=form)
    return follow(done)
