"""The sites that may embed the shop: one added, one taken away after a page that says what stops."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from portal.domain.errors import Conflict, Invalid, NotFound
from portal.forms import Offer, OriginForm, RemoveOriginForm
from portal.pages.staff.shops import remove_origin_page
from portal.pages.values.cancelling import Changed
from portal.routes.staff import staff
from portal.routes.staff.shops import settings_answer, typed_code
from portal.services.shops.set_origins import set_origins
from portal.web.answers.replay import idempotent, sent
from portal.web.answers.respond import go, respond
from portal.web.request.current import current_actor, current_shop, deps
from portal.web.security.staff_guards import staff_may


@staff.post("/settings/origins")
@staff_may("write", "settings")
@idempotent
def origin_add() -> ResponseReturnValue:
    """`origin`, `code`."""
    form = OriginForm()
    if not form.validate():
        return settings_answer(status=422, origin_form=form)
    try:
        typed = typed_code(form.code.data)
        set_origins(add=(form.origin.data,), typed=typed, actor=current_actor(), request_id=sent(), deps=deps())
    except Invalid as invalid:
        form.refuse(invalid.problems)
        return settings_answer(status=422, origin_form=form)
    return go(".settings", notice="origin_added")


@staff.route("/settings/origins/remove", methods=["GET", "POST"])
@staff_may("write", "settings")
@idempotent
def origin_remove() -> ResponseReturnValue:
    """`origin`; the page before it says what stops, and carries `shown`."""
    form = RemoveOriginForm() if request.method == "POST" else RemoveOriginForm(None)
    if not form.validate_on_submit():
        return _confirmation(form, form.origin.data or request.args.get("origin", ""))
    try:
        set_origins(
            remove=(form.origin.data,),
            shown=form.shown.data or "",
            actor=current_actor(),
            request_id=sent(),
            deps=deps(),
        )
    except (Conflict, Invalid, NotFound):
        return settings_answer(status=409, changed=Changed(who="staff", what="changed", at=None))
    return go(".settings", notice="origin_removed")


def _confirmation(form: RemoveOriginForm, origin: str) -> ResponseReturnValue:
    page = remove_origin_page(origin=origin, shop=current_shop())
    form.shown.take(Offer(shown=page.shown))
    template = "pages/staff/settings_origin.html"
    return respond(template, template, status=422 if form.errors else 200, page=page, form=form)
