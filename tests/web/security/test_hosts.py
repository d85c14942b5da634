"""What no host is called is refused before the application (SECURITY, availability)."""

from __future__ import annotations

import pytest
from flask import Flask

from portal.web.security.hosts import is_host


@pytest.mark.parametrize(
    "name", ["localhost", "shop.example:8000", "127.0.0.1", "[::1]:8000", "a_b.example.", "xn--fiq.example", ""]
)
def test_names_and_addresses_with_and_without_a_port_are_hosts(name: str) -> None:
    assert is_host(name)


@pytest.mark.parametrize(
    "name", ["a" * 64, "a." * 200, "a b", "-a", "a/b", "例子.中国", "a:b", "a:123456", "a..b", "<a>", "[x]"]
)
def test_nothing_else_is_and_it_gets_400_with_our_headers(name: str, app: Flask) -> None:
    answer = app.test_client().get("/healthz", headers={"Host": name.encode().decode("latin-1")})
    assert not is_host(name) and answer.status_code == 400
    assert answer.headers["X-Content-Type-Options"] == "nosniff" and name not in answer.text


def test_what_a_trusted_proxy_passes_on_is_read_too(sqlite_url: str, portal_on) -> None:
    client = portal_on(sqlite_url, trusted_proxies=1).test_client()
    assert client.get("/healthz", headers={"X-Forwarded-Host": "a" * 64}).status_code == 400
    assert client.get("/healthz", headers={"X-Forwarded-Host": "shop.example"}).status_code == 200
