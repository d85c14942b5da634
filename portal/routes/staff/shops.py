"""店铺设置: who may embed the shop, its hand-off keys, its looks, what its page has to say, and whether it all fits."""

from __future__ import annotations

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from portal.domain.shops.profile import Theme
from portal.forms import KeyForm, OriginForm, ThemeForm
from portal.pages.staff.shops import settings_page
from portal.pages.values.shops import SettingsPage
from portal.routes.staff import staff
from portal.services.identity.fresh_code import FreshCode
from portal.web.answers.respond import respond, wants_fragment
from portal.web.request.caller import caller
from portal.web.request.current import current_actor, current_shop, deps
from portal.web.security.staff_guards import staff_may
from portal.web.shell.theme_preview import preview_of


@staff.get("/settings")
@staff_may("read", "settings")
def settings() -> ResponseReturnValue:
    return settings_answer()


@staff.get("/settings/check")
@staff_may("read", "settings")
def settings_check() -> ResponseReturnValue:
    """`page`: the address of a page of the shop, to be told whether it may frame the portal. Reads only."""
    page = _page(is_check=True, page_address=request.args.get("page", "").strip()[:300])
    if wants_fragment():
        template = "fragments/staff/shop_check.html"
        return respond(template, template, page=page, origin_form=OriginForm(None))
    return settings_answer(page=page)


def settings_answer(
    *, status: int = 200, page: SettingsPage | None = None, theme: Theme | None = None, locale: str = "", **forms: Any
) -> ResponseReturnValue:
    """The page with forms as they were sent, empty where none was; `theme` is what the preview shows, the shop's own
    unless told. A change whose form shows the page again answers with the whole of it, so no part is stale."""
    page = page or _page()
    looks = {"accent": page.theme.accent, "radius": str(page.theme.radius), "mode": page.theme.mode}
    given = {
        "origin_form": OriginForm(None),
        "key_form": KeyForm(None),
        "looks_form": ThemeForm(None, data={**looks, "locale": page.locale}),
        "changed": None,
        "preview": preview_of(theme or page.theme, locale or page.locale),
    }
    template = "pages/staff/shops.html"
    return respond(template, template, status=status, page=page, **(given | forms))


def typed_code(code: str | None) -> FreshCode:
    """The code of this moment that was typed, and where."""
    return FreshCode(code=code or "", address=caller().address)


def _page(**asked: Any) -> SettingsPage:
    return settings_page(actor=current_actor(), shop=current_shop(), deps=deps(), **asked)
