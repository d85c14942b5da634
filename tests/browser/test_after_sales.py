"""The one entry of after-sales in a real browser: it reads well, and leads by links and a plain form alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.support.applications import bought
from tests.support.browsers import Live, Screen
from tests.support.order_facts import make_line
from tests.support.shopper import Shopfront


@pytest.mark.req("S18", "S24", "N8")
def test_three_answers_lead_to_a_form_that_knows_the_reason(front: Shopfront, live: Live, shopper: Screen) -> None:
    number = front.take(bought(make_line("1", 2, 5000), at=datetime.now(UTC) - timedelta(days=2)))
    page = shopper.open(f"{live.url}/orders/{number}/after-sales")
    shopper.axe_clean()
    shopper.fits()
    page.click("text=帮我判断")
    for name, answer in (("received", "yes"), ("faulty", "no"), ("keep", "no")):
        page.check(f"[name={name}][value={answer}]")
    page.click("text=看看该怎么办")
    page.wait_for_selector("[data-advice=unwanted]")
    shopper.axe_clean()
    shopper.fits()
    page.click("[data-advice] .button")
    page.wait_for_url("**/return?reason=no_reason")
    assert page.is_checked("[name=reason][value=no_reason]")
    assert page.is_visible("[name=condition-complete]")
    shopper.axe_clean()
    shopper.fits()
