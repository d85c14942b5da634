"""No form of somebody else's acts: token and origin, before sign-in too (SECURITY, CSRF)."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.support.signing_in import PASSWORD, Place, place

LOGIN = {"login": "c-1", "password": PASSWORD}
OWN = {"Origin": "http://localhost"}


@pytest.fixture
def here(app: Flask) -> Place:
    return place(app)


def token_on(client: FlaskClient, path: str = "/sign-in", **kwargs: object) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(path, **kwargs).text)
    assert found
    return found[1]


@pytest.mark.parametrize(
    "headers",
    [
        OWN,
        {},
        {"Referer": "http://localhost/sign-in"},
    ],
)
def test_a_form_of_ours_is_taken(headers: dict[str, str], here: Place) -> None:
    client = here.app.test_client()
    sent = {**LOGIN, "csrf_token": token_on(client)}
    assert client.post("/sign-in", data=sent, headers=headers).status_code == 303


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:8000"},
        {"Origin": "https://localhost"},
        {"Origin": "http://localhost.evil.example"},
        {"Referer": "https://evil.example/"},
        {"Origin": "https://evil.example", "Referer": "http://localhost/sign-in"},
    ],
)
def test_a_foreign_origin_is_refused_even_with_the_right_token(headers: dict[str, str], here: Place) -> None:
    client = here.app.test_client()
    sent = {**LOGIN, "csrf_token": token_on(client)}
    answer = client.post("/sign-in", data=sent, headers=headers)
    assert answer.status_code == 403
    assert client.get("/account").status_code == 303


@pytest.mark.parametrize("token", [None, "", "x" * 43, "é", "00000000"])
def test_a_missing_or_wrong_token_is_refused(token: str | None, here: Place) -> None:
    client = here.app.test_client()
    token_on(client)
    sent = LOGIN if token is None else {**LOGIN, "csrf_token": token}
    assert client.post("/sign-in", data=sent, headers=OWN).status_code == 403


def test_the_token_of_another_visitor_or_of_an_earlier_session_is_refused(here: Place) -> None:
    mine, theirs = here.app.test_client(), here.app.test_client()
    token_on(theirs)
    assert theirs.post("/sign-in", data={**LOGIN, "csrf_token": token_on(mine)}, headers=OWN).status_code == 403
    somebody = here.signed_in()
    early = token_on(somebody.client, "/account")
    somebody.open("/sign-in").submit(**LOGIN)
    assert somebody.client.post("/sign-out", data={"csrf_token": early}, headers=OWN).status_code == 403


def test_the_token_looks_different_each_time_and_has_no_time_in_it(here: Place) -> None:
    client = here.app.test_client()
    first, second = token_on(client), token_on(client)
    assert first != second
    here.clock.move(days=300)
    assert client.post("/sign-in", data={**LOGIN, "csrf_token": first}, headers=OWN).status_code == 303


def test_a_get_changes_nothing(here: Place) -> None:
    somebody = here.signed_in()
    assert somebody.client.get("/sign-out").status_code == 405
    assert somebody.client.get("/language?locale=en").status_code == 405
    assert somebody.open("/account").status == 200


def test_a_name_that_is_not_ours_is_refused_as_host(here: Place) -> None:
    """Somebody's own name that points at us: page and form agree with each other, but we do not know the name."""
    client = here.app.test_client()
    rebound = {"base_url": "http://rebound.example"}
    sent = {**LOGIN, "csrf_token": token_on(client, **rebound)}
    assert (
        client.post("/sign-in", data=sent, headers={"Origin": "http://rebound.example"}, **rebound).status_code == 403
    )


def test_behind_a_trusted_proxy_the_origin_is_the_one_the_visitor_sees(
    sqlite_url: str, portal_on: Callable[..., Flask]
) -> None:
    here = place(portal_on(sqlite_url, base_url="https://help.shop.example", trusted_proxies=1))
    client = here.app.test_client()
    seen = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "help.shop.example"}
    page = client.get("/sign-in", headers=seen)
    cookie = page.headers["Set-Cookie"]
    assert cookie.startswith("__Host-portal_visitor=") and "Secure" in cookie and "Path=/" in cookie
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert token
    visitor = cookie.partition(";")[0]
    sent = {**LOGIN, "csrf_token": token[1]}
    taken = client.post(
        "/sign-in", data=sent, headers={**seen, "Origin": "https://help.shop.example", "Cookie": visitor}
    )
    refused = client.post("/sign-in", data=sent, headers={**seen, "Origin": "http://localhost", "Cookie": visitor})
    assert (taken.status_code, refused.status_code) == (303, 403)
    assert any(line.startswith("__Host-portal=") for line in taken.headers.getlist("Set-Cookie"))
