"""Addresses of our pages, remembered: a page asks for two dozen, most of them the same for everybody."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import flask
from flask import Flask, request

from portal.web.nav import carry_over


def url_for(endpoint: str, **values: Any) -> str:
    """As Flask's, for addresses without a host: `.orders` is the page of the audience at hand. Raises BuildError."""
    if endpoint.startswith("."):
        endpoint = f"{request.blueprint}{endpoint}"
    carry_over(endpoint, values)
    return _built(request.root_path, endpoint, tuple(values.items()))


@lru_cache(maxsize=4096)
def _built(_root: str, endpoint: str, values: tuple[tuple[str, Any], ...]) -> str:
    return flask.url_for(endpoint, **dict(values))


def init_app(app: Flask) -> None:
    app.jinja_env.globals["url_for"] = url_for
