"""Which language and which zone a page is read in. Chinese is the source; English is a catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta, tzinfo
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, g, has_request_context
from flask_babel import force_locale, gettext
from markupsafe import Markup

from portal.domain.policy.jurisdictions import find_zone
from portal.extensions import babel
from portal.web.request.current import current_locale, known_visit, language_of
from portal.web.security.cookies import write_cookie

BABEL = {"zh": "zh_Hans_CN", "en": "en"}
BCP47 = {"zh": "zh-Hans", "en": "en"}
HOME = "Asia/Shanghai"
REMEMBERED = timedelta(days=365)


def choose_language(locale: str) -> str:
    """Remembers the choice in this browser and gives it as one of ours: zh-CN or en."""
    chosen = language_of(locale)
    write_cookie("portal_language", chosen, life=REMEMBERED)
    g.locale = chosen
    return "en" if chosen == "en" else "zh-CN"


@contextmanager
def speaking(locale: str) -> Iterator[None]:
    """What is rendered inside is in this language, zh or en, whoever reads the page around it."""
    before, g.locale = current_locale(), locale
    with force_locale(BABEL[locale]):
        try:
            yield
        finally:
            g.locale = before


def sentence(text: str, /, **values: Any) -> Markup:
    """`_` of the templates: as Jinja's own, but a sentence is looked up once a language: a page says dozens."""
    locale = current_locale()
    return _with_blanks(text, locale) % values if values else _whole(text, locale)


@lru_cache(maxsize=4096)
def _whole(text: str, locale: str) -> Markup:
    # As Jinja has it, `%%` is one of them also where no blank is filled.
    return _with_blanks(text, locale) % {}


@lru_cache(maxsize=4096)
def _with_blanks(text: str, locale: str) -> Markup:
    with force_locale(BABEL[locale]):
        return Markup(gettext(text))


def language() -> str:
    """Babel's identifier of the language this page is read in."""
    return BABEL[current_locale()]


def zone() -> tzinfo:
    """The zone that the times of a page are read in: the customer's own where it is known, else that of the order
    shown (`read_in`), else the shop's. Staff read in the shop's."""
    if not has_request_context():
        return ZoneInfo(HOME)
    session = known_visit().session
    own = session.zone if session and session.actor.kind == "shopper" else ""
    return find_zone(own or g.get("zone", "")) or shop_zone()


def shop_zone() -> tzinfo:
    """The zone of the shop, which deadlines name another one beside."""
    shop = known_visit().shop if has_request_context() else None
    return ZoneInfo(shop.settings.zone if shop else HOME)


def read_in(name: str) -> None:
    """From here on this request shows the times of an order whose days are counted in that zone (IANA); "": none."""
    if name:
        g.zone = name
        g.pop("here", None)


def init_app(app: Flask) -> None:
    app.config.setdefault("BABEL_DEFAULT_LOCALE", BABEL["zh"])
    app.config.setdefault("BABEL_DEFAULT_TIMEZONE", HOME)
    babel.init_app(app, locale_selector=language, timezone_selector=lambda: str(zone()))
    app.jinja_env.globals["_"] = sentence
