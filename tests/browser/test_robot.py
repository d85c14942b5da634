"""The group robot in a real browser, with scripts and without: set, tried against a robot of this machine, ended."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from portal.adapters.robots_http import HttpRobots
from tests.browser.test_staff_desk import come_in, look
from tests.support.browsers import Live, Screen
from tests.support.local_http import LocalHandler, serving
from tests.support.staff import Office, open_office


@pytest.fixture
def office(app: Flask) -> Office:
    made = open_office(app)
    app.extensions["portal"] = replace(made.deps, robots=HttpRobots(made.clock, may_be_private=True))
    return made


@pytest.fixture
def posted() -> Iterator[tuple[str, list[Any]]]:
    kept: list[Any] = []

    class Handler(LocalHandler):
        def do_POST(self) -> None:
            kept.append(json.loads(self.body()))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'{"errcode":0,"errmsg":"ok"}')

    with serving(Handler) as port:
        yield f"http://127.0.0.1:{port}/send?key=0123456789", kept


@pytest.mark.req("S21", "N8")
def test_an_administrator_connects_a_group_and_sees_what_it_answers(
    office: Office, live: Live, screen: Screen, posted: tuple[str, list[Any]]
) -> None:
    url, kept = posted
    come_in(office, live, screen, "admin")
    page = screen.open(f"{live.url}/staff/settings")
    page.click("[data-section=robot] a")
    page.wait_for_url("**/staff/settings/robot")
    look(screen)
    page.check("#form_of-wecom")
    page.fill("#url", "robot.example")
    page.fill("#robot-code", "000000")
    page.click("[action$='/settings/robot'] .actions button")
    page.wait_for_selector("#robot-code-error, #url-error")
    look(screen)
    page.fill("#url", url)
    page.fill("#robot-code", office.next_code())
    page.click("[action$='/settings/robot'] .actions button")
    page.wait_for_selector("[data-robot=wecom]")
    page.click("[action$='/try'] button")
    page.wait_for_selector("[data-answer='']")
    look(screen)
    assert "群机器人已接通" in kept[0]["text"]["content"] and "0123456789" not in page.content()
    page.check("#form_of-off")
    page.click("[action$='/settings/robot'] .actions button")
    page.wait_for_selector("[data-robot=off]")
    assert len(kept) == 1
