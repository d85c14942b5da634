"""A phone call is a case in under a minute: staff act in a customer's place, counted in clicks and pages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page

from tests.browser.test_staff_desk import come_in, look
from tests.support.applications import bought
from tests.support.browsers import Live, Screen
from tests.support.order_facts import make_line
from tests.support.staff import Office, open_office

MOST_CLICKS, MOST_PAGES = 9, 8
"""From the queue to the submitted case; docs/ux.md has them."""


@pytest.fixture
def office(app: Flask) -> Office:
    return open_office(app)


@dataclass
class Hand:
    """Counts what is pressed, and the pages that it leads to."""

    page: Page
    clicks: int = 0
    pages: int = 0

    def press(self, what: str, leads_to: str = "") -> None:
        self.clicks += 1
        self.page.click(what)
        self._arrive(leads_to)

    def enter(self, field: str, text: str, leads_to: str) -> None:
        """Typed, and sent by Enter: no click."""
        self.page.fill(field, text)
        self.page.press(field, "Enter")
        self._arrive(leads_to)

    def _arrive(self, leads_to: str) -> None:
        if leads_to:
            self.pages += 1
            self.page.wait_for_url(leads_to)


@pytest.mark.req("S43")
def test_a_caller_is_found_checked_and_helped_on_their_own_pages(office: Office, live: Live, screen: Screen) -> None:
    number = office.take(bought(make_line("1", 2, 5000), at=office.clock.now() - timedelta(days=1)))
    come_in(office, live, screen, "agent")
    hand = Hand(screen.page)
    hand.press("nav a[href$='/staff/customers']", "**/staff/customers")
    hand.enter("#q", "0001", "**/staff/customers?q=0001")
    look(screen)
    hand.press("tr[data-customer] a.button", "**/act")
    look(screen)
    hand.press("#code-phone button", "**/act?sent=phone")
    office.work()
    code = re.search(r"\d{6}", office.texts.sent[-1].body)
    assert code
    look(screen)
    hand.press("label[for=reason-after_sales]")
    hand.enter("#code", code[0], "**/orders")
    assert "您正在代客户张*操作" in screen.page.inner_text("[data-behalf]")
    look(screen)
    hand.press(f"[data-order='{number}'] a[href$='/{number}']", f"**/orders/{number}")
    look(screen)
    hand.press("[data-action=refund]", "**/refund")
    look(screen)
    apply(hand)
    case_no = screen.page.get_attribute("article[data-case]", "data-case")
    assert "客服代您提交" in screen.page.inner_text("#case")
    look(screen)
    assert hand.clicks <= MOST_CLICKS and hand.pages <= MOST_PAGES, (hand.clicks, hand.pages)
    screen.open(f"{live.url}/account")
    assert "这一步要由客户本人办理" in screen.page.inner_text("main")
    look(screen)
    screen.page.click("[data-behalf] button")
    screen.page.wait_for_url("**/staff/customers/1")
    assert "已结束代客操作" in screen.page.inner_text("main")
    look(screen)
    screen.open(f"{live.url}/staff/cases/{case_no}")
    assert "客服代客户提交" in screen.page.inner_text("#desk")
    look(screen)


def apply(hand: Hand) -> None:
    """The customer's own form, as they would fill it in."""
    hand.press("label[for=received-yes]")
    hand.press("label[for=reason-quality]")
    hand.press("text=提交申请 >> nth=-1", "**/cases/*")
