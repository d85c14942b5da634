"""存为草稿: what is being written on a desk, saved as it is typed or by a button."""

from __future__ import annotations

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from portal.domain.cases.drafts import PARTS
from portal.domain.errors import Invalid
from portal.forms import AskForm, MessageForm, NoteForm, draft_too_long
from portal.routes.staff import staff
from portal.routes.staff.case import desk_page
from portal.routes.staff.deciding import sent_form
from portal.routes.staff.offering import sent_offer
from portal.services.cases.save_draft import DraftSaved, save_draft
from portal.web.answers.respond import go, respond, wants_fragment
from portal.web.request.current import current_actor, deps
from portal.web.security.staff_guards import staff_may

_FORMS: dict[str, Any] = {"message": MessageForm, "note": NoteForm, "ask": AskForm}
STATUS = "fragments/staff/draft_status.html"


@staff.post("/cases/<case_no>/draft")
@staff_may("write", "cases")
def draft(case_no: str) -> ResponseReturnValue:
    """`part` = message, note, ask, offer, decide, with the fields of that form; `discard` = the part that is given up.
    In the address `version`: of the case as the page showed it."""
    gone = request.form.get("discard", "")
    part = gone or request.form.get("part", "message")
    try:
        saved = _save(case_no, part, {} if gone else request.form.to_dict())
    except Invalid:
        return _not_saved(case_no, part)
    if wants_fragment() and not gone:
        return respond(STATUS, STATUS, part=part, saved=saved)
    if saved.what == "saved":
        return go(".case", case_no=case_no, notice="draft_saved")
    return go(".case", case_no=case_no, notice="draft_gone")


def _save(case_no: str, part: str, typed: dict[str, str]) -> DraftSaved:
    return save_draft(
        case_no=case_no,
        part=part,
        typed=typed,
        version=request.args.get("version", type=int),
        actor=current_actor(),
        request_id=request.form.get("request_id", ""),
        deps=deps(),
    )


def _not_saved(case_no: str, part: str) -> ResponseReturnValue:
    """It is too long. What was typed stays where it was typed."""
    if wants_fragment() and part in PARTS:
        return respond(STATUS, STATUS, part=part, saved=None, status=422)
    return desk_page(case_no, status=422, **_as_typed(case_no, part))


def _as_typed(case_no: str, part: str) -> dict[str, Any]:
    problem = draft_too_long()
    if part == "decide":
        answer = sent_form(case_no)
        answer.reason.errors = [problem]
        return {part: answer}
    if part == "offer":
        offer = sent_offer(case_no)
        offer.body.errors = [problem]
        return {part: offer}
    if part not in _FORMS:
        return {}
    form = _FORMS[part](None)
    form.body.data, form.body.errors = request.form.get("body", ""), [problem]
    return {part: form}
