"""Bodies of API requests: JSON objects only."""

from __future__ import annotations

from typing import Any

from flask import abort, request

from portal.domain.errors import Invalid


def json_body() -> dict[str, Any]:
    """The body as an object. 415 for another type, 422 for what is not an object."""
    if not request.is_json:
        abort(415)
    try:
        body = request.get_json(silent=True)
    except RecursionError:
        # The parser's own limit; a real body is a handful of levels deep.
        raise Invalid((("", "is nested too deep"),)) from None
    if not isinstance(body, dict):
        raise Invalid((("", "must be a JSON object"),))
    return body
