"""The rest of what tests stand on: databases, browsers, the loopback wall, and what may be skipped."""

from __future__ import annotations

import socket
from pathlib import Path

import psycopg
import pytest
import redis
from flask import Flask, Response
from playwright.sync_api import Browser

from tests.support import browsers, databases, needs
from tests.support.loopback import NotLoopback
from tests.test_page_lint import HEADERS
from tests.test_page_object import small_app


@pytest.fixture
def app() -> Flask:
    return small_app()


def one_table(url: str) -> None:
    """Stands for the portal's migrations."""
    if url.startswith("sqlite"):
        import sqlite3

        connection = sqlite3.connect(url.removeprefix("sqlite:///"))
    else:
        connection = psycopg.connect(url.replace("+psycopg", ""))
    connection.execute("create table thing (id integer)")
    connection.commit()
    connection.close()


def test_every_test_gets_a_postgresql_of_its_own_from_the_template(postgresql: databases.Cluster) -> None:
    for _ in range(2):
        fresh = databases.postgresql_database(postgresql, one_table)
        with fresh as url, psycopg.connect(url.replace("+psycopg", "")) as connection:
            assert connection.execute("select count(*) from thing").fetchone() == (0,)
            connection.execute("insert into thing values (1)")


def test_every_test_gets_a_sqlite_file_of_its_own_from_the_template(tmp_path: Path) -> None:
    import sqlite3

    first, second = (databases.sqlite_database(tmp_path, one_table) for _ in range(2))
    assert first != second
    connection = sqlite3.connect(second.removeprefix("sqlite:///"))
    assert connection.execute("select count(*) from thing").fetchone() == (0,)
    connection.close()


def test_a_redis_answers(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as connection:
        assert connection.ping()


def test_sockets_reach_only_this_machine() -> None:
    with socket.socket() as outside, pytest.raises(NotLoopback):
        outside.connect(("192.0.2.1", 80))
    with socket.socket() as outside, pytest.raises(NotLoopback):
        outside.connect_ex(("shop.example", 443))
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()):
        pass


def test_a_missing_tool_is_skipped_by_name_and_fails_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="no-such-tool is missing: it shows the skip"):
        needs.need("no-such-tool", "it shows the skip")
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="no-such-tool is missing"):
        needs.need("no-such-tool", "it shows the failure")
    assert needs.need("sh", "it is everywhere").endswith("sh")


def test_shared_data_is_found_where_it_is_said_to_be(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PORTAL_TEST_DATA", str(tmp_path))
    (tmp_path / "orders.csv").touch()
    assert needs.shared_data("orders.csv") == tmp_path / "orders.csv"
    with pytest.raises(pytest.skip.Exception, match=r"shared data: other\.csv"):
        needs.shared_data("other.csv")


def test_a_real_browser_walks_the_page_with_and_without_scripts(screen: browsers.Screen, live: browsers.Live) -> None:
    page = screen.open(f"{live.url}/cancel")
    assert page.inner_text("h1") == "取消"
    page.get_by_label("不想要了").check()
    page.get_by_role("button", name="确认取消").click()
    page.wait_for_url("**/order")
    assert page.get_by_text("已取消").is_visible()
    screen.fits()


def test_axe_finds_what_is_wrong_with_and_without_scripts(screen: browsers.Screen, live: browsers.Live) -> None:
    @live.app.get("/faint")
    def faint() -> Response:
        sheet = '<link rel="stylesheet" href="/faint.css">'
        words = "<main><h1>很淡的字</h1></main>"
        body = f"<!doctype html><html lang='zh'><head><title>淡</title>{sheet}</head><body>{words}</body>"
        return Response(body, 200, HEADERS, mimetype="text/html")

    @live.app.get("/faint.css")
    def sheet() -> Response:
        return Response("h1 { color: #eee; background: #fff }", mimetype="text/css")

    screen.open(f"{live.url}/search?q=1")
    screen.axe_clean()
    screen.open(f"{live.url}/faint")
    with pytest.raises(AssertionError, match="color-contrast"):
        screen.axe_clean()


@pytest.mark.parametrize("scripts", [True, False])
def test_what_the_policy_blocks_is_complained_about(browser: Browser, live: browsers.Live, scripts: bool) -> None:
    @live.app.get("/inline")
    def inline() -> Response:
        body = "<!doctype html><title>x</title><style>p{}</style><img src='https://elsewhere.example/1.png' alt=''>"
        return Response(body, 200, HEADERS, mimetype="text/html")

    window = browsers.screen_on(browser, scripts=scripts, size=browsers.PHONE)
    with pytest.raises(AssertionError, match="Content Security Policy"), window as shown:
        shown.open(f"{live.url}/inline")


def test_chinese_glyphs_come_from_the_package_where_the_system_has_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    variables = browsers.chinese_fonts(tmp_path)
    assert "pylopdf_fonts_zh_cn" in Path(variables["FONTCONFIG_FILE"]).read_text()
