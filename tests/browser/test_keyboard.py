"""Every flow by the keyboard alone, without scripts: Tab, Enter, Space and the arrows; the focus is always seen."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import FileChooser
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.adapters.pictures import encoded, photo
from tests.browser.storefront import Storefront
from tests.support.applications import bought
from tests.support.order_facts import make_line, make_order

FURTHEST = 150
"""Presses of Tab after which a page has been walked through."""
AT = """selector => {
  const at = document.activeElement, drawn = at.closest("label") || at
  const styles = [getComputedStyle(at), getComputedStyle(at, "::after"), getComputedStyle(drawn)]
  const ring = styles.some(style => style.outlineStyle != "none" || style.boxShadow != "none")
  const seen = at == document.body || ring && drawn.getBoundingClientRect().height > 1
  return {here: at.matches(selector), seen: seen, html: at.outerHTML.slice(0, 150)}
}"""
CHOSEN = "value => document.activeElement.value == value && document.activeElement.checked !== false"
pytestmark = pytest.mark.parametrize("open_storefront", [False], ids=["no scripts"], indirect=True)


class Keyboard:
    """Nothing of a page is pointed at: what is not reached by Tab is not there."""

    def __init__(self, storefront: Storefront) -> None:
        self.page = storefront.page

    def reach(self, selector: str) -> None:
        for _ in range(FURTHEST):
            self.page.keyboard.press("Tab")
            found = self.page.evaluate(AT, selector)
            assert found["seen"], f"the focus is not seen: {found['html']}"
            if found["here"]:
                return
        raise AssertionError(f"Tab does not reach {selector} on {self.page.url}")

    def enter(self, selector: str, leads_to: str) -> None:
        self.reach(selector)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(leads_to)

    def tick(self, selector: str) -> None:
        self.reach(selector)
        self.page.keyboard.press("Space")
        assert self.page.evaluate("document.activeElement.checked")

    def choose(self, name: str, value: str) -> None:
        """Of radios or of a list, by the arrows from where one comes in."""
        self.reach(f"[name={name}]")
        for _ in range(20):
            if self.page.evaluate(CHOSEN, value):
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"no arrow leads to {value}")

    def write(self, selector: str, text: str) -> None:
        self.reach(selector)
        self.page.keyboard.type(text)

    def attach(self, selector: str, path: Path) -> None:
        self.reach(selector)
        self._chooser().set_files([path])

    def _chooser(self, tries: int = 3) -> FileChooser:
        """A browser that is busy opens its dialog too late to belong to the press, and drops it: one presses again."""
        try:
            with self.page.expect_file_chooser(timeout=10_000) as picker:
                self.page.keyboard.press("Space")
            return picker.value
        except PlaywrightTimeout:
            if tries == 1:
                raise
            return self._chooser(tries - 1)


@pytest.fixture
def keys(storefront: Storefront) -> Keyboard:
    return Keyboard(storefront)


@pytest.mark.req("S6", "N8")
def test_an_order_is_cancelled_from_the_list(storefront: Storefront, keys: Keyboard) -> None:
    number = storefront.office.take(make_order(make_line("1", 2, 5000)))
    page = storefront.open("/orders")
    keys.enter(f"[data-order='{number}'] h2 a", f"**/orders/{number}")
    keys.enter("[data-action=cancel]", "**/cancel")
    keys.choose("reason", "changed_mind")
    keys.enter(".sticky-bar button", f"**/orders/{number}")
    assert page.get_attribute("#order", "data-state") == "cancelled"


@pytest.mark.req("S18", "S20", "S30", "N8")
def test_a_refund_is_asked_for_with_a_photo_and_withdrawn(
    storefront: Storefront, keys: Keyboard, tmp_path: Path
) -> None:
    number = storefront.office.take(bought(make_line("1", 2, 5000)))
    picture = tmp_path / "IMG_1.jpg"
    picture.write_bytes(encoded(photo()))
    page = storefront.open(f"/orders/{number}/refund")
    keys.choose("received", "yes")
    keys.write("[name=quantity-1]", "1")
    keys.choose("reason", "damaged")
    keys.attach("#evidence", picture)
    keys.enter("[name=upload]", "**/refund/quote")
    assert page.locator("[name=evidence_id]").count() == 1
    keys.write("[name=description]", "杯口有裂纹")
    keys.enter(".sticky-bar button", "**/cases/*")
    assert page.get_attribute("#case", "data-state") == "submitted"
    assert page.get_attribute("#case [data-amount=refund]", "value") == "25.00"
    keys.enter("[data-action=withdraw]", "**/withdraw")
    keys.choose("reason", "mistake")
    keys.enter("#withdraw-panel button.danger", "**/cases/*")
    assert page.get_attribute("#case", "data-state") == "withdrawn"


@pytest.mark.req("S25", "S27", "N8")
def test_goods_are_sent_back_with_their_shipping_number(storefront: Storefront, keys: Keyboard) -> None:
    number = storefront.office.take(bought(make_line("1", 2, 5000)))
    page = storefront.open(f"/orders/{number}/return")
    keys.choose("received", "yes")
    keys.write("[name=quantity-1]", "2")
    keys.choose("reason", "no_reason")
    keys.tick("[name=condition-as_received]")
    keys.tick("[name=condition-complete]")
    keys.enter("#apply-panel .sticky-bar button", "**/cases/*")
    assert page.get_attribute("#case", "data-state") == "awaiting_return"
    keys.choose("carrier", "SF")
    keys.write("[name=tracking_no]", "SF1000")
    page.keyboard.press("Enter")
    page.wait_for_selector("#case[data-state=in_transit]")
