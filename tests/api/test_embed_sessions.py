"""POST /api/v1/embed/sessions: what a merchant's server sends and gets (INTERFACE)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from tests.support.embedding import ask, code_for, post_start
from tests.support.shopper import Shopfront
from tests.support.signing_in import Place, place

pytestmark = [pytest.mark.req("P11"), pytest.mark.req("P12")]


@pytest.fixture
def here(app: Flask) -> Place:
    return place(app)


def test_the_answer_has_an_address_the_code_in_it_and_when_it_ends(here: Place) -> None:
    answer = ask(here)
    assert answer.status_code == 201
    assert set(answer.json) == {"url", "code", "expires_at"}
    assert answer.json["url"] == f"http://localhost/embed/tepai/start?code={answer.json['code']}"
    assert datetime.fromisoformat(answer.json["expires_at"]) - here.clock.now() == timedelta(seconds=60)
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_no_two_codes_are_alike_and_each_has_256_bits(here: Place) -> None:
    codes = {code_for(here) for _ in range(20)}
    assert len(codes) == 20 and {len(code) for code in codes} == {43}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"customer": "c-9"}, "customer"),
        ({"customer": ""}, "customer"),
        ({"customer": 1}, "customer"),
        ({"customer": "c\n1"}, "customer"),
        ({"orders": "TP1"}, "orders"),
        ({"orders": []}, "orders"),
        ({"orders": ["TP-none"]}, "orders"),
        ({"orders": [1]}, "orders"),
        ({"orders": ["x"] * 201}, "orders"),
        ({"locale": "fr"}, "locale"),
        ({"locale": 7}, "locale"),
        ({"path": "orders"}, "path"),
        ({"path": "//evil.example"}, "path"),
        ({"path": "/\\evil.example"}, "path"),
        ({"path": "https://evil.example/"}, "path"),
        ({"path": "/orders\r\nSet-Cookie: a=b"}, "path"),
        ({"path": "/nowhere"}, "path"),
        ({"path": "/sign-out"}, "path"),
        ({"path": "/" + "x" * 600}, "path"),
        ({"order": ["A-1"]}, "order"),
    ],
)
def test_what_is_wrong_is_named_by_field(body: dict[str, Any], field: str, here: Place) -> None:
    answer = ask(here, **body)
    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"
    assert [error["field"] for error in answer.json["errors"]] == [field]


def test_a_body_that_is_none_is_refused_by_its_kind(here: Place) -> None:
    client, bearer = here.app.test_client(), {"Authorization": f"Bearer {here.made.keys.token}"}
    path = "/api/v1/embed/sessions"
    assert client.post(path, data="customer=c-1", headers=bearer).status_code == 415
    assert client.post(path, data="[]", headers=bearer, content_type="application/json").status_code == 422
    assert client.post(path, json={"customer": "c-1"}).status_code == 401
    assert client.post(path, json={"customer": "c-1"}, headers={"Authorization": "Bearer x"}).status_code == 401
    assert client.get(path, headers=bearer).status_code == 405


def test_an_idempotency_key_is_honoured(here: Place) -> None:
    headers = {"Idempotency-Key": "page-1"}
    first, again = ask(here, headers=headers), ask(here, headers=headers)
    assert first.json == again.json
    other = ask(here, headers=headers, path="/cases")
    assert (other.status_code, other.json["reason"]) == (422, "reused")


def test_orders_locale_and_path_may_be_left_out_or_said(here: Place) -> None:
    number = Shopfront(here.app, here.made).take()
    answer = ask(here, orders=[number, number], locale="zh-CN", path=f"/orders/{number}/cancel?x=1")
    assert answer.status_code == 201
    started = post_start(here.newcomer(), code=answer.json["code"])
    assert started.status_code == 303
