"""Real browsers for tests: Debian's Chromium under Playwright, with and without scripts, and axe.

def test_it(screen, live):
    screen.open(live.url + "/orders")
    screen.axe_clean()
"""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.base import AXE_SCRIPT
from flask import Flask
from playwright.sync_api import Browser, Page, Playwright, Request, Response
from werkzeug.serving import make_server

SHELL = "chromium-headless-shell"
"""Chromium without windows of its own: a page in it is opened in a third of the time."""
NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Nothing that a page could name is looked up outside this machine.
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost",
)
PHONE, DESK = (360, 740), (1280, 800)
LOOPBACK = {"127.0.0.1", "localhost"}
OF_COLOURS = ("color-contrast", "link-in-text-block")
"""The rules of axe whose answer depends on the colour scheme: the others are asked once a page."""
AXE = """async rules => {
  const options = {resultTypes: ["violations"], ...(rules.length && {runOnly: {type: "rule", values: rules}})}
  const found = (await axe.run(options)).violations
  return found.flatMap(each => each.nodes.map(node => `${each.id}: ${each.help}: ${node.html.slice(0, 200)}`))
}"""
FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{folder}</dir><cachedir>{cache}</cachedir></fontconfig>"""


def chromium() -> str | None:
    """The path of an installed Chromium; Playwright's own download is never asked for."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


def windowless() -> str | None:
    """Chromium's shell, else Chromium: the same engine."""
    return shutil.which(SHELL) or chromium()


def firefox() -> str | None:
    return shutil.which("firefox-esr") or shutil.which("firefox")


def webkit() -> str | None:
    """The small browser that comes with WebKitGTK, which its driver starts."""
    found = sorted(Path("/usr").glob("lib*/**/webkit2gtk-4.*/MiniBrowser"))
    return str(found[-1]) if found else shutil.which("MiniBrowser")


def chinese_fonts(folder: Path) -> dict[str, str]:
    """Variables that give Chromium Chinese glyphs: none where the system has some, else those of the PyPI package."""
    lister = shutil.which("fc-list")
    if lister and subprocess.run([lister, ":lang=zh"], check=False, capture_output=True).stdout.strip():
        return {}
    import pylopdf_fonts_zh_cn

    configuration = folder / "fonts.conf"
    fonts = Path(pylopdf_fonts_zh_cn.__file__).parent
    configuration.write_text(FONTS.format(folder=fonts, cache=folder / "font-cache"))
    return {"FONTCONFIG_FILE": str(configuration)}


def launch(playwright: Playwright, executable: str, folder: Path) -> Browser:
    root = ["--no-sandbox"] if os.geteuid() == 0 else []
    environment: Any = {**os.environ, **chinese_fonts(folder)}
    return playwright.chromium.launch(executable_path=executable, args=[*FLAGS, *root], env=environment)


@dataclass(frozen=True)
class Live:
    """An application that answers on a loopback port."""

    app: Flask
    url: str


