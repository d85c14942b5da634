"""稍后处理: a case is put off until later, or taken up again."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from portal.domain.errors import Conflict, Invalid
from portal.forms import ActForm, SnoozeForm
from portal.routes.staff import staff
from portal.routes.staff.case import desk_changed, desk_page
from portal.services.cases.snooze import snooze_case
from portal.web.answers.follow import follow
from portal.web.answers.replay import idempotent, sent
from portal.web.request.current import current_actor, deps
from portal.web.request.languages import zone
from portal.web.security.staff_guards import staff_may


@staff.route("/cases/<case_no>/snooze", methods=["GET", "POST"])
@staff_may("write", "cases")
@idempotent
def snooze(case_no: str) -> ResponseReturnValue:
    """`until`: when the queue has it again."""
    form = SnoozeForm(zone=zone())
    if not form.validate_on_submit():
        return desk_page(case_no, status=422 if form.errors else 200, snooze=form)
    until = form.until.at
    try:
        done = snooze_case(case_no=case_no, until=until, actor=current_actor(), request_id=sent(), deps=deps())
    except Invalid as invalid:
        form.refuse(invalid.problems)
        return desk_page(case_no, status=422, snooze=form)
    except Conflict as conflict:
        return desk_changed(case_no, conflict, snooze=form)
    return follow(done)


@staff.post("/cases/<case_no>/wake")
@staff_may("write", "cases")
@idempotent
def wake(case_no: str) -> ResponseReturnValue:
    """Back in the queue now."""
    form = ActForm()
    if not form.validate_on_submit():
        return desk_page(case_no, status=422, act=form)
    try:
        done = snooze_case(case_no=case_no, until=None, actor=current_actor(), request_id=sent(), deps=deps())
    except Conflict as conflict:
        return desk_changed(case_no, conflict)
    return follow(done)
