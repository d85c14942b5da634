"""通知文字: the shop's own words for its notices, tried on a case before they are kept."""

from __future__ import annotations

from typing import Any

from flask.typing import ResponseReturnValue

from portal.domain.errors import Conflict, Invalid
from portal.domain.messages.own_texts import OwnText
from portal.domain.typed import typed_count
from portal.forms import NoticeTextForm, OursAgainForm
from portal.pages.staff.notice_texts import notice_text_page, notice_texts_page
from portal.routes.staff import staff
from portal.services.messages.keep_notice_text import keep_notice_text, preview_notice_text
from portal.web.answers.replay import idempotent, sent
from portal.web.answers.respond import go, respond
from portal.web.request.current import current_actor, deps
from portal.web.security.staff_guards import staff_may


@staff.get("/settings/notices")
@staff_may("read", "settings")
def notice_texts() -> ResponseReturnValue:
    page = notice_texts_page(actor=current_actor(), deps=deps())
    return respond("pages/staff/notice_texts.html", "pages/staff/notice_texts.html", page=page)


@staff.get("/settings/notices/<kind>/<language>")
@staff_may("read", "settings")
def notice_text(kind: str, language: str) -> ResponseReturnValue:
    return _answer((kind, language))


@staff.post("/settings/notices/<kind>/<language>")
@staff_may("write", "settings")
@idempotent
def notice_text_keep(kind: str, language: str) -> ResponseReturnValue:
    """`subject`, `body`, and `shown`, the version that was changed."""
    form = NoticeTextForm()
    try:
        return _keep((kind, language), form.typed, form.shown.data)
    except Invalid as invalid:
        form.refuse(invalid.problems, kind)
        return _answer((kind, language), form, status=422)
    except Conflict:
        return _answer((kind, language), form, status=409, is_changed=True)


@staff.post("/settings/notices/<kind>/<language>/ours")
@staff_may("write", "settings")
@idempotent
def notice_text_ours(kind: str, language: str) -> ResponseReturnValue:
    """The portal's own words again; `shown` as above."""
    try:
        return _keep((kind, language), OwnText(), OursAgainForm().shown.data)
    except Conflict:
        return _answer((kind, language), status=409, is_changed=True)


@staff.post("/settings/notices/<kind>/<language>/preview")
@staff_may("write", "settings")
def notice_text_preview(kind: str, language: str) -> ResponseReturnValue:
    """Computes only: the mail that the customer of `case` would get."""
    form, about = NoticeTextForm(), (kind, language)
    case_no = form.case.data or ""
    try:
        preview = preview_notice_text(
            about=about, typed=form.typed, case_no=case_no, actor=current_actor(), deps=deps()
        )
    except Invalid as invalid:
        form.refuse(invalid.problems, kind)
        return _answer(about, form, status=422)
    return _answer(about, form, preview=preview)


def _keep(about: tuple[str, str], typed: OwnText, shown: str | None) -> ResponseReturnValue:
    version = typed_count(shown or "")
    done = keep_notice_text(
        about=about,
        typed=typed,
        shown=-1 if version is None else version,
        actor=current_actor(),
        request_id=sent(),
        deps=deps(),
    )
    return go(".notice_text", kind=about[0], language=about[1], notice=done)


def _answer(
    about: tuple[str, str], form: NoticeTextForm | None = None, *, status: int = 200, **shown: Any
) -> ResponseReturnValue:
    page = notice_text_page(about=about, actor=current_actor(), deps=deps(), **shown)
    ours = OursAgainForm(None)
    if form is None:
        form = NoticeTextForm(None, data={"subject": page.text.subject, "body": page.text.body})
    is_new = not form.shown.data or page.is_changed
    form.shown.current = str(page.version) if is_new else form.shown.data or ""
    ours.shown.current = str(page.version)
    template = "pages/staff/notice_text.html"
    return respond(template, template, status=status, page=page, form=form, ours=ours)
