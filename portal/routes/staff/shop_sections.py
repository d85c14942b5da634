"""店铺设置 by section: everything that `portal shops set` knows, in forms that work without scripts."""

from __future__ import annotations

from collections.abc import Sequence

from flask import request
from flask.typing import ResponseReturnValue

from portal.domain.errors import Conflict, Invalid
from portal.domain.results import Done
from portal.domain.shops.sections import Listed
from portal.domain.shops.typed_settings import items_of, with_row, without_row
from portal.forms import SectionForm
from portal.pages.staff.settings import section_page
from portal.pages.values.settings import SectionPage
from portal.routes.staff import staff
from portal.routes.staff.shops import typed_code
from portal.services.identity.fresh_code import WrongCode
from portal.services.shops.set_section import TypedSection, section_of, set_section
from portal.web.answers.replay import idempotent, sent
from portal.web.answers.respond import go, respond
from portal.web.request.current import current_actor, current_shop, deps
from portal.web.security.staff_guards import staff_may

OURS = frozenset({"csrf_token", "request_id", "shown", "code", "row", "issued"})
"""Fields of the form that are no settings."""


@staff.get("/settings/<section>")
@staff_may("read", "settings")
def shop_section(section: str) -> ResponseReturnValue:
    page = section_page(name=section, actor=current_actor(), shop=current_shop(), deps=deps())
    return _answer(page, SectionForm(None, shown=page.shown))


@staff.post("/settings/<section>")
@staff_may("write", "settings")
@idempotent
def shop_section_save(section: str) -> ResponseReturnValue:
    """Every setting of the section, under its key with `-` for `.`; `code` where something guarded changes."""
    section_of(section)
    form = SectionForm()
    if not form.validate():
        return _again(section, form)
    try:
        done = _save(section, form)
    except Conflict:
        return _again(section, form, is_late=True)
    except WrongCode:
        form.refuse_code()
        return _again(section, form)
    except Invalid as invalid:
        return _again(section, form, dict(invalid.problems))
    return go(".shop_section", section=section, notice=done)


@staff.post("/settings/<section>/rows")
@staff_may("write", "settings")
def shop_section_rows(section: str) -> ResponseReturnValue:
    """`row`: `add:carriers`, `drop:carriers:2`. Shows only: the form with a row more or less, nothing is stored."""
    items, typed = items_of(section_of(section)), _typed()
    what, _, rest = request.form.get("row", "").partition(":")
    name, _, number = rest.partition(":")
    item = items.get(name)
    if isinstance(item, Listed) and what == "add":
        typed = dict(with_row(item, typed))
    elif isinstance(item, Listed) and what == "drop" and number.isascii() and number.isdigit():
        typed = dict(without_row(item, int(number[:4]), typed))
    page = section_page(name=section, actor=current_actor(), shop=current_shop(), deps=deps(), typed=typed)
    form = SectionForm()
    form.shown.current = form.shown.data or page.shown
    return _answer(page, form)


def _save(section: str, form: SectionForm) -> Done:
    typed, code = TypedSection(name=section, typed=_typed(), shown=form.shown.data or ""), typed_code(form.code.data)
    return set_section(sent=typed, code=code, actor=current_actor(), request_id=sent(), deps=deps())


def _typed() -> dict[str, Sequence[str]]:
    return {name: values for name, values in request.form.lists() if name not in OURS}


def _again(
    section: str, form: SectionForm, problems: dict[str, str] | None = None, *, is_late: bool = False
) -> ResponseReturnValue:
    """The form with what was typed, what is wrong with it, and what somebody else has changed meanwhile."""
    page = section_page(
        name=section,
        actor=current_actor(),
        shop=current_shop(),
        deps=deps(),
        typed=_typed(),
        problems=problems,
        is_late=is_late,
    )
    form.refuse_fields(_problems(page, problems or {}))
    form.shown.current = page.shown if is_late else form.shown.data or page.shown
    return _answer(page, form, status=409 if is_late else 422)


def _problems(page: SectionPage, problems: dict[str, str]) -> dict[str, tuple[str, str]]:
    """(code, sentence) by the id of the control; what is typed on no field of this page is told with its reason."""
    found = {"": ("elsewhere", problems[""])} if "" in problems else {}
    return found | {place: (problem.code, str(problem.text)) for place, problem in page.problems}


def _answer(page: SectionPage, form: SectionForm, *, status: int = 200) -> ResponseReturnValue:
    template = "pages/staff/settings_section.html"
    return respond(template, "fragments/staff/settings_section.html", status=status, page=page, form=form)
