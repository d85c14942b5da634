"""Tokens of the machine API: what each may do, when it ends, and that its use is seen."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from portal.cli.shops import shops
from portal.domain.identity.scopes import SCOPES
from tests.support.signing_in import Place, place

pytestmark = pytest.mark.req("P12")
CALLS = {
    "orders:read": ("get", "/api/v1/orders/none"),
    "products:write": ("put", "/api/v1/products/none"),
    "cases:read": ("get", "/api/v1/cases"),
    "customers:read": ("get", "/api/v1/customers/none/data"),
    "orders:write": ("post", "/api/v1/orders/none/shipments"),
    "events:read": ("get", "/api/v1/events"),
    "credit:read": ("get", "/api/v1/customers/none/credit"),
    "credit:write": ("post", "/api/v1/customers/none/credit"),
    "embed": ("post", "/api/v1/embed/sessions"),
}


@pytest.fixture
def here(app: Flask) -> Place:
    return place(app)


@pytest.fixture
def run(app: Flask, here: Place) -> Any:
    return lambda *words: app.test_cli_runner().invoke(shops, ["tokens", *words])


def added(run: Any, *scopes: str) -> str:
    printed = run("add", "tepai", *(word for scope in scopes for word in ("--scope", scope)))
    assert printed.exit_code == 0, repr(printed.exception)
    return str(printed.stdout).removeprefix("API token: ").strip()


def call(app: Flask, scope: str, token: str) -> Any:
    method, address = CALLS[scope]
    given = {"json": {}} if method in ("post", "put") else {}
    return app.test_client().open(address, method=method, headers={"Authorization": f"Bearer {token}"}, **given)


@pytest.mark.parametrize("scope", CALLS)
def test_a_token_does_what_its_scope_says_and_nothing_else(app: Flask, run: Any, scope: str) -> None:
    with_it, without = added(run, scope), added(run, *(set(SCOPES) - {scope}))
    assert call(app, scope, with_it).status_code not in (401, 403)
    refused = call(app, scope, without)
    assert refused.status_code == 403 and refused.content_type == "application/problem+json"


def test_the_token_of_a_new_shop_has_every_scope(app: Flask, here: Place, run: Any) -> None:
    assert all(call(app, scope, here.made.keys.token).status_code not in (401, 403) for scope in CALLS)
    assert run("list", "tepai").stdout.splitlines()[0].endswith(" ".join(SCOPES))


def test_two_live_side_by_side_until_the_old_one_is_retired(app: Flask, run: Any) -> None:
    old, new = added(run, "events:read"), added(run, "events:read")
    assert call(app, "events:read", old).status_code == call(app, "events:read", new).status_code == 200
    number = run("list", "tepai").stdout.splitlines()[1].split("\t")[0]
    assert run("retire", "tepai", number).exit_code == 0
    assert call(app, "events:read", old).status_code == 401
    assert call(app, "events:read", new).status_code == 200
    assert run("retire", "tepai", number).exit_code == 1, "one that has ended cannot end again"


def test_the_last_use_is_seen_and_written_once_an_hour(app: Flask, here: Place, run: Any) -> None:
    token = added(run, "events:read")
    assert "never used" in run("list", "tepai").stdout.splitlines()[-1]
    seen = []
    for _ in range(3):
        call(app, "events:read", token)
        seen.append(run("list", "tepai").stdout.splitlines()[-1].split("\t")[2])
        here.clock.move(minutes=50)
    assert seen[0] == seen[1] != seen[2] and seen[0].startswith("used ")


@pytest.mark.parametrize("scopes", [["all"], ["orders:read", "orders"], [""]])
def test_a_scope_that_there_is_not_is_refused_and_the_list_of_them_said(run: Any, scopes: list[str]) -> None:
    refused = run("add", "tepai", *(word for scope in scopes for word in ("--scope", scope)))
    assert refused.exit_code == 1 and "orders:read, orders:write" in repr(refused.exception)


def test_a_token_is_listed_without_itself(run: Any) -> None:
    token = added(run, "embed")
    assert token not in run("list", "tepai").stdout


def test_another_shops_token_cannot_be_retired(app: Flask, run: Any) -> None:
    added(run, "embed")
    number = run("list", "tepai").stdout.splitlines()[-1].split("\t")[0]
    made = app.test_cli_runner().invoke(shops, ["add", "other", "--name", "别家", "--origin", "https://other.example"])
    assert made.exit_code == 0
    assert run("retire", "other", number).exit_code == 1
    assert run("list", "tepai").stdout.splitlines()[-1].split("\t")[3] == "live"
