"""Chromium under Playwright."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Frame, Locator, Page


class PlaywrightWalker:
    """A `Walker` of an open page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.place: Page | Frame = page

    def visit(self, address: str) -> None:
        self.page.goto(address)
        self.place = self.page

    def step_in(self) -> None:
        frame = self._first("iframe").element_handle().content_frame()
        assert frame, "the page has no frame"
        self.place = frame

    def press(self, what: str) -> None:
        self._first(what).click()

    def tick(self, what: str) -> None:
        self._first(what).check()

    def write(self, what: str, text: str) -> None:
        self._first(what).fill(text)

    def attach(self, what: str, path: str) -> None:
        self._first(what).set_input_files(path)

    def see(self, what: str) -> None:
        self._first(what).wait_for()

    def reads(self, what: str, name: str) -> str | None:
        return self._first(what).get_attribute(name)

    def count(self, what: str) -> int:
        return self.place.locator(what).count()

    def waits(self, seconds: float) -> None:
        self.page.wait_for_timeout(seconds * 1000)

    @contextmanager
    def opens(self, what: str) -> Iterator[None]:
        page, place = self.page, self.place
        self.goes_on_in(what)
        yield
        self.page.close()
        self.page, self.place = page, place

    def goes_on_in(self, what: str) -> None:
        with self.page.context.expect_page() as opened:
            self.press(what)
        self.page = self.place = opened.value

    def address(self) -> str:
        return self.page.url

    def _first(self, what: str) -> Locator:
        return self.place.locator(what).first
