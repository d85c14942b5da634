"""The parts that pages are made of are shown in a demonstration, and nowhere else."""

from __future__ import annotations

import dataclasses

from flask import Flask


def test_a_demonstration_shows_every_part(visitor):
    page = visitor.open("/design")
    assert page.status == 200
    for part in ("hero", "steps", "chip", "button", "fold", "copy", "big-number", "notice", "line", "timeline", "tabs"):
        assert page.has(f".{part}"), part
    for part in ("options", "picks", "stepper", "photos", "example", "thread", "message"):
        assert page.has(f".{part}"), part
    assert {"past", "now", "next", "fault"} <= {step.get("class") for step in page.all(".steps > li")}


def test_a_shop_that_is_none_does_not(app: Flask) -> None:
    app.extensions["portal"] = dataclasses.replace(app.extensions["portal"], is_sandbox=False)
    assert app.test_client().get("/design").status_code == 404
