"""Sentences on a page: the table's text in the reader's language, each fact in its form (WORDS, how we write)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from flask import Flask
from flask_babel import force_locale
from markupsafe import Markup, escape

from portal.web.shell import filters
from portal.web.shell.carriers import carrier
from portal.words.sayings import SAYINGS
from portal.words.sentences import Fact, Form, Sentence, Wording, fill

_FORMS: Mapping[Form, Callable[[Fact], Any]] = {
    "plain": lambda fact: fact.value,
    "deadline": lambda fact: filters.deadline(fact.value),
    "until": lambda fact: filters.until(fact.value, fact.detail),
    "stamp": lambda fact: filters.stamp(fact.value, fact.detail),
    "clock": lambda fact: filters.hour(fact.value, fact.detail),
    "day": lambda fact: filters.day(fact.value),
    "money": lambda fact: filters.money(fact.value),
    "carrier": lambda fact: carrier(fact.value),
    "word": lambda fact: filters.word(fact.value, fact.detail),
    "sentence": lambda fact: shown(fact.value),
}


def said(kind: str, *facts: Any) -> Markup:
    """The sentence of that kind (words.sayings) for these facts; nothing where there is none to say."""
    sentence = SAYINGS[kind](*facts)
    return shown(sentence) if sentence else Markup()


def shown(sentence: Sentence) -> Markup:
    text = _text_of(sentence.wording, filters.language())
    return Markup(fill(sentence, lambda fact: escape(_FORMS[fact.form](fact)), text))


@lru_cache(maxsize=4096)
def _text_of(wording: Wording, locale: str) -> Markup:
    with force_locale(locale):
        return Markup(str(wording.text))


def init_app(app: Flask) -> None:
    app.jinja_env.globals["said"] = said
