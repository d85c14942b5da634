"""`/metrics`: behind a token, or for this machine alone (INTERFACE, PORTAL_METRICS_TOKEN)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

pytestmark = pytest.mark.req("N4")
TOKEN = "t" * 20


def status(app: Flask, address: str = "127.0.0.1", **headers: str) -> int:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return app.test_client().get("/metrics", headers=named, environ_overrides={"REMOTE_ADDR": address}).status_code


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("127.0.0.1", 200),
        ("127.9.9.9", 200),
        ("::1", 200),
        ("::ffff:127.0.0.1", 200),
        ("192.0.2.1", 404),
        ("unix", 404),
    ],
)
def test_without_a_token_it_is_for_this_machine(address: str, expected: int, app: Flask) -> None:
    assert status(app, address) == expected


@pytest.mark.parametrize("header", ["X_Forwarded_For", "Forwarded", "X_Real_IP"])
def test_whom_a_proxy_on_this_machine_speaks_for_is_not_this_machine(header: str, app: Flask) -> None:
    assert status(app, **{header: "192.0.2.1"}) == 404
    assert status(app, **{header: "127.0.0.1"}) == 404


def test_with_a_token_it_is_for_whoever_brings_it(sqlite_url: str, portal_on: Callable[..., Flask]) -> None:
    app = portal_on(sqlite_url, metrics_token=TOKEN)
    assert status(app, "192.0.2.1", Authorization=f"Bearer {TOKEN}") == 200
    for wrong in ("", "Bearer", "Bearer x", f"Basic {TOKEN}", "Bearer \xe4"):
        assert status(app, Authorization=wrong) == 404


def test_it_costs_the_same_however_many_addresses_were_asked_for(app: Flask) -> None:
    client = app.test_client()
    client.get("/metrics")
    before = len(client.get("/metrics").data)
    for number in range(200):
        client.get(f"/nowhere/{number}")
        client.open(f"/nowhere/{number}", method=f"ODD{number}")
    assert len(client.get("/metrics").data) < before + 4_000
