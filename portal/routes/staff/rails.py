"""By which rails a shop's payments go back: set, checked, removed. Keys are never shown."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from portal.domain.errors import Conflict, Invalid
from portal.forms import RailActForm, RailForm
from portal.pages.staff.rails import rails_page, remove_rail_page
from portal.routes.staff import staff
from portal.routes.staff.shops import typed_code
from portal.services.shops.check_rail import check_rail
from portal.services.shops.remove_rail import remove_rail
from portal.services.shops.set_rail import read_pasted, set_rail
from portal.web.answers.replay import idempotent, sent
from portal.web.answers.respond import go, respond
from portal.web.request.current import current_actor, deps
from portal.web.security.staff_guards import staff_may


@staff.get("/rails")
@staff_may("read", "settings")
def rails() -> ResponseReturnValue:
    return _answer()


@staff.post("/rails")
@staff_may("write", "settings")
@idempotent
def rail_save() -> ResponseReturnValue:
    """`kind`, `rail_config`, `code`."""
    form = RailForm()
    if not form.validate():
        return _answer(form, status=422)
    typed = typed_code(form.code.data)
    try:
        config = read_pasted(form.kind.data or "", form.rail_config.data, deps=deps())
        done = set_rail(config=config, actor=current_actor(), typed=typed, request_id=sent(), deps=deps())
    except Invalid as invalid:
        form.refuse(invalid.problems)
        return _answer(form, status=422)
    except Conflict as conflict:
        return _answer(form, status=409, in_use=str(conflict.detail.get("number", "")))
    return go(".rails", notice=done)


@staff.post("/rails/<kind>/check")
@staff_may("write", "settings")
@idempotent
def rail_check(kind: str) -> ResponseReturnValue:
    return go(".rails", notice=check_rail(kind=kind, actor=current_actor(), request_id=sent(), deps=deps()))


@staff.route("/rails/<kind>/remove", methods=["GET", "POST"])
@staff_may("write", "settings")
@idempotent
def rail_remove(kind: str) -> ResponseReturnValue:
    """The page before it says what stops."""
    form = RailActForm() if request.method == "POST" else RailActForm(None)
    if not form.validate_on_submit():
        page = remove_rail_page(kind, actor=current_actor(), deps=deps())
        template = "pages/staff/rail_remove.html"
        return respond(template, template, status=422 if form.errors else 200, page=page, form=form)
    try:
        done = remove_rail(kind=kind, actor=current_actor(), request_id=sent(), deps=deps())
    except Conflict as conflict:
        return _answer(status=409, in_use=str(conflict.detail.get("number", "")))
    return go(".rails", notice=done)


def _answer(form: RailForm | None = None, *, status: int = 200, in_use: str = "") -> ResponseReturnValue:
    page = rails_page(actor=current_actor(), deps=deps(), in_use=in_use)
    form = form or RailForm(None)
    form.forget()
    template = "pages/staff/rails.html"
    return respond(template, template, status=status, page=page, form=form, act_form=RailActForm(None))
