"""What a search met, marked in the text in which it was met."""

from __future__ import annotations

import re

from flask import Flask
from markupsafe import Markup, escape

from portal.domain.typed import as_key, folded, plain

_MARK = Markup("<mark>{}</mark>")


def marked(text: str, wanted: str) -> Markup:
    """`text` with every place that has `wanted` in a `<mark>`, whatever its case.

    Where it was met in another form only, as without the blanks or accents in which it was typed, the whole text is
    marked; a text that does not have it is as it was.
    """
    typed = plain(wanted)
    if not typed:
        return escape(text)
    parts = re.split(f"({re.escape(typed)})", text, flags=re.IGNORECASE)
    if len(parts) > 1:
        return Markup("").join(_MARK.format(part) if place % 2 else escape(part) for place, part in enumerate(parts))
    key = as_key(typed)
    is_met = folded(typed) in folded(text) or (key and key in as_key(text))
    return _MARK.format(text) if is_met else escape(text)


def init_app(app: Flask) -> None:
    app.jinja_env.filters["marked"] = marked
