"""Tokens of the machine API: listed, added (this one answer shows it), retired after a page that says what stops."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from portal.domain.errors import Conflict, Invalid
from portal.forms import Offer, RetireTokenForm, TokenForm
from portal.pages.staff.api_tokens import retire_token_page, tokens_page
from portal.pages.values.api_tokens import TokenMadePage
from portal.routes.staff import staff
from portal.routes.staff.shops import typed_code
from portal.services.shops.api_tokens import add_token, retire_token
from portal.web.answers.replay import idempotent, sent
from portal.web.answers.respond import go, respond
from portal.web.request.current import current_actor, deps
from portal.web.security.staff_guards import staff_may


@staff.get("/settings/tokens")
@staff_may("read", "settings")
def tokens() -> ResponseReturnValue:
    return _answer()


@staff.post("/settings/tokens")
@staff_may("write", "settings")
@idempotent
def token_add() -> ResponseReturnValue:
    """`scopes`, `code`. The answer itself shows the token: no redirect could name it."""
    form = TokenForm()
    if not form.validate():
        return _answer(form, status=422)
    try:
        page = _add(form)
    except Invalid as invalid:
        form.refuse(invalid.problems)
        return _answer(form, status=422)
    return respond("pages/staff/token_made.html", "pages/staff/token_made.html", page=page)


@staff.route("/settings/tokens/<int(max=9223372036854775807):token_id>/retire", methods=["GET", "POST"])
@staff_may("write", "settings")
@idempotent
def token_retire(token_id: int) -> ResponseReturnValue:
    """The page before it says what stops, and carries `shown`."""
    form = RetireTokenForm() if request.method == "POST" else RetireTokenForm(None)
    if not form.validate_on_submit():
        return _confirmation(form, token_id)
    shown = form.shown.data or ""
    try:
        done = retire_token(actor=current_actor(), token_id=token_id, request_id=sent(), shown=shown, deps=deps())
    except Conflict:
        return _answer(status=409, is_late=True)
    return go(".tokens", notice=done)


def _add(form: TokenForm) -> TokenMadePage:
    scopes = tuple(form.scopes.data or ())
    actor, typed = current_actor(), typed_code(form.code.data)
    token = add_token(actor=actor, scopes=scopes, typed=typed, request_id=sent(), deps=deps())
    return TokenMadePage(scopes=scopes, token=token)


def _confirmation(form: RetireTokenForm, token_id: int) -> ResponseReturnValue:
    page = retire_token_page(token_id=token_id, actor=current_actor(), deps=deps())
    form.shown.take(Offer(shown=page.shown))
    template = "pages/staff/token_retire.html"
    return respond(template, template, status=422 if form.errors else 200, page=page, form=form)


def _answer(form: TokenForm | None = None, *, status: int = 200, is_late: bool = False) -> ResponseReturnValue:
    page = tokens_page(actor=current_actor(), deps=deps())
    template = "pages/staff/tokens.html"
    return respond(template, template, status=status, page=page, form=form or TokenForm(None), is_late=is_late)
