"""Sentences outside of pages: both languages, and facts of which everything is known."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask
from flask_babel import Babel, force_locale

from portal.words.codes import FAMILIES
from portal.words.sentences import Fact, Sentence, fill

TRANSLATIONS = Path(__file__).parents[2] / "portal" / "translations"
LANGUAGES = {"zh": "zh_Hans_CN", "en": "en"}


@contextmanager
def speaking(language: str) -> Iterator[None]:
    app = Flask("words")
    Babel(app, default_locale="zh_Hans_CN", default_translation_directories=str(TRANSLATIONS))
    with app.app_context(), force_locale(LANGUAGES[language]):
        yield


def read(sentence: Sentence | None) -> str:
    return fill(sentence, shown) if sentence else ""


def shown(fact: Fact) -> str:
    if fact.form == "sentence":
        return read(fact.value)
    if fact.form == "word":
        return str(FAMILIES[fact.detail].get(fact.value, fact.value))
    return str(fact.value)


class Known:
    """Facts of which each one is known: by its own name, unless told."""

    def __init__(self, **told: Any) -> None:
        self._told = told

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self._told.get(name, f"<{name}>")
