"""Fixtures for all tests. What they are made of stands in databases, page, browsers, loopback and needs."""

from __future__ import annotations

import socket
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from flask import Flask
from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.support import browsers, databases, lent, loopback, needs, quick
from tests.support.page import Browserless
from tests.support.s3_server import s3_server

hypothesis.settings.register_profile("portal", deadline=None, print_blob=True)
hypothesis.settings.register_profile("ci", parent=hypothesis.settings.get_profile("portal"), derandomize=True)
hypothesis.settings.load_profile("ci" if needs.in_ci() else "portal")

LEFT_OUT = pytest.StashKey[Counter[str]]()
SCREENS = {
    "scripts 360px": (True, browsers.PHONE, "light"),
    "scripts 1280px": (True, browsers.DESK, "dark"),
    "no scripts 360px": (False, browsers.PHONE, "dark"),
    "no scripts 1280px": (False, browsers.DESK, "light"),
}
"""Any two of scripts, width and colour scheme meet in one of them."""


def pytest_configure() -> None:
    # Made before the workers of xdist start, so that they all inherit it.
    databases.run_folder()


def pytest_unconfigure() -> None:
    databases.remove_run_folder()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--quick", action="store_true", help="leave out browsers, PostgreSQL and long random walks")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        if {"browser", "screen", "browser_page"} & set(getattr(item, "fixturenames", ())):
            item.add_marker("browser")
    if config.getoption("quick"):
        reasons = {item: quick.reason_left_out(item) for item in items}
        items[:] = [item for item in items if reasons[item] is None]
        config.stash[LEFT_OUT] = Counter(reason for reason in reasons.values() if reason)
        if hasattr(config, "workeroutput"):
            config.workeroutput["left_out"] = dict(config.stash[LEFT_OUT])
        config.hook.pytest_deselected(items=[item for item, reason in reasons.items() if reason])


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """Each worker of xdist collects all tests for itself; whoever prints the summary hears it from any of them."""
    node.config.stash[LEFT_OUT] = Counter(getattr(node, "workeroutput", {}).get("left_out", {}))


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    for reason, count in config.stash.get(LEFT_OUT, Counter()).most_common():
        terminalreporter.write_line(f"--quick left out {count}: {reason}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """In CI a skipped test is a failed one, but for the tests of shared data."""
    report = yield
    if needs.in_ci() and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if needs.SHARED_DATA not in reason:
            report.outcome, report.longrepr = "failed", f"skipped in CI: {reason}"
    return report


@pytest.fixture(autouse=True, scope="session")
def loopback_only() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", loopback.connect)
        patch.setattr(socket.socket, "connect_ex", loopback.connect_ex)
        yield


@pytest.fixture
def shared_data() -> Callable[[str], Path]:
    return needs.shared_data


@pytest.fixture(scope="session")
def postgresql() -> databases.Cluster:
    """The cluster of this test run."""
    binaries = needs.need("postgresql", "every repo is tested on it too", databases.postgresql_binaries())
    return databases.start_cluster(Path(binaries))


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A fresh, migrated SQLite database."""
    return databases.sqlite_database(tmp_path)


@pytest.fixture
def postgresql_url(postgresql: databases.Cluster) -> Iterator[str]:
    """A migrated PostgreSQL database without rows."""
    with lent.lent_postgresql(postgresql) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    """The URL of a fresh, migrated database: the test runs once on each kind."""
    return request.getfixturevalue(f"{request.param}_url")


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    executable = needs.need("redis-server", "throttling over several processes is tested on it")
    with databases.redis_server(executable, tmp_path_factory.mktemp("redis")) as url:
        yield url


@pytest.fixture(scope="session")
def s3_address() -> Iterator[str]:
    """The address of something that speaks like S3, with the buckets `evidence` and `heads`."""
    with s3_server("evidence", "heads") as address:
        yield address


@pytest.fixture
def portal_on(tmp_path: Path) -> Iterator[Callable[..., Flask]]:
    """Makes portals: `portal_on(url, deps=None, **settings)`."""
    made: list[Flask] = []

    def make(url: str, deps: Any = None, **settings: Any) -> Flask:
        made.append(databases.portal_app(url, tmp_path, deps, **settings))
        return made[-1]

    yield make
    for app in made:
        databases.close(app)


@pytest.fixture
def app(sqlite_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The portal for tests of pages. Nothing can be added to it: tests that do so take `fresh_app`."""
    with lent.lent_portal(sqlite_url, tmp_path) as portal:
        yield portal


@pytest.fixture
def fresh_app(sqlite_url: str, portal_on: Callable[..., Flask]) -> Flask:
    """A portal that has answered nothing yet, to which addresses and hooks may be added."""
    return portal_on(sqlite_url)


@pytest.fixture(params=["page", "htmx"])
def visitor(request: pytest.FixtureRequest, app: Flask) -> Browserless:
    """Somebody not signed in, once with plain pages and once with htmx."""
    return Browserless(app.test_client(), htmx=request.param == "htmx")


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """One for the whole process: a second beside it does not start."""
    needs.need("chromium", "pages are walked in a real browser", browsers.chromium())
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def browser(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    executable = needs.need("chromium", "pages are walked in a real browser", browsers.windowless())
    running = browsers.launch(playwright, executable, tmp_path_factory.mktemp("browser"))
    yield running
    running.close()


@pytest.fixture
def live(app: Flask) -> Iterator[browsers.Live]:
    """`app` on a loopback port: `live.url`."""
    with browsers.served(app) as running:
        yield running


@pytest.fixture(params=SCREENS.values(), ids=SCREENS.keys())
def screen(request: pytest.FixtureRequest, browser: Browser) -> Iterator[browsers.Screen]:
    """A window: scripts on and off, phone and desk, light and dark. The test ends with nothing in its console."""
    scripts, size, scheme = request.param
    with browsers.screen_on(browser, scripts=scripts, size=size, schemes=(scheme,)) as window:
        yield window


@pytest.fixture
def browser_page(screen: browsers.Screen) -> Any:
    """Playwright's page of `screen`."""
    return screen.page


@pytest.fixture
def axe_clean() -> Callable[[browsers.Screen], None]:
    return browsers.Screen.axe_clean