@contextmanager
def served(app: Flask) -> Iterator[Live]:
    """Serves `app` from threads of this process, on a port of its own, as long as the block runs."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield Live(app, f"http://127.0.0.1:{server.server_port}")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class Screen:
    """One browser window with scripts on or off. Complaints are what a person with open developer tools would see, in
    its tabs too: a script or a style that our policy refuses, an error, a request to another host."""

    page: Page
    scripts: bool
    width: int
    schemes: tuple[str, ...] = ("light", "dark")
    """Those that axe looks in; the window itself is shown in the first."""
    complaints: list[str] = field(default_factory=list)
    twin: Page | None = None
    """Where axe may run and the page's own scripts may not; opened when it is needed."""

    def __post_init__(self) -> None:
        context = self.page.context
        context.on("console", self._heard)
        context.on("weberror", lambda thrown: self.complaints.append(f"script: {thrown.error}"))
        context.on("request", self._asked)
        context.on("response", self._answered)

    def open(self, url: str) -> Page:
        self.page.goto(url)
        return self.page

    def axe_clean(self) -> None:
        """axe finds nothing, in the window's schemes, on what is shown now."""
        with nullcontext(self.page) if self.scripts else self._copy() as page:
            for is_later, scheme in enumerate(self.schemes):
                page.emulate_media(color_scheme=scheme)
                found = axe_violations(page, OF_COLOURS if is_later else ())
                assert not found, "\n".join([f"{page.url} at {self.width} px, {scheme}:", *found])
            page.emulate_media(color_scheme=self.schemes[0])

    def fits(self, *widths: int) -> None:
        """The page does not scroll sideways, so many pixels wide or as it is; without scripts nobody can tell."""
        overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        if not self.scripts:
            return
        was = self.page.viewport_size
        for width in widths or (0,):
            if width and was:
                self.page.set_viewport_size({"width": width, "height": was["height"]})
            assert self.page.evaluate(overflow) <= 0, f"{self.page.url} scrolls sideways at {width or self.width} px"
        if widths and was:
            self.page.set_viewport_size(was)

    def close(self) -> None:
        if self.twin:
            self.twin.context.close()
        self.page.context.close()

    @contextmanager
    def _copy(self) -> Iterator[Page]:
        """axe is a script: the same HTML is shown once more in the twin, with what is there for want of scripts."""
        self.twin = copy = self.twin or self._open_twin()
        address = self.page.url.partition("#")[0]
        html = self.page.content().replace("no-script", "kept-without-script")
        copy.context.add_cookies(self.page.context.cookies())
        copy.set_viewport_size(self.page.viewport_size)
        copy.route(address, lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))
        try:
            copy.goto(address)
            yield copy
        finally:
            copy.unroute(address)

    def _open_twin(self) -> Page:
        browser: Any = self.page.context.browser
        context = browser.new_context(bypass_csp=True, reduced_motion="reduce")
        twin: Page = context.new_page()
        twin.route("**/*.js", lambda route: route.abort())
        return twin

    def _heard(self, message: Any) -> None:
        # A refusal or a form shown again is an answer; what failed to load is judged by its response.
        if message.type in ("error", "warning") and not message.text.startswith("Failed to load resource"):
            self.complaints.append(f"console: {message.text}")

    def _asked(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.hostname not in LOOPBACK and address.scheme in ("http", "https"):
            self.complaints.append(f"it asked {address.hostname} for {request.resource_type}")

    def _answered(self, response: Response) -> None:
        missing = response.status == 404 and response.request.resource_type in ("stylesheet", "script", "image", "font")
        if response.status >= 500 or (missing and not response.url.endswith("/favicon.ico")):
            self.complaints.append(f"{response.status}: {response.url}")


def axe_violations(page: Page, rules: tuple[str, ...] = ()) -> list[str]:
    """One sentence for each thing that axe finds on the page; of `rules` alone where some are given."""
    # A frame has no ground of its own: what shows through is that of the page around it, which is of its scheme.
    page.evaluate("if (document.body.matches('.framed')) document.documentElement.style.background = 'Canvas'")
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found: list[str] = page.evaluate(AXE, rules)
    return found


@contextmanager
def screen_on(
    browser: Browser,
    *,
    scripts: bool,
    size: tuple[int, int],
    schemes: tuple[str, ...] = ("light", "dark"),
    locale: str = "zh-CN",
    user_agent: str | None = None,
) -> Iterator[Screen]:
    """A fresh window; nothing complained about while it was open. `user_agent`: what it calls itself."""
    width, height = size
    context = browser.new_context(
        java_script_enabled=scripts,
        viewport={"width": width, "height": height},
        locale=locale,
        timezone_id="Asia/Shanghai",
        reduced_motion="reduce",
        color_scheme=schemes[0],
        user_agent=user_agent,
    )
    context.set_default_timeout(30_000)
    screen = Screen(context.new_page(), scripts, width, schemes)
    try:
        yield screen
        assert not screen.complaints, "\n".join(screen.complaints)
    finally:
        screen.close()
