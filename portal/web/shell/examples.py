"""The drawings of what a picture has to show: alike for all readers of a language, so they are put together once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from flask import Flask, current_app
from markupsafe import Markup

from portal.web.shell.filters import language


def drawn_examples(examples: Mapping[str, tuple[str, ...]]) -> Markup:
    """`examples`: drawings by reason, as `evidence_examples` takes them."""
    return _drawn(tuple(examples.items()), language())


@lru_cache(maxsize=128)
def _drawn(examples: tuple[tuple[str, tuple[str, ...]], ...], _locale: str) -> Markup:
    parts = current_app.jinja_env.get_template("components/evidence.html").module
    return Markup(parts.evidence_examples(dict(examples)))  # type: ignore[attr-defined] # a macro of the template


def init_app(app: Flask) -> None:
    app.jinja_env.filters["drawn_examples"] = drawn_examples
