"""A day at the desk: cases of the demo are answered through the pages alone, one after the other, as an agent would.

Clicks and page loads are counted from the queue to the next case; `make ux` writes them into docs/ux.md.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pyotp
import pytest
from playwright.sync_api import Browser, Page

from scripts.demo_shop import Demo, demo_shop
from tests.support.browsers import screen_on

pytestmark = [pytest.mark.req("S42", "P25", "N13"), pytest.mark.timeout(420)]
MOST_CLICKS, MOST_LOADS = 4, 3
WHOLE_DAY, FEWEST = 100, 50
Write = Callable[[str, object], None]


@pytest.fixture
def demo() -> Iterator[Demo]:
    with demo_shop() as running:
        yield running


@dataclass
class Hands:
    """An agent's: what is pressed, and what is loaded for it. Typing is not counted."""

    page: Page
    clicks: int = 0
    loads: int = 0
    answered: dict[str, list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))
    """Clicks and loads of each case, by its answer: from where it stood before them to the next one."""

    def __post_init__(self) -> None:
        self.page.on("load", self._loaded)

    def _loaded(self, _page: Page) -> None:
        self.loads += 1

    def press(self, selector: str) -> None:
        self.page.locator(selector).first.click()
        self.clicks += 1
        self.page.wait_for_load_state()


def come_in(page: Page, demo: Demo, role: str) -> None:
    login, totp = demo.staff[role]
    page.goto(f"{demo.url}/staff/cases")
    page.fill("[name=login]", login)
    page.fill("[name=password]", demo.passwords[login])
    page.click("main button")
    page.fill("[name=code]", pyotp.parse_uri(totp).now())
    page.click("main button")
    page.wait_for_url("**/staff/cases")


def stop_parcel(hands: Hands) -> str:
    hands.press("label[for=answer-stopped]")
    hands.press("form[action$='/hold'] .actions button")
    return "拦截"


def reply(hands: Hands) -> str:
    hands.page.fill("form[action$='/message'] textarea", "您好，已经帮您确认，可以的。")
    hands.press("form[action$='/message'] .actions button")
    return "回复"


def accept(hands: Hands) -> str:
    hands.press("label[for=decision-accept]")
    hands.press("form[action$='/decide'] .actions button:not([formaction])")
    return "同意"


def refuse(hands: Hands) -> str:
    hands.press("label[for=decision-refuse]")
    page = hands.page
    page.locator("[name=reason_code][value=evidence]").check()
    page.fill("form[action$='/decide'] textarea[name=reason]", "照片里看不清损坏的地方，请补拍后重新申请。")
    hands.press("form[action$='/decide'] .actions button:not([formaction])")
    return "不同意"


def inspect(hands: Hands) -> str:
    page = hands.page
    for found in page.locator("input[name^=received-]").all():
        name, most = found.get_attribute("name") or "", found.get_attribute("max") or "1"
        line = name.removeprefix("received-")
        found.fill(most)
        page.fill(f"[name=accept-{line}]", most)
    hands.press("form[action$='/inspect'] .actions button:not([formaction])")
    return "验货"


def answer(hands: Hands, turn: int) -> str:
    """What the case in front of them needs; "" where that is nothing."""
    page = hands.page
    for form, act in (("hold", stop_parcel), ("inspect", inspect)):
        if page.locator(f"form[action$='/{form}']").count():
            return act(hands)
    if page.locator("form[action$='/decide'] [name=decision]").count():
        return refuse(hands) if turn % 5 == 4 else accept(hands)
    return reply(hands) if page.locator("#question").count() else ""


def case_no(page: Page) -> str:
    return page.get_attribute("article[data-case]", "data-case") or ""


def work_through(hands: Hands, most: int) -> int:
    """How many were answered."""
    page, count = hands.page, 0
    hands.press("tr[data-case] a[href*='/staff/cases/T']")
    seen: set[str] = set()
    while count < most and page.locator("article[data-case]").count() and case_no(page) not in seen:
        here, before = case_no(page), (hands.clicks, hands.loads)
        seen.add(here)
        state = page.get_attribute("article[data-case]", "data-state")
        what = answer(hands, count)
        if what:
            page.wait_for_function(
                "before => !document.querySelector(`article[data-case][data-state='${before}']`)"
                " || document.querySelector('[role=status]').textContent.trim()",
                arg=state,
            )
            assert not page.locator("[role=alert]").count(), page.locator("[role=alert]").first.inner_text()
        hands.press("a:text-is('下一件')")
        if what:
            count += 1
            hands.answered[what].append((hands.clicks - before[0], hands.loads - before[1]))
    return count


@pytest.mark.parametrize(("scripts", "most"), [(True, WHOLE_DAY), (False, 12)], ids=["scripts", "no scripts"])
def test_a_day_of_cases_is_answered_through_the_pages_alone(
    browser: Browser, demo: Demo, scripts: bool, most: int, record_property: Write
) -> None:
    with screen_on(browser, scripts=scripts, size=(1280, 900)) as screen:
        come_in(screen.page, demo, "agent")
        hands = Hands(screen.page)
        count = work_through(hands, most)
    each = [taken for answers in hands.answered.values() for taken in answers]
    if scripts:
        for what, answers in hands.answered.items():
            record_property(f"desk {what}", json.dumps(answers))
    # One click and one page more led from the queue to the first of them.
    assert max(clicks for clicks, _ in each) + 1 <= MOST_CLICKS
    assert max(loads for _, loads in each) + 1 <= MOST_LOADS
    assert count == len(each) and count >= min(most, FEWEST)
