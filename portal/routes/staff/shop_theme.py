"""A shop's looks: seen on a real card before they are saved, and the sheet that paints it."""

from __future__ import annotations

from flask import Response, request
from flask.typing import ResponseReturnValue

from portal.domain.errors import Invalid, NotFound
from portal.domain.shops.colours import READABLE
from portal.forms import ThemeForm
from portal.routes.staff import staff
from portal.routes.staff.shops import settings_answer
from portal.services.shops.set_theme import set_theme
from portal.web.answers.replay import idempotent, sent
from portal.web.answers.respond import go, respond, wants_fragment
from portal.web.request.current import current_actor, deps
from portal.web.security.staff_guards import staff_may
from portal.web.shell.assets import CSS
from portal.web.shell.paint import contrast_on_white
from portal.web.shell.theme_preview import preview_of, read_paint, sheet_of


@staff.post("/settings/looks")
@staff_may("write", "settings")
@idempotent
def looks_save() -> ResponseReturnValue:
    """`accent`, `radius`, `mode`, `locale`."""
    form, is_good = _judged_form()
    if not is_good:
        return settings_answer(status=422, looks_form=form)
    theme = form.theme
    values = {"accent": theme.accent, "radius": theme.radius, "mode": theme.mode, "locale": form.locale.data}
    done = set_theme(actor=current_actor(), request_id=sent(), deps=deps(), **values)
    return go(".settings", notice=done)


@staff.post("/settings/looks/preview")
@staff_may("write", "settings")
def looks_preview() -> ResponseReturnValue:
    """Shows only: the form is kept as it was typed, and nothing is stored."""
    form, is_good = _judged_form()
    if wants_fragment():
        template = "fragments/staff/shop_preview.html"
        preview = preview_of(form.theme, form.locale.data) if is_good else None
        return respond(template, template, preview=preview, looks_form=form, status=200 if is_good else 422)
    if not is_good:
        return settings_answer(status=422, looks_form=form)
    return settings_answer(looks_form=form, theme=form.theme, locale=form.locale.data)


def _judged_form() -> tuple[ThemeForm, bool]:
    """The form as it was sent, and whether it is good: white text can be read on the accent, too."""
    form = ThemeForm()
    if form.validate() and (found := contrast_on_white(form.theme)) < READABLE:
        form.refuse_unreadable(found)
    return form, not form.errors


@staff.get("/settings/looks.css")
@staff_may("read", "settings")
def looks_sheet() -> ResponseReturnValue:
    """`accent` without its #, `radius`: colours for the preview alone. A style in the page would be against the CSP."""
    try:
        theme = read_paint(request.args.get("accent", ""), request.args.get("radius", ""))
    except Invalid:
        raise NotFound("sheet") from None
    return Response(sheet_of(theme), content_type=CSS)
