"""A theme seen before it is saved: an order of the list as customers get it, in colours that hold there alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

from flask import render_template
from flask_babel import gettext as _
from markupsafe import Markup

from portal.domain.errors import Invalid
from portal.domain.money import Money
from portal.domain.shops.profile import Theme
from portal.domain.shops.settings import SettingsError
from portal.pages.values.orders import OrderCard, OrdersPage
from portal.pages.values.parts import Action, NextStep, Picture
from portal.web.request.addresses import url_for
from portal.web.request.current import deps, language_of, now, shop_name
from portal.web.request.languages import BCP47, speaking
from portal.web.shell.assets import STATIC
from portal.web.shell.paint import contrast, dark_paint, light_paint

SCHEMES = {"auto": ("light", "dark"), "light": ("light",), "dark": ("dark",)}
_TOKENS = re.compile(r":root \{(.*?)\}", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """`samples`: (scheme, card, contrast of the text on its main button) for each scheme the shop would have."""

    sheet: str
    language: str
    samples: tuple[tuple[str, Markup, float], ...]


def preview_of(theme: Theme, locale: str) -> Preview:
    """In the language that the shop would begin in, whoever looks at it."""
    language = language_of(locale)
    paints = {"light": light_paint(theme), "dark": dark_paint(theme)}
    with speaking(language):
        page = _sample()
        card = Markup(render_template("fragments/shop/order_cards.html", page=page))
    figures = {scheme: round(contrast(paint.on_accent, paint.accent), 1) for scheme, paint in paints.items()}
    samples = tuple((scheme, card, figures[scheme]) for scheme in SCHEMES[theme.mode])
    sheet = url_for(".looks_sheet", accent=theme.accent.removeprefix("#"), radius=theme.radius)
    return Preview(sheet=sheet, language=BCP47[language], samples=samples)


def read_paint(accent: str, radius: str) -> Theme:
    """From an address: judged by what judges a shop's settings. Raises Invalid."""
    if not (radius.isascii() and radius.isdigit() and len(radius) <= 2):
        raise Invalid((("radius", "must be a whole number"),))
    try:
        return deps().schemas.read_settings({"theme": {"accent": f"#{accent}", "radius": int(radius)}}).theme
    except SettingsError as error:
        raise Invalid(error.problems) from None


@lru_cache(maxsize=64)
def sheet_of(theme: Theme) -> str:
    """The tokens of the portal's own sheet for each scheme, with the theme's paint over them, below [data-preview]."""
    light, dark = _TOKENS.findall((STATIC / "css" / "tokens.css").read_text())[:2]
    shades = (("light", light, light_paint(theme)), ("dark", light + dark, dark_paint(theme)))
    return "".join(
        f"[data-preview={scheme}] {{{tokens}--accent: {paint.accent}; --on-accent: {paint.on_accent};"
        f" --accent-tint: {paint.tint}; --radius: {theme.radius}px; color-scheme: {scheme};}}\n"
        for scheme, tokens, paint in shades
    )


def _sample() -> OrdersPage:
    at = now() - timedelta(days=2)
    card = OrderCard(
        order_no="A-1001",
        shop_name=shop_name(),
        placed_at=at,
        state="paid",
        marks=("late",),
        pictures=(Picture(title=_("示例商品")),),
        title=_("示例商品"),
        units=2,
        total=Money(12900, "CNY"),
        is_paid=True,
        next=NextStep(code="paid_no_date"),
        actions=(Action(name="address"), Action(name="cancel", is_primary=True)),
    )
    return OrdersPage(shop_name=card.shop_name, tabs=(), state="all", query="", cards=(card,))
