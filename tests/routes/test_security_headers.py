"""Headers on every answer; and no address that nobody has thought about (SECURITY, headers; law 7)."""

from __future__ import annotations

import gzip
from collections.abc import Callable

import pytest
from flask import Flask

from portal.web.security.guards import refuse_unguarded, unguarded_endpoints
from portal.web.shell.assets import names
from tests.support.signing_in import Place, place

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
)


@pytest.fixture
def here(app: Flask) -> Place:
    return place(app)


@pytest.mark.parametrize(
    "path",
    ["/sign-in", "/orders", "/nowhere", "/help", "/embed/nobody/sign-in", "/healthz",
     "/metrics", "/assets/app.css", "/assets/theme/tepai.css", "/assets/nothing.css", "/api/v1/nowhere", "/sign-out"],
)  # fmt: skip
def test_every_answer_has_the_headers(path: str, here: Place) -> None:
    answer = here.app.test_client().get(path)
    headers = answer.headers
    assert headers["Content-Security-Policy"] == CSP
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert len(headers["X-Request-Id"]) == 26
    assert "Strict-Transport-Security" not in headers
    assert "Cache-Control" in headers


@pytest.mark.parametrize(
    "name", ["app.css", "forms.css", "staff.css", "slip.css", "app.js", "frame.js", "staff.js", "icons.svg"]
)
def test_static_files_have_the_headers_too(name: str, here: Place) -> None:
    answer = here.app.test_client().get(f"/assets/{names()[name]}", buffered=True)
    assert answer.status_code == 200
    assert answer.headers["Content-Security-Policy"] == CSP
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "immutable" in answer.headers["Cache-Control"]
    assert "Set-Cookie" not in answer.headers
    assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize("path", ["/embed.js", "/assets/demo/mug.svg"])
def test_a_static_file_is_only_read_and_its_refusal_has_the_headers(path: str, here: Place) -> None:
    client = here.app.test_client()
    assert client.get(path, buffered=True).status_code == 200
    refused = client.post(path, headers={"Origin": "http://localhost"})
    assert refused.status_code in (403, 404, 405)
    assert refused.headers["Content-Security-Policy"] == CSP


def test_over_https_there_is_hsts(sqlite_url: str, portal_on: Callable[..., Flask]) -> None:
    client = portal_on(sqlite_url, base_url="https://help.shop.example").test_client()
    for path in ("/healthz", f"/assets/{names()['app.css']}", "/embed.js"):
        assert client.get(path, buffered=True).headers["Strict-Transport-Security"] == "max-age=31536000"


def test_pictures_come_from_the_origins_the_shop_declared(here: Place) -> None:
    with here.deps.database.writing() as connection:
        connection.exec_driver_sql("""UPDATE shop SET image_origins = '["https://img.shop.example"]', version = 2""")
    policy = here.app.test_client().get("/sign-in").headers["Content-Security-Policy"]
    assert "img-src 'self' https://img.shop.example;" in policy


def test_personal_pages_are_kept_by_nobody_but_static_files_for_ever(here: Place) -> None:
    somebody = here.signed_in()
    page = somebody.open("/account")
    assert page.headers["Cache-Control"] == "private, no-store"
    assert {"Cookie", "HX-Request"} <= set(page.response.vary)
    address = page.tree.xpath("//link[@rel='stylesheet']/@href")[0]
    sheet = somebody.client.get(address, buffered=True)
    assert {"public", "immutable"} <= set(sheet.headers["Cache-Control"].split(", "))
    assert sheet.cache_control.max_age >= 31536000
    assert "Set-Cookie" not in sheet.headers
    tag = sheet.headers["ETag"]
    assert somebody.client.get(address, headers={"If-None-Match": tag}, buffered=True).status_code == 304
    assert somebody.client.get("/assets/theme/tepai.css?v=old").headers["Cache-Control"] == "public, no-cache"


def test_text_is_compressed_where_the_browser_takes_it(here: Place) -> None:
    client = here.app.test_client()
    for path in ("/sign-in", *(f"/assets/{names()[name]}" for name in ("app.css", "app.js", "staff.css"))):
        plain = client.get(path, buffered=True)
        packed = client.get(path, headers={"Accept-Encoding": "gzip"}, buffered=True)
        assert packed.headers["Content-Encoding"] == "gzip" and "Content-Encoding" not in plain.headers
        assert len(packed.data) < len(plain.data) / 2
        assert len(gzip.decompress(packed.data)) == len(plain.data)
        assert "Accept-Encoding" in packed.vary
    assert "Content-Encoding" not in client.get("/healthz", headers={"Accept-Encoding": "gzip"}).headers
    answer = client.get("/sign-in", headers={"Accept-Encoding": "gzip, deflate, br, zstd"})
    assert answer.headers["Content-Encoding"] == "br"


@pytest.mark.parametrize(
    "path", ["/assets/../app.py", "/assets/%2e%2e/app.py", "/assets//etc/passwd", "/assets/app.toml"]
)
def test_only_static_files_are_served(path: str, here: Place) -> None:
    assert here.app.test_client().get(path).status_code in (404, 308)


def test_every_address_says_who_may_come(fresh_app: Flask) -> None:
    assert unguarded_endpoints(fresh_app) == []
    fresh_app.add_url_rule("/forgotten", "forgotten", lambda: "")
    with pytest.raises(RuntimeError, match="forgotten"):
        refuse_unguarded(fresh_app)


def test_a_personal_address_leads_everybody_else_to_sign_in(here: Place) -> None:
    """Made from the URL map, so a page added tomorrow is walked too."""
    client = here.app.test_client()
    walked = 0
    for rule in here.app.url_map.iter_rules():
        view = here.app.view_functions[rule.endpoint]
        if view.access not in ("signed_in", "customers_only") or "GET" not in (rule.methods or ()):
            continue
        names = dict.fromkeys(rule.arguments, "A-1") | ({"shop_key": "tepai"} if "shop_key" in rule.arguments else {})
        with here.app.test_request_context():
            address = here.app.url_for(rule.endpoint, **names)
        answer = client.get(address)
        assert answer.status_code == 303, address
        assert answer.location.partition("?")[0].endswith("/sign-in"), address
        walked += 1
    assert walked > 10


def test_ready_means_the_database_answers_and_is_migrated(here: Place) -> None:
    client = here.app.test_client()
    assert client.get("/readyz").status_code == 200
    with here.deps.database.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json["reason"]) == (503, "migrations")
    assert client.get("/healthz").status_code == 200


def test_the_figures_name_nobody(here: Place) -> None:
    somebody = here.signed_in()
    figures = somebody.client.get("/metrics").text
    assert 'portal_requests_total{endpoint="shop.sign_in",method="POST",status="303"}' in figures
    assert 'portal_jobs{state="waiting"}' in figures
    assert "c-1" not in figures
