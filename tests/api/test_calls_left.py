"""Every answer of the machine API says how many calls are left; every refusal is problem+json (INTERFACE)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask

from portal.web.security.limits import CALLS
from tests.support.signing_in import Place, place

pytestmark = pytest.mark.req("P12")
REFUSED: dict[int, tuple[str, str, dict[str, Any]]] = {
    401: ("get", "/events", {"headers": {}}),
    404: ("get", "/orders/none", {}),
    405: ("delete", "/events", {}),
    413: ("put", "/orders/A", {"data": b" " * ((16 << 20) + 1), "content_type": "application/json"}),
    415: ("put", "/orders/A", {"data": "x", "content_type": "text/plain"}),
    422: ("put", "/orders/A", {"json": {}}),
}


@pytest.fixture
def here(app: Flask) -> Place:
    return place(app)


def call(here: Place, method: str, path: str, **given: Any) -> Any:
    headers = {"Authorization": f"Bearer {here.made.keys.token}"} if given.get("headers") != {} else {}
    headers |= given.pop("headers", {})
    return here.app.test_client().open(f"/api/v1{path}", method=method.upper(), headers=headers, **given)


@pytest.mark.parametrize("status", REFUSED)
def test_a_refusal_is_a_problem_and_says_what_is_left(here: Place, status: int) -> None:
    method, path, given = REFUSED[status]
    answer = call(here, method, path, **given)
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    problem = answer.get_json(force=True)
    assert problem["status"] == status and problem["type"] == "about:blank" and problem["title"]
    assert ("errors" in problem) == (status == 422)
    assert re.fullmatch(r'"calls";r=[0-9]+;t=[0-9]+', answer.headers["RateLimit"])
    assert ("Allow" in answer.headers) == (status == 405)


def test_what_is_sent_to_no_address_counts_too(here: Place) -> None:
    left = [call(here, "get", "/nowhere").headers["RateLimit-Remaining"] for _ in range(3)]
    assert [int(left[0]) - int(one) for one in left] == [0, 1, 2]


def test_who_calls_too_often_is_told_when_to_come_again(here: Place) -> None:
    here.app.config[CALLS] = "2 per minute"
    answers = [call(here, "get", "/events") for _ in range(3)]
    assert [one.status_code for one in answers] == [200, 200, 429]
    assert [one.headers["RateLimit-Remaining"] for one in answers] == ["1", "0", "0"]
    assert answers[0].headers["RateLimit-Policy"] == '"calls";q=2;w=60'
    last = answers[-1]
    assert last.content_type == "application/problem+json"
    assert 1 <= int(last.headers["Retry-After"]) <= 61 and 1 <= int(last.headers["RateLimit-Reset"]) <= 60


def test_pages_say_nothing_of_calls(here: Place) -> None:
    assert "RateLimit" not in here.app.test_client().get("/sign-in").headers
