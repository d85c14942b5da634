from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright

from tests.browser.mall import Mall
from tests.browser.storefront import Storefront, may_fail
from tests.engines import engines
from tests.engines.engines import Engine
from tests.engines.walker import Walker
from tests.support import browsers, databases, needs, sites
from tests.support.browsers import PHONE, Live, Screen
from tests.support.journeys import sign_in
from tests.support.shopper import Shopfront, open_shop
from tests.support.staff import open_office

SCRIPTS = {"scripts": True, "no scripts": False}

SAID_ANYWAY = ("Failed to load resource", "Blocked autofocusing")
"""A refusal is judged by its answer; and no frame of another site takes the focus by itself, which is right."""


@pytest.fixture
def front(app: Flask) -> Shopfront:
    return open_shop(app)


@pytest.fixture
def shopper(front: Shopfront, live: Live, screen: Screen) -> Screen:
    """A window in which the shop's customer is signed in, at 我的订单."""
    sign_in(screen, live.url)
    return screen


@pytest.fixture(scope="module", params=SCRIPTS.values(), ids=SCRIPTS.keys())
def open_storefront(
    request: pytest.FixtureRequest, browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Storefront]:
    folder = tmp_path_factory.mktemp("storefront")
    app = databases.portal_app(databases.sqlite_database(folder), folder)
    failing = may_fail(app)
    with browsers.served(app) as live, browsers.screen_on(browser, scripts=request.param, size=PHONE) as screen:
        yield Storefront(open_office(app), live, screen, failing).sign_in()
    databases.close(app)


@pytest.fixture
def storefront(open_storefront: Storefront) -> Iterator[Storefront]:
    """The module's, with scripts and without. The test ends with nothing in its console."""
    yield open_storefront
    complaints, open_storefront.screen.complaints[:] = list(open_storefront.screen.complaints), []
    assert complaints == []


@pytest.fixture(params=engines.asked_for())
def engine(request: pytest.FixtureRequest) -> Engine:
    """Chromium, and those that were asked for."""
    return engines.ENGINES[request.param]


@pytest.fixture
def walk(
    engine: Engine, playwright: Playwright, tmp_path: Path, record_property: Callable[[str, object], None]
) -> Callable[..., AbstractContextManager[Walker]]:
    """A window of the engine; `walked` is what the table of results calls what is done there."""

    @contextmanager
    def walking(walked: str, *, scripts: bool = True) -> Iterator[Walker]:
        with engine.walking(playwright, tmp_path / "window", scripts) as (walker, version):
            record_property("engine", f"{engine.title} ({version})")
            record_property("walked", walked)
            yield walker

    return walking


@pytest.fixture
def pair(request: pytest.FixtureRequest, tmp_path: Path) -> sites.Pair:
    """The two sites, by names that the test's engine can find."""
    has_engine = "engine" in request.fixturenames
    return request.getfixturevalue("engine").pair(tmp_path) if has_engine else sites.pair(tmp_path)


@pytest.fixture
def mall(pair: sites.Pair, sqlite_url: str, portal_on: Callable[..., Flask]) -> Iterator[Mall]:
    front = open_shop(portal_on(sqlite_url, base_url=pair.portal, rail="sandbox"))
    mall = Mall(front, pair)
    mall.allow([pair.shop])
    with (
        sites.serving(front.app, pair.portal_port, pair.certificate),
        sites.serving(sites.shops_page(mall.html), pair.shop_port, pair.certificate),
    ):
        yield mall


@pytest.fixture
def open_window(playwright: Playwright, tmp_path: Path) -> Iterator[Callable[..., Page]]:
    """Makes windows. At the end nothing was refused by a policy of ours, but where the test is about that."""
    executable = needs.need("chromium", "embedding is walked in a real browser", browsers.chromium())
    complaints: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(SAID_ANYWAY):
            complaints.append(message.text)

    with ExitStack() as stack:

        def make(*, is_refused: bool = False, **options: Any) -> Page:
            context = stack.enter_context(sites.window(playwright, executable, tmp_path / "window", **options))
            if not is_refused:
                context.on("console", heard)
            return context.pages[0]

        yield make
    assert complaints == []
