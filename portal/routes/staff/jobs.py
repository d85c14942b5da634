"""后台任务: what is late, failing or given up, for administrators, and the word to try it again."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from portal.domain.errors import NotFound
from portal.forms import ActForm
from portal.pages.staff.jobs import jobs_page
from portal.routes.staff import staff
from portal.services.jobs.retry_job import retry_job
from portal.web.answers.replay import idempotent, sent
from portal.web.answers.respond import go, respond
from portal.web.request.current import current_actor, deps
from portal.web.security.staff_guards import staff_may

TEMPLATE = "pages/staff/jobs.html"


@staff.get("/jobs")
@staff_may("read", "jobs")
def jobs() -> ResponseReturnValue:
    return _list(ActForm(None))


@staff.post("/jobs/<job_id>/retry")
@staff_may("write", "jobs")
@idempotent
def job_retry(job_id: str) -> ResponseReturnValue:
    form = ActForm()
    if not form.validate_on_submit():
        return _list(form, status=422)
    if not (job_id.isascii() and job_id.isdigit() and len(job_id) <= 18):
        raise NotFound("job")
    done = retry_job(job_id=int(job_id), actor=current_actor(), request_id=sent(), deps=deps())
    return go(".jobs", notice=done)


def _list(form: ActForm, *, status: int = 200) -> ResponseReturnValue:
    page = jobs_page(actor=current_actor(), deps=deps())
    return respond(TEMPLATE, TEMPLATE, status=status, page=page, form=form)
