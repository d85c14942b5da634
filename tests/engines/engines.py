"""The engines that walk the journeys, and how each is started here with cookies of third parties blocked."""

from __future__ import annotations

import os
import subprocess
import warnings
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from playwright.sync_api import Playwright

from tests.engines.bidi import firefox_session
from tests.engines.by_bidi import BidiWalker
from tests.engines.by_playwright import PlaywrightWalker
from tests.engines.by_webdriver import WebDriverWalker
from tests.engines.proxy import names_on_loopback
from tests.engines.walker import Walker
from tests.support import browsers, needs, sites

ASKED = "PORTAL_ENGINES"
"""Names of ENGINES with commas; without it Chromium alone, which every run of the tests has."""
SCREEN = (1000, 2400)
WHY = "the journeys are walked in it"
PARTITIONED, BLOCKED = 5, 1
"""`network.cookie.cookieBehavior`: Firefox's default, and all cookies of third parties blocked."""


Walking = Callable[[Playwright, Path, bool], AbstractContextManager[tuple[Walker, str]]]
"""With the folder of its profile, and whether pages' scripts run: a walker, and the version of its engine."""


@dataclass(frozen=True, kw_only=True)
class Engine:
    """`title` as the table of results has it; `pair`: the two sites."""

    title: str
    walking: Walking
    pair: Callable[[Path], sites.Pair] = sites.pair


def _chromium(no_cookies_for: str = "") -> Walking:
    @contextmanager
    def walking(playwright: Playwright, folder: Path, scripts: bool) -> Iterator[tuple[Walker, str]]:
        executable = needs.need("chromium", WHY, browsers.chromium())
        with sites.window(playwright, executable, folder, scripts=scripts, no_cookies_for=no_cookies_for) as context:
            # A window with a profile of its own does not say its version.
            said = subprocess.run([executable, "--version"], capture_output=True, text=True, check=True).stdout
            yield PlaywrightWalker(context.pages[0]), said.split()[1]

    return walking


def _firefox(cookies: int) -> Walking:
    @contextmanager
    def walking(_playwright: Playwright, folder: Path, scripts: bool) -> Iterator[tuple[Walker, str]]:
        wishes: dict[str, Any] = {
            "network.cookie.cookieBehavior": cookies,
            "network.dns.localDomains": ",".join(sites.NAMES),
            "javascript.enabled": scripts,
            "intl.accept_languages": "zh-CN",
        }
        executable = needs.need("firefox-esr", WHY, browsers.firefox())
        with firefox_session(executable, folder, wishes) as (bidi, version):
            yield BidiWalker(bidi), version

    return walking


@contextmanager
def _webkit(_playwright: Playwright, _folder: Path, scripts: bool) -> Iterator[tuple[Walker, str]]:
    from selenium import webdriver
    from selenium.webdriver.webkitgtk.options import Options
    from selenium.webdriver.webkitgtk.service import Service

    options = Options()
    options.binary_location = needs.need("MiniBrowser", WHY, browsers.webkit())
    options.add_argument("--automation")
    options.add_argument(f"--enable-javascript={str(scripts).lower()}")
    options.set_capability("acceptInsecureCerts", True)
    with _screen() as display, names_on_loopback() as proxy:
        options.add_argument(f"--proxy={proxy}")
        service = Service(
            needs.need("WebKitWebDriver", WHY), env={**os.environ, "DISPLAY": display, "LANG": "zh_CN.UTF-8"}
        )
        with warnings.catch_warnings():
            # Selenium itself says it in a way that it no longer wishes.
            warnings.simplefilter("ignore", DeprecationWarning)
            driver = webdriver.WebKitGTK(options=options, service=service)
        # As high as the pages are long: its driver does not scroll the page around a frame.
        driver.set_window_rect(0, 0, *SCREEN)
        try:
            yield WebDriverWalker(driver), driver.capabilities["browserVersion"]
        finally:
            driver.quit()


@contextmanager
def _screen() -> Iterator[str]:
    """A screen that nobody sees."""
    read, write = os.pipe()
    command = [needs.need("Xvfb", WHY), "-displayfd", str(write), "-screen", "0", f"{SCREEN[0]}x{SCREEN[1]}x24"]
    with subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL) as process:
        os.close(write)
        with os.fdopen(read) as said:
            number = said.readline().strip()
        try:
            yield f":{number}"
        finally:
            process.terminate()


ENGINES = {
    "chromium": Engine(title="Chromium, cookies of third parties blocked", walking=_chromium()),
    "chromium-none": Engine(title="Chromium, no cookies in frames at all", walking=_chromium(sites.SHOP)),
    "firefox": Engine(title="Firefox, its default", walking=_firefox(PARTITIONED)),
    "firefox-blocked": Engine(title="Firefox, all cookies of third parties blocked", walking=_firefox(BLOCKED)),
    "webkit": Engine(title="WebKitGTK, its default", walking=_webkit),
    "webkit-subdomain": Engine(
        title="WebKitGTK, the portal on a subdomain of the shop's",
        walking=_webkit,
        pair=partial(sites.pair, name=sites.SUBDOMAIN),
    ),
}


def asked_for() -> list[str]:
    return os.environ.get(ASKED, "chromium").split(",")
