"""Taps counted on a phone; a pytest plugin, `-p tests.support.taps`, writes what was counted into docs/ux.md."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Page

from tests.support.needs import CHECKOUT

PHONE = (360, 780)
TABLE = CHECKOUT / "docs" / "ux.md"
MARKED = re.compile(r"(?<=<!-- taps -->\n).*?(?=<!-- end of taps -->)", re.DOTALL)
AT_DESK = re.compile(r"(?<=<!-- desk -->\n).*?(?=<!-- end of desk -->)", re.DOTALL)
FOUND: dict[str, dict[str, str]] = {}
ANSWERED: dict[str, list[list[int]]] = {}


@dataclass
class Taps:
    """A finger: every press counts, and every page it leads to. A tap that htmx answers in place is a tap as well."""

    page: Page
    count: int = 0
    pages: list[str] = field(default_factory=list)

    def tap(self, selector: str, leads_to: str = "") -> None:
        self.page.click(selector)
        self.count += 1
        if leads_to:
            self.page.wait_for_url(leads_to)
            self.pages.append(self.page.url)

    def foot_of(self, selector: str) -> int:
        """Where the lower edge of `selector` is, from the top of the window, as the page was opened."""
        box = self.page.locator(selector).bounding_box()
        assert box is not None, f"{selector} has no place"
        return round(box["y"] + box["height"])


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    said = {name: str(value) for name, value in report.user_properties}
    if report.when == "call" and report.passed:
        ANSWERED.update({name[5:]: json.loads(value) for name, value in said.items() if name.startswith("desk ")})
    if report.when == "call" and "journey" in said:
        FOUND[said["journey"]] = said | ({} if report.passed else {"taps": "**failed**"})


def pytest_sessionfinish() -> None:
    """The page is left as it is where nothing was counted."""
    if FOUND:
        rows = [["journey", "taps", "pages", "main button ends at", "before"], ["---"] * 5]
        rows += [[name, said["taps"], said["pages"], said["foot"], said["before"]] for name, said in FOUND.items()]
        TABLE.write_text(MARKED.sub(lambda _found: _table(rows), TABLE.read_text()))
    if ANSWERED:
        TABLE.write_text(AT_DESK.sub(lambda _found: _table(list(_answers())), TABLE.read_text()))


def _answers() -> Iterator[list[str]]:
    yield ["answer", "cases", "clicks a case", "pages a case"]
    yield ["---"] * 4
    everything = [case for cases in ANSWERED.values() for case in cases]
    for what, cases in [*ANSWERED.items(), ("all", everything)]:
        clicks, pages = (sum(case[place] for case in cases) / len(cases) for place in (0, 1))
        yield [what, str(len(cases)), f"{clicks:.1f}", f"{pages:.1f}"]


def _table(rows: list[list[str]]) -> str:
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)
