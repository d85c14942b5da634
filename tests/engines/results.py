"""A pytest plugin, `-p tests.engines.results`: writes what the engines walked into docs/embedding.md."""

from __future__ import annotations

import re
from collections import defaultdict

import pytest

from tests.support.needs import CHECKOUT

PAGE = CHECKOUT / "docs" / "embedding.md"
TABLE = re.compile(r"(?<=<!-- engines -->\n).*?(?=<!-- end of engines -->)", re.DOTALL)
COLUMNS = ("scripts on", "scripts off", "pages that may not frame it")
WALKED: dict[str, dict[str, str]] = defaultdict(dict)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """A test says which engine it was in and what it walked there by properties."""
    said = {name: str(value) for name, value in report.user_properties}
    if report.when == "call" and "engine" in said:
        column = said["walked"]
        row = WALKED[said["engine"]]
        is_kept = report.passed and row.get(column) != "**failed**"
        row[column] = said.get("place", "refused") if is_kept else "**failed**"


def pytest_sessionfinish() -> None:
    """The page is left as it is where nothing was walked."""
    if WALKED:
        cells = [["engine", *COLUMNS], ["---"] * (1 + len(COLUMNS))]
        cells += [[engine, *(row.get(column, "") for column in COLUMNS)] for engine, row in WALKED.items()]
        table = "".join(f"| {' | '.join(row)} |\n" for row in cells)
        PAGE.write_text(TABLE.sub(lambda _found: table, PAGE.read_text()))
