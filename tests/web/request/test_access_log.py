"""The number of a request: whose it is, where it is said, and what it is never mixed up with."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable

import pytest
from flask import Flask

from portal.ports.origin import Origin, begin_request, current_origin
from portal.processes.front import Front
from tests.processes.test_bodies import run

pytestmark = pytest.mark.req("N4")
NUMBER = "0123456789abcdef-ABCDE12345"


def number_of(app: Flask, **headers: str) -> str:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return app.test_client().get("/healthz", headers=named).headers["X-Request-ID"]


def test_without_a_trusted_proxy_a_visitors_number_counts_for_nothing(app: Flask) -> None:
    assert number_of(app, X_Request_ID=NUMBER) != NUMBER
    assert len(number_of(app, traceparent=f"00-{'a' * 32}-{'b' * 16}-01")) == 26


def test_a_trusted_proxys_number_is_taken_before_its_trace(sqlite_url: str, portal_on: Callable[..., Flask]) -> None:
    app = portal_on(sqlite_url, trusted_proxies=1)
    assert number_of(app, X_Request_ID=NUMBER, traceparent=f"00-{'a' * 32}-{'b' * 16}-01") == NUMBER
    assert number_of(app, traceparent=f"00-{'a' * 32}-{'b' * 16}-01") == "a" * 32
    for odd in (f"00-{'0' * 32}-{'b' * 16}-01", f"00-{'a' * 32}-{'0' * 16}-01", f"01-{'a' * 32}-{'b' * 16}-01", "00-a"):
        assert len(number_of(app, traceparent=odd)) == 26


def test_an_error_page_names_the_end_of_the_number(fresh_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    log = io.StringIO()
    monkeypatch.setattr(sys, "stderr", log)

    def fails() -> str:
        raise RuntimeError("nobody expects it")

    fresh_app.view_functions["shop.orders"] = fails
    answer = fresh_app.test_client().get("/orders")
    end = answer.headers["X-Request-ID"][-10:]
    assert answer.status_code == 500
    assert f"{end[:5]}-{end[5:]}" in answer.get_data(as_text=True)
    [failed] = [line for line in log.getvalue().splitlines() if "] failed " in line]
    assert f"request={answer.headers['X-Request-ID']}" in failed


def test_an_answer_that_is_streamed_keeps_the_number_and_leaves_it_to_nobody() -> None:
    """Its parts are made by whichever thread is free."""
    seen: list[str] = []

    def pages(environ: dict[str, object], start_response: Callable[..., object]) -> object:
        seen.append(current_origin().request)
        begin_request(Origin(request=str(environ["PATH_INFO"])))
        start_response("200 OK", [])
        return (current_origin().request.encode() for _ in range(3))

    async def asked(path: str) -> list[bytes]:
        parts: list[bytes] = []

        async def send(message: dict[str, object]) -> None:
            parts.append(bytes(message.get("body", b"")))  # type: ignore[call-overload]

        scope = {"type": "http", "method": "GET", "raw_path": path.encode(), "path": path, "query_string": b""}
        await front({**scope, "headers": [], "http_version": "1.1", "scheme": "http"}, _nothing, send)
        return [part for part in parts if part]

    front = Front(pages)  # type: ignore[arg-type]
    for path in ("/one", "/two") * 20:
        assert run(asked(path)) == [path.encode()] * 3
    assert set(seen) == {""}


async def _nothing() -> dict[str, object]:
    return {"type": "http.request"}


def test_a_reference_is_readable_whatever_the_proxys_numbers_look_like(
    sqlite_url: str, portal_on: Callable[..., Flask]
) -> None:
    app = portal_on(sqlite_url, trusted_proxies=1)
    app.view_functions["shop.orders"] = lambda: 1 / 0
    page = app.test_client().get("/orders", headers={"X-Request-ID": "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"})
    assert "a0c91-e6bf6" in page.get_data(as_text=True)
