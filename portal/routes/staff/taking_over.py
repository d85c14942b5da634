"""接手: somebody takes the case that a colleague has."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from portal.domain.errors import Conflict
from portal.forms import ActForm
from portal.routes.staff import staff
from portal.routes.staff.case import desk_changed, desk_page
from portal.services.cases.take_over import take_over_case
from portal.web.answers.follow import follow
from portal.web.answers.replay import idempotent, sent
from portal.web.request.current import current_actor, deps
from portal.web.security.staff_guards import staff_may


@staff.post("/cases/<case_no>/take-over")
@staff_may("write", "cases")
@idempotent
def take_over(case_no: str) -> ResponseReturnValue:
    form = ActForm()
    if not form.validate_on_submit():
        return desk_page(case_no, status=422, act=form)
    try:
        return follow(take_over_case(case_no=case_no, actor=current_actor(), request_id=sent(), deps=deps()))
    except Conflict as conflict:
        return desk_changed(case_no, conflict)
