"""退款与任务: refunds that do not arrive, and what only a person can resolve."""

from __future__ import annotations

from typing import Any

from flask.typing import ResponseReturnValue

from portal.domain.errors import Conflict
from portal.forms import ActForm
from portal.pages.staff.refunds import staff_refunds_page
from portal.pages.values.cancelling import Changed
from portal.routes.staff import staff
from portal.services.refunds.note_differences import reconcile_now
from portal.services.refunds.retry_refund_now import finish_task, retry_refund_now
from portal.web.answers.replay import idempotent, sent
from portal.web.answers.respond import go, respond
from portal.web.request.current import current_actor, current_shop, deps
from portal.web.security.staff_guards import staff_may


@staff.get("/refunds")
@staff_may("read", "refunds")
def refunds() -> ResponseReturnValue:
    return _list(ActForm(None))


@staff.post("/refunds/<refund_no>/retry")
@staff_may("write", "refunds")
@idempotent
def retry_refund(refund_no: str) -> ResponseReturnValue:
    return _act(retry_refund_now, refund_no=refund_no)


@staff.post("/refunds/reconcile")
@staff_may("write", "refunds")
@idempotent
def reconcile() -> ResponseReturnValue:
    """The books are compared by the worker, now instead of at the end of the day."""
    return _act(reconcile_now)


@staff.post("/tasks/<int(max=9223372036854775807):task_id>/done")
@staff_may("write", "refunds")
@idempotent
def task_done(task_id: int) -> ResponseReturnValue:
    return _act(finish_task, task_id=task_id)


def _act(act: Any, **which: Any) -> ResponseReturnValue:
    form = ActForm()
    if not form.validate_on_submit():
        return _list(form, status=422)
    try:
        done = act(**which, actor=current_actor(), request_id=sent(), deps=deps())
    except Conflict as conflict:
        changed = Changed(who="staff", what=conflict.what, at=conflict.at)
        return _list(ActForm(None), status=409, changed=changed)
    return go(".refunds", notice=done)


def _list(form: ActForm, *, status: int = 200, changed: Changed | None = None) -> ResponseReturnValue:
    page = staff_refunds_page(actor=current_actor(), settings=current_shop().settings, deps=deps())
    values = {"page": page, "form": form, "changed": changed}
    return respond("pages/staff/refunds.html", "fragments/staff/refunds.html", status=status, **values)
