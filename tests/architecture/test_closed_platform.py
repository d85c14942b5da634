"""The Union's platform for online disputes closed on 2025-07-20: nothing leads there (EU-16; Regulation 2024/3228)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
CLOSED = re.compile(r"(webgate\.)?ec\.europa\.eu/(consumers|odr)|consumer-redress\.ec|odr\.europa", re.IGNORECASE)
READ = {".py", ".html", ".txt", ".toml", ".md", ".po", ".js", ".css", ".svg", ".typ", ".json"}


def leads_to_the_closed_platform(text: str) -> bool:
    return CLOSED.search(text) is not None


@pytest.mark.parametrize(
    "text",
    ["https://ec.europa.eu/consumers/odr", "http://EC.europa.eu/consumers/odr/main", "webgate.ec.europa.eu/odr"],
)
def test_such_an_address_would_be_found(text: str) -> None:
    assert leads_to_the_closed_platform(text)


@pytest.mark.req("P24")
def test_nothing_that_ships_leads_to_the_closed_platform() -> None:
    files = [
        path
        for folder in ("portal", "docs", "bench", "scripts", "migrations")
        for path in (CHECKOUT / folder).rglob("*")
        if path.suffix in READ
    ]
    assert len(files) > 500
    files += [CHECKOUT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md")]
    assert [str(path) for path in files if leads_to_the_closed_platform(path.read_text("utf-8"))] == []
