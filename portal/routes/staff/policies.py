"""售后规则: what holds, its versions, and the draft of what is to come, as forms and as a file."""

from __future__ import annotations

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from portal.domain.errors import Conflict
from portal.domain.policy.problems import PackProblem
from portal.forms import ActForm, DraftForm, PackTextForm
from portal.pages.staff.policies import policies_page, version_page
from portal.pages.staff.policy_editor import Sent, editor_page
from portal.pages.values.cancelling import Changed
from portal.routes.staff import staff
from portal.services.policy.drafts import FaultyDraftError, begin_draft, discard_draft, save_fields, save_text
from portal.web.answers.replay import idempotent, sent
from portal.web.answers.respond import go, respond
from portal.web.request.current import current_actor, deps
from portal.web.request.languages import language
from portal.web.security.staff_guards import staff_may

LIST, ONE, EDITOR = "pages/staff/policies.html", "pages/staff/policy_version.html", "pages/staff/policy_draft.html"
_UNREADABLE = Sent(text="", faults=FaultyDraftError(pack=(PackProblem("", "(file)", "is not UTF-8 text"),)))
_NOT_FIELDS = frozenset({"csrf_token", "request_id", "revision"})


@staff.get("/policies")
@staff_may("read", "policies")
def policies() -> ResponseReturnValue:
    return _list()


@staff.get("/policies/versions/<int(max=9223372036854775807):version_id>")
@staff_may("read", "policies")
def policy_version(version_id: int) -> ResponseReturnValue:
    page = version_page(version_id=version_id, locale=language(), actor=current_actor(), deps=deps())
    return respond(ONE, ONE, page=page)


@staff.post("/policies/draft/begin")
@staff_may("write", "policies")
@idempotent
def policy_draft_begin() -> ResponseReturnValue:
    """From the version in use; where there is a draft already, that one."""
    if not ActForm().validate():
        return _list(422)
    begin_draft(actor=current_actor(), request_id=sent(), deps=deps())
    return go(".policy_draft")


@staff.route("/policies/draft", methods=["GET", "POST"])
@staff_may("write", "policies")
@idempotent
def policy_draft() -> ResponseReturnValue:
    """A field for each of the pack's, named by its key (docs/policy.md)."""
    form = DraftForm()
    typed = {name: values for name, values in request.form.to_dict(flat=False).items() if name not in _NOT_FIELDS}
    if request.method != "POST":
        return _editor(Sent())
    if not form.validate():
        return _editor(Sent(typed=typed), status=422, form=form)
    try:
        who: dict[str, Any] = {"actor": current_actor(), "request_id": sent(), "deps": deps()}
        done = save_fields(revision=form.revision.number, typed=typed, **who)
    except FaultyDraftError as faults:
        return _editor(Sent(typed=typed, faults=faults), status=422, form=form)
    except Conflict as conflict:
        return _editor(Sent(typed=typed), conflict=conflict, form=form)
    return go(".policy_review", notice=done)


@staff.post("/policies/draft/text")
@staff_may("write", "policies")
@idempotent
def policy_draft_text() -> ResponseReturnValue:
    """`text`, or `file`: the whole pack as TOML."""
    form = PackTextForm()
    if not form.validate():
        return _editor(Sent(text=form.text.data or ""), status=422, text_form=form)
    text = form.whole()
    if text is None:
        return _editor(_UNREADABLE, status=422, text_form=form)
    try:
        who: dict[str, Any] = {"actor": current_actor(), "request_id": sent(), "deps": deps()}
        done = save_text(revision=form.revision.number, text=text, **who)
    except FaultyDraftError as faults:
        return _editor(Sent(text=text, faults=faults), status=422, text_form=form)
    except Conflict as conflict:
        return _editor(Sent(text=text), conflict=conflict, text_form=form)
    return go(".policy_review", notice=done)


@staff.post("/policies/draft/discard")
@staff_may("write", "policies")
@idempotent
def policy_draft_discard() -> ResponseReturnValue:
    """What was proposed of it is void."""
    form = DraftForm()
    if not form.validate():
        return _list(422)
    try:
        done = discard_draft(revision=form.revision.number, actor=current_actor(), request_id=sent(), deps=deps())
    except Conflict as conflict:
        return _list(409, changed=_changed(conflict))
    return go(".policies", notice=done)


def _list(status: int = 200, changed: Changed | None = None) -> ResponseReturnValue:
    page = policies_page(locale=language(), actor=current_actor(), deps=deps())
    return respond(LIST, LIST, status=status, page=page, changed=changed, act_form=ActForm(None), form=DraftForm(None))


def _editor(kept: Sent, *, status: int = 200, conflict: Conflict | None = None, **forms: Any) -> ResponseReturnValue:
    """What was typed stays, also where somebody else has changed the draft meanwhile."""
    try:
        page = editor_page(sent=kept, locale=language(), actor=current_actor(), deps=deps())
    except Conflict as gone:
        return _list(409, changed=_changed(conflict or gone))
    changed = _changed(conflict) if conflict else None
    shown = {"form": DraftForm(None), "text_form": PackTextForm(None)} | forms
    return respond(EDITOR, EDITOR, status=409 if conflict else status, page=page, changed=changed, **shown)


def _changed(conflict: Conflict) -> Changed:
    return Changed(who="staff", what=conflict.what, at=conflict.at)
