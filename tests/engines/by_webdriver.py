"""WebKitGTK under its own driver: the nearest to Safari that runs on Linux."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from selenium.common.exceptions import NoSuchElementException, StaleElementReferenceException, WebDriverException
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

PATIENCE = 20.0
PASSING = (NoSuchElementException, StaleElementReferenceException)
"""What a page says that is just being exchanged for the next."""


class WebDriverWalker:
    """A `Walker` of a session."""

    def __init__(self, driver: WebDriver) -> None:
        self.driver = driver
        self.wait = WebDriverWait(driver, PATIENCE, ignored_exceptions=PASSING)

    def visit(self, address: str) -> None:
        self.driver.switch_to.default_content()
        self.driver.get(address)

    def step_in(self) -> None:
        self.driver.switch_to.frame(self._first("iframe"))

    def press(self, what: str) -> None:
        self._does(what, lambda found: found.click())

    def tick(self, what: str) -> None:
        self._does(what, lambda found: found.is_selected() or found.click())

    def write(self, what: str, text: str) -> None:
        def types(found: WebElement) -> None:
            found.clear()
            found.send_keys(text)

        self._does(what, types)

    def attach(self, what: str, path: str) -> None:
        self._does(what, lambda found: found.send_keys(path))

    def see(self, what: str) -> None:
        self._first(what)

    def reads(self, what: str, name: str) -> str | None:
        return self._first(what).get_attribute(name)

    def count(self, what: str) -> int:
        return len(self.driver.find_elements(*_by(what)))

    def waits(self, seconds: float) -> None:
        time.sleep(seconds)

    @contextmanager
    def opens(self, what: str) -> Iterator[None]:
        before = self.driver.current_window_handle
        self.goes_on_in(what)
        yield
        self.driver.close()
        self.driver.switch_to.window(before)
        self.step_in()

    def goes_on_in(self, what: str) -> None:
        known = set(self.driver.window_handles)
        self.press(what)
        self.wait.until(lambda driver: set(driver.window_handles) - known)
        (new,) = set(self.driver.window_handles) - known
        self.driver.switch_to.window(new)

    def address(self) -> str:
        return self.driver.current_url

    def _first(self, what: str) -> WebElement:
        return self.wait.until(lambda driver: driver.find_element(*_by(what)), f"no {what}")

    def _does(self, what: str, act: Callable[[WebElement], Any]) -> None:
        """Anew where the page was exchanged between finding and doing."""

        def done(driver: WebDriver) -> bool:
            act(driver.find_element(*_by(what)))
            return True

        try:
            self.wait.until(done, f"no {what}")
        except WebDriverException as problem:
            problem.msg = f"{what}: {problem.msg}"
            raise


def _by(what: str) -> tuple[str, str]:
    return (By.XPATH if what.startswith("//") else By.CSS_SELECTOR), what
