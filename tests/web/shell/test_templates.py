"""Every template is one that its environment knows all filters, tests and parts of."""

from __future__ import annotations

from flask import Flask


def test_every_page_and_part_compiles(app: Flask) -> None:
    environment = app.jinja_env
    names = environment.list_templates(extensions=["html"])
    assert len(names) > 100
    for name in names:
        environment.get_template(name)
