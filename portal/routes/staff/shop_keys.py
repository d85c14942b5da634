"""Hand-off keys: one added, whose secret this one answer shows, and one retired after a page that says what stops."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from portal.domain.errors import Conflict, Invalid, NotFound
from portal.forms import KeyForm, Offer, RetireKeyForm
from portal.pages.staff.shops import retire_key_page
from portal.pages.values.cancelling import Changed
from portal.pages.values.shops import KeyMadePage
from portal.routes.staff import staff
from portal.routes.staff.shops import settings_answer, typed_code
from portal.services.embedding.handoff_keys import add_key, retire_key
from portal.web.answers.replay import idempotent, sent
from portal.web.answers.respond import go, respond
from portal.web.request.current import current_actor, deps
from portal.web.security.staff_guards import staff_may


@staff.post("/settings/keys")
@staff_may("write", "settings")
@idempotent
def key_add() -> ResponseReturnValue:
    """`algorithm`, `public_key`, `code`. The answer itself shows the secret: no redirect could name it."""
    form = KeyForm()
    if not form.validate():
        return settings_answer(status=422, key_form=form)
    try:
        page = _add(form)
    except Invalid as invalid:
        form.refuse(invalid.problems)
        return settings_answer(status=422, key_form=form)
    return respond("pages/staff/settings_key_made.html", "pages/staff/settings_key_made.html", page=page)


@staff.route("/settings/keys/<kid>/retire", methods=["GET", "POST"])
@staff_may("write", "settings")
@idempotent
def key_retire(kid: str) -> ResponseReturnValue:
    """The page before it says what stops, and carries `shown`."""
    form = RetireKeyForm() if request.method == "POST" else RetireKeyForm(None)
    if not form.validate_on_submit():
        return _confirmation(form, kid)
    shown = form.shown.data or ""
    try:
        retire_key(actor=current_actor(), kid=kid, request_id=sent(), shown=shown, deps=deps())
    except (Conflict, NotFound):
        return settings_answer(status=409, changed=Changed(who="staff", what="changed", at=None))
    return go(".settings", notice="key_retired")


def _add(form: KeyForm) -> KeyMadePage:
    algorithm = form.algorithm.data
    kid, secret = add_key(
        actor=current_actor(),
        algorithm=algorithm,
        public_key=form.public_key.data or "",
        typed=typed_code(form.code.data),
        request_id=sent(),
        deps=deps(),
    )
    return KeyMadePage(kid=kid, algorithm=algorithm, secret=secret)


def _confirmation(form: RetireKeyForm, kid: str) -> ResponseReturnValue:
    page = retire_key_page(kid=kid, actor=current_actor(), deps=deps())
    form.shown.take(Offer(shown=page.shown))
    template = "pages/staff/settings_key.html"
    return respond(template, template, status=422 if form.errors else 200, page=page, form=form)
