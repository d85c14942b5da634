"""What a help page says, without its markup, for looking something up in it."""

from __future__ import annotations

from flask import render_template
from markupsafe import Markup


def help_text(template: str, page: object) -> str:
    """In the reader's language, with the numbers that stand in it."""
    return Markup(render_template(template, page=page)).striptags()
