"""客户来信: mails that found no case; noted on one, or put aside."""

from __future__ import annotations

from typing import Any

from flask.typing import ResponseReturnValue

from portal.domain.errors import Conflict, Invalid
from portal.forms import ActForm, NoteMailForm
from portal.pages.staff.inbox import inbox_mail_page, inbox_page
from portal.pages.values.cancelling import Changed
from portal.routes.staff import staff
from portal.services.inbox.handle_mail import note_mail, put_mail_aside
from portal.web.answers.follow import follow
from portal.web.answers.problems import problem
from portal.web.answers.replay import idempotent, sent
from portal.web.answers.respond import respond
from portal.web.request.current import current_actor, deps
from portal.web.security.staff_guards import staff_may


@staff.get("/inbox")
@staff_may("read", "cases")
def inbox() -> ResponseReturnValue:
    page = inbox_page(actor=current_actor(), deps=deps())
    return respond("pages/staff/inbox.html", "fragments/staff/inbox.html", page=page)


@staff.get("/inbox/<int(max=9223372036854775807):mail_id>")
@staff_may("read", "cases")
def inbox_mail(mail_id: int) -> ResponseReturnValue:
    return _page(mail_id)


@staff.post("/inbox/<int(max=9223372036854775807):mail_id>/note")
@staff_may("write", "cases")
@idempotent
def mail_note(mail_id: int) -> ResponseReturnValue:
    """`case_no`: of the case on which it is noted."""
    form = NoteMailForm()
    if not form.validate():
        return _page(mail_id, status=422, note=form)
    case_no, by = form.case_no.data or "", current_actor()
    try:
        return follow(note_mail(mail_id=mail_id, case_no=case_no, actor=by, request_id=sent(), deps=deps()))
    except Conflict as conflict:
        return _page(mail_id, status=409, changed=_faster(conflict), note=form)
    except Invalid:
        form.case_no.errors = [problem("mail_case_unknown")]
        return _page(mail_id, status=422, note=form)


@staff.post("/inbox/<int(max=9223372036854775807):mail_id>/aside")
@staff_may("write", "cases")
@idempotent
def mail_aside(mail_id: int) -> ResponseReturnValue:
    try:
        return follow(put_mail_aside(mail_id=mail_id, actor=current_actor(), request_id=sent(), deps=deps()))
    except Conflict as conflict:
        return _page(mail_id, status=409, changed=_faster(conflict))


def _faster(conflict: Conflict) -> Changed:
    return Changed(who="staff", what=conflict.what, at=conflict.at)


def _page(mail_id: int, *, status: int = 200, changed: Changed | None = None, **typed: Any) -> ResponseReturnValue:
    """With the form that was sent as it was typed."""
    page = inbox_mail_page(mail_id=mail_id, actor=current_actor(), deps=deps(), changed=changed)
    forms = {"note": NoteMailForm(None), "aside": ActForm(None)}
    whole, part = "pages/staff/inbox_mail.html", "fragments/staff/inbox_mail.html"
    return respond(whole, part, page=page, forms=forms | typed, status=status)
