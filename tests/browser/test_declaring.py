"""撤回合同 for anybody, in a real browser: scripts on and off, phone and desk, axe in both schemes, two laws' words."""

from __future__ import annotations

from typing import Any

import pytest

from portal.repos.unit_of_work import unit_of_work
from tests.support.browsers import Live, Screen
from tests.support.journeys import looks_right
from tests.support.shopper import Shopfront


@pytest.mark.req("P24", "N5", "N8")
@pytest.mark.parametrize(
    ("settings", "start", "confirm"),
    [
        ({"withdrawal_link": "always"}, "在此撤回合同", "确认撤回"),
        ({"zone": "Europe/Berlin", "country": "DE"}, "Vertrag widerrufen", "Widerruf bestätigen"),
    ],
    ids=["zh", "de"],
)
def test_two_steps_and_the_acknowledgement(
    front: Shopfront, live: Live, screen: Screen, settings: dict[str, Any], start: str, confirm: str
) -> None:
    with unit_of_work(front.deps) as work:
        work.shops.set(front.made.shop_id, settings=settings)
    page = screen.open(f"{live.url}/help")
    if screen.width < 500:
        page.set_viewport_size({"width": 360, "height": 740})
    page.click(f"footer a:has-text('{start}')")
    page.wait_for_url("**/withdraw-contract")
    looks_right(screen)
    said = {"name": "Anna Schneider", "order_no": "TP20260001", "contact": "anna@example.org", "lines": "Rucksack ×1"}
    for name, value in said.items():
        page.fill(f"[name={name}]", value)
    page.click(f"main button:has-text('{start}')")
    page.wait_for_selector(f"main button:has-text('{confirm}')")
    looks_right(screen)
    page.click(f"main button:has-text('{confirm}')")
    page.wait_for_url("**/verify/*")
    assert page.get_attribute("[data-declaration]", "data-state") == "written"
    looks_right(screen)
