"""A withdrawal whose fee is refused once and paid then, in a real browser: scripts on and off, phone and desk, axe."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from portal.domain.applying.decide import CONDITIONS
from portal.domain.cases.ask import ApplicationAsk
from portal.repos.unit_of_work import unit_of_work
from portal.services.applying.apply_for import apply_for
from tests.support.applications import bought
from tests.support.browsers import Live, Screen
from tests.support.journeys import FEE_PAID, looks_right, open_fee, pay_fee, withdraw
from tests.support.order_facts import make_line
from tests.support.said import ship_back
from tests.support.shopper import Shopfront


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    return tmp_path / "sandbox-plan"


@pytest.fixture
def app(sqlite_url: str, portal_on: Callable[..., Flask], plan: Path) -> Flask:
    return portal_on(sqlite_url, sandbox_plan=str(plan))


def under_way(front: Shopfront) -> str:
    with unit_of_work(front.deps) as work:
        work.shops.set(front.made.shop_id, settings={"fees": {"withdrawal_fixed": "12.00"}})
    number = front.take(bought(make_line("1", 2, 5000), at=datetime.now(UTC) - timedelta(days=2)))
    ask = ApplicationAsk(
        kind="return_refund", reason="no_reason", units=(("1", 2),), received=True, conditions=CONDITIONS
    )
    by = {"actor": front.made.shopper, "deps": front.deps}
    case_no = apply_for(order_no=number, ask=ask, request_id="apply", **by).case_no
    ship_back(case_no=case_no, carrier="SF", tracking_no="SF1000", request_id="ship", **by)
    return case_no


@pytest.mark.req("S30", "S31", "S32", "S33", "N8")
def test_the_fee_is_shown_refused_once_and_paid(front: Shopfront, live: Live, shopper: Screen, plan: Path) -> None:
    case_no = under_way(front)
    withdraw(shopper, live.url, case_no, looks_right)
    page = shopper.page
    looks_right(shopper)
    plan.write_text(f"payment {case_no}* no_funds\n")
    open_fee(shopper)
    pay_fee(shopper, "wechat")
    page.wait_for_selector("[role=alert][data-error=no_funds]")
    looks_right(shopper)
    plan.unlink()
    pay_fee(shopper)
    page.wait_for_selector(FEE_PAID)
    looks_right(shopper)


@pytest.mark.req("S33", "N8")
def test_a_payment_that_is_being_confirmed_is_waited_for(
    front: Shopfront, live: Live, shopper: Screen, plan: Path
) -> None:
    case_no = under_way(front)
    withdraw(shopper, live.url, case_no)
    page = shopper.page
    plan.write_text(f"payment {case_no}* unknown\n")
    open_fee(shopper)
    pay_fee(shopper, "card")
    page.wait_for_selector("#fee-panel[data-fee=processing]")
    looks_right(shopper)
    page.click("text=刷新支付结果")
    page.wait_for_selector("#fee-panel[data-fee=processing] #fee-poll")
