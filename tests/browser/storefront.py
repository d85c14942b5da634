"""One shop for all tests of a module: its customer and an agent, both signed in in one window, scripts on or off."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from flask import Flask, request
from playwright.sync_api import Page

from portal.repos.unit_of_work import unit_of_work
from tests.support import browsers, shopper, staff
from tests.support.browsers import PHONE, Live, Screen
from tests.support.journeys import CONFIRM_CANCEL
from tests.support.signing_in import Place
from tests.support.staff import Office

SEARCHED = re.compile(r"[?&]q=.")


def may_fail(app: Flask) -> set[str]:
    """Addresses whose next POST is to end in an unexpected error."""
    failing: set[str] = set()

    def fail() -> None:
        if request.method == "POST" and request.path in failing:
            failing.remove(request.path)
            raise RuntimeError(f"{len(request.form)} fields and a disk that is full")

    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.before_request(fail)
    return failing


@dataclass
class Storefront:
    """Its clock stands still. Each test takes an order of its own, since the shop is everybody's.

    `failing`: addresses whose next POST ends in an error that nobody expects.
    """

    office: Office
    live: Live
    screen: Screen
    failing: set[str]

    @property
    def page(self) -> Page:
        return self.screen.page

    def open(self, path: str) -> Page:
        return self.screen.open(self.live.url + path)

    def sign_in(self) -> Storefront:
        page = self.open("/orders")
        page.fill("[name=login]", "c-1")
        page.fill("[name=password]", shopper.PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url("**/orders")
        login = self.office.add("agent")
        page = self.open("/staff/cases")
        page.fill("[name=login]", login)
        page.fill("[name=password]", staff.PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url("**/staff/verify")
        page.fill("[name=code]", self.office.code())
        page.press("[name=code]", "Enter")
        page.wait_for_url("**/staff/cases")
        return self

    def settings(self, **said: Any) -> None:
        """What the shop offers from now on."""
        with unit_of_work(self.office.deps) as work:
            work.shops.set(self.office.made.shop_id, settings={"returns": True} | said)

    @contextmanager
    def new_window(self) -> Iterator[Page]:
        """In which nobody is signed in."""
        browser = self.page.context.browser
        assert browser
        with browsers.screen_on(browser, scripts=self.screen.scripts, size=PHONE) as screen:
            yield screen.page

    def code_sent_to(self, address: str) -> str:
        office = self.office
        return Place(office.app, office.made, office.clock, office.mailer, office.texts).code_sent_to(address)

    def search(self, path: str, words: str) -> list[str | None]:
        """The numbers of the orders that are found."""
        page = self.open(path)
        page.fill("#q", words)
        page.press("#q", "Enter")
        page.wait_for_url(SEARCHED)
        return self.orders()

    def orders(self) -> list[str | None]:
        return [found.get_attribute("data-order") for found in self.page.query_selector_all("main [data-order]")]

    def cancel(self, order_no: str, reason: str = "") -> Page:
        """Confirmed on its page; it leads to the order, or to a case."""
        page = self.open(f"/orders/{order_no}/cancel")
        if reason:
            page.check(f"[name=reason][value={reason}]")
        page.click(CONFIRM_CANCEL)
        page.wait_for_url(re.compile(rf"/cases/|/orders/{order_no}$"))
        return page

    def fill_application(self, reason: str, count: int = 1) -> None:
        """On its page, where the goods have come."""
        page = self.page
        page.check("[name=received][value=yes]")
        page.fill("[name=quantity-1]", str(count))
        page.check(f"[name=reason][value={reason}]")

    def is_quoted(self, amount: str) -> None:
        """By itself, or by a button where there are no scripts."""
        if not self.screen.scripts:
            self.page.click("#compute")
        self.page.wait_for_selector(f"#quote [data-amount=refund][value='{amount}']")

    def submit_application(self) -> str:
        """The number of the case it leads to."""
        self.page.click("#apply-panel .sticky-bar button")
        return self.case_no()

    def case_no(self) -> str:
        self.page.wait_for_url("**/cases/*")
        return self.page.url.rpartition("/")[2]

    def settle(self) -> None:
        """The worker works and the money moves until it has arrived."""
        for _ in range(4):
            self.office.work()
            self.office.rail.settle()
            self.office.clock.move(seconds=70)
