"""Which language and which zone a page is read in. Chinese is the source; English is a catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, g, has_request_context
from flask_babel import force_locale, gettext
from markupsafe import Markup

from portal.domain.policy.jurisdictions import reader_zone
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


def zone() -> ZoneInfo:
    """The zone that the times of a page are read in (`reader_zone`); that of the order shown is told by `read_in`.
    Staff read in the shop's."""
    if not has_request_context():
        return ZoneInfo(HOME)
    session = known_visit().session
    own = session.zone if session and session.actor.kind == "shopper" else ""
    return reader_zone(customer_zone=own, order_zone=g.get("zone"), shop_zone=shop_zone().key)


def shop_zone() -> ZoneInfo:
    """The zone of the shop, which deadlines name another one beside."""
    shop = known_visit().shop if has_request_context() else None
    return ZoneInfo(shop.settings.zone if shop else HOME)


def read_in(name: str) -> str:
    """From here on this request shows the times of an order that is told of in that zone (IANA); "": of none. Says
    nothing, so that a list can call it before each card."""
    if g.get("zone", "") != name:
        g.zone = name
        g.pop("here", None)
    return ""


def init_app(app: Flask) -> None:
    app.config.setdefault("BABEL_DEFAULT_LOCALE", BABEL["zh"])
    app.config.setdefault("BABEL_DEFAULT_TIMEZONE", HOME)
    babel.init_app(app, locale_selector=language, timezone_selector=lambda: str(zone()))
    app.jinja_env.globals.update(_=sentence, read_in=read_in)
