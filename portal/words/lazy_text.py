"""`lazy_text`: a sentence of the source, said in the language of whoever reads it."""

from __future__ import annotations

from functools import lru_cache

from flask_babel import get_locale, gettext
from flask_babel.speaklater import LazyString


def lazy_text(text: str) -> LazyString:
    """As `flask_babel.lazy_gettext`, but looked up once a language: a page says dozens of them."""
    return LazyString(_said, text)


def _said(text: str) -> str:
    locale = get_locale()
    return _translated(text, str(locale)) if locale else text


@lru_cache(maxsize=4096)
def _translated(text: str, _locale: str) -> str:
    return str(gettext(text))
