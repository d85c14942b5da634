"""A counter-offer in a real browser: made on the desk, accepted by the customer; scripts on and off, phone and desk."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from portal.domain.applying.decide import CONDITIONS
from portal.domain.cases.ask import ApplicationAsk
from portal.services.applying.apply_for import apply_for
from portal.services.cases.offer import Proposal, offer_instead
from tests.routes.staff.test_deciding import applied
from tests.support.applications import bought
from tests.support.browsers import Live, Screen
from tests.support.journeys import looks_right
from tests.support.order_facts import make_line
from tests.support.shopper import Shopfront
from tests.support.staff import PASSWORD, Office, open_office

pytestmark = pytest.mark.req("P13", "N8")


@pytest.fixture
def office(app: Flask) -> Office:
    return open_office(app)


def offered(front: Shopfront) -> str:
    """Two units of 50.00 that came two days ago; the customer may keep them."""
    number = front.take(bought(make_line("1", 2, 10000), at=datetime.now(UTC) - timedelta(days=2)))
    ask = ApplicationAsk(kind="return_refund", reason="other", units=(("1", 2),), received=True, conditions=CONDITIONS)
    by: dict[str, Any] = {"request_id": f"ask-{number}", "deps": front.deps}
    case_no = apply_for(order_no=number, ask=ask, actor=front.made.shopper, **by).case_no
    words = "只有一处小划痕，不影响使用。您留下商品，我们退您20元，可以吗？"
    said = Proposal(kind="keep", amount="20.00", body=words)
    offer_instead(case_no=case_no, proposal=said, actor=front.made.staff("agent"), **by)
    return case_no


def test_the_customer_reads_what_it_pays_and_accepts(front: Shopfront, live: Live, shopper: Screen) -> None:
    case_no = offered(front)
    page = shopper.open(f"{live.url}/cases/{case_no}")
    looks_right(shopper)
    page.click("#offer-panel button.primary")
    page.wait_for_selector("#offer-panel [role=alert]")
    looks_right(shopper)
    page.check("#answer-accept")
    page.click("#offer-panel button.primary")
    page.wait_for_selector("article[data-case][data-state=refunding]")
    assert "您接受了商家的方案" in page.inner_text("main")
    looks_right(shopper)


def test_staff_make_an_offer_and_take_it_back(office: Office, live: Live, screen: Screen) -> None:
    case_no, login = applied(office, "return_refund", "other"), office.add("agent")
    page = screen.open(f"{live.url}/staff/cases/{case_no}")
    page.fill("[name=login]", login)
    page.fill("[name=password]", PASSWORD)
    page.click("main button")
    page.wait_for_url("**/staff/verify")
    page.fill("[name=code]", office.code())
    page.click("main button")
    page.wait_for_url(f"**/staff/cases/{case_no}")
    page.click("#offer summary")
    page.check("#kind-keep")
    page.fill("#offer-amount", "20.00")
    page.fill("#offer-body", "您留下商品，我们退您20元，可以吗？")
    looks_right(screen)
    page.click("#offer form[action$='/offer'] .actions button")
    page.wait_for_selector("#desk[data-state=offered]")
    looks_right(screen)
    page.click("#offer form[action$='/take-back'] button")
    page.wait_for_selector("#desk[data-state=submitted]")
