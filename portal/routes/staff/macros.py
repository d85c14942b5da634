"""快捷回复: texts with fields, kept on a page of their own and filled in on the desk of a case."""

from __future__ import annotations

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from portal.domain.errors import Conflict, Invalid, NotFound
from portal.domain.macros.macro import FilledText, MacroText, fill
from portal.forms import ActForm, MacroForm, MessageForm
from portal.pages.staff.case import DeskView, staff_case_page
from portal.pages.staff.macros import macros_page
from portal.routes.staff import staff
from portal.routes.staff.case import desk_page
from portal.routes.staff.kept_queue import kept_queue
from portal.routes.staff.macro_filling import MacroFilling, macro_facts
from portal.services.macros.keep_macro import move_macro, remove_macro, save_macro
from portal.web.answers.replay import idempotent, sent
from portal.web.answers.respond import go, respond
from portal.web.request.current import current_actor, current_locale, current_shop, deps
from portal.web.request.uploads import receive_uploads
from portal.web.security.staff_guards import staff_may


@staff.get("/macros")
@staff_may("read", "cases")
def macros() -> ResponseReturnValue:
    """`edit`: the number of the one that the form is to show."""
    return _page(None)


@staff.post("/macros")
@staff_may("write", "cases")
@idempotent
def macro_save() -> ResponseReturnValue:
    """`macro` ("" for a new one), `owner`, `name`, `text`, `into`, `decision`, `reason_code`, `snooze_hours`."""
    form = _sent_form()
    by: dict[str, Any] = {"actor": current_actor(), "request_id": sent(), "deps": deps()}
    try:
        if not form.validate():
            return _page(form, status=422)
        done = save_macro(typed=form.typed, macro_id=_number(), shown=form.shown.data or "", **by)
    except Invalid as invalid:
        form.refuse(invalid.problems)
        return _page(form, status=422)
    except Conflict:
        return _page(form, status=409, is_changed=True)
    return go(".macros", notice=done)


@staff.post("/macros/preview")
@staff_may("write", "cases")
def macro_preview() -> ResponseReturnValue:
    """Computes only: the text as it is typed, filled in for the case whose number is typed beside it."""
    form = _sent_form()
    try:
        filled = _filled(form.typed, form.case.data or "")
    except NotFound:
        form.refuse((("case", "no_case"),))
        return _page(form, status=422)
    return _page(form, filled=filled)


@staff.post("/macros/remove")
@staff_may("write", "cases")
@idempotent
def macro_remove() -> ResponseReturnValue:
    """`macro`: which."""
    done = remove_macro(macro_id=_number() or 0, actor=current_actor(), request_id=sent(), deps=deps())
    return go(".macros", notice=done)


@staff.post("/macros/move")
@staff_may("write", "cases")
@idempotent
def macro_move() -> ResponseReturnValue:
    """`macro`, and `to` = up, down."""
    to = "up" if request.form.get("to") == "up" else "down"
    done = move_macro(macro_id=_number() or 0, to=to, actor=current_actor(), request_id=sent(), deps=deps())
    return go(".macros", notice=done)


@staff.post("/cases/<case_no>/macro")
@staff_may("write", "cases")
def macro(case_no: str) -> ResponseReturnValue:
    """Computes only: the desk with `macro` filled in, after what was typed so far. Nothing is sent and nothing kept."""
    form = MessageForm()
    receive_uploads(form.evidence, case_no=case_no)
    return desk_page(case_no, message=form, macro=MacroFilling(request.form.get("macro", "")))


def _number() -> int | None:
    typed = request.form.get("macro", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 16 else None


def _sent_form() -> MacroForm:
    page = macros_page(edited=str(_number() or ""), actor=current_actor(), deps=deps())
    return MacroForm(owners=page.owners)


def _filled(typed: MacroText, case_no: str) -> FilledText:
    """Raises NotFound."""
    view, settings = DeskView(locale=current_locale()), current_shop().settings
    page = staff_case_page(case_no=case_no, view=view, actor=current_actor(), settings=settings, deps=deps())
    return fill(typed.text, macro_facts(page))


def _page(form: MacroForm | None, *, status: int = 200, **values: Any) -> ResponseReturnValue:
    """With the form as it was typed, else with what is to be changed, else empty."""
    edited = request.args.get("edit", "") if form is None else str(_number() or "")
    page = macros_page(edited=edited, actor=current_actor(), deps=deps())
    if form is None:
        shown: dict[str, Any] = {"case": kept_queue().case_no}
        if page.edited:
            shown |= {name: getattr(page.edited, name) for name in MacroText.__dataclass_fields__}
            shown["snooze_hours"] = str(page.edited.snooze_hours)
        form = MacroForm(None, owners=page.owners, data=shown)
    # Shown again it goes by what it was made for, unless it tells of a change: saved once more it replaces that.
    is_new = not form.shown.data or values.get("is_changed")
    now_shown = page.edited.digest if page.edited else ""
    form.shown.current = now_shown if is_new else form.shown.data or ""
    values |= {"page": page, "form": form, "act": ActForm(), "queue": kept_queue().asked.query}
    return respond("pages/staff/macros.html", "fragments/staff/macros.html", status=status, **values)
