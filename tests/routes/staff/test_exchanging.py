"""An exchange at the desk: what it is of, the goods, the surcharge, the parcel, and no stock (P9)."""

from __future__ import annotations

from typing import Any

import pytest

from portal.domain.applying.decide import CONDITIONS
from portal.domain.cases.ask import ApplicationAsk, WantedVariant
from portal.services.applying.apply_for import apply_for
from portal.services.withdrawing.pay_fee import pay_fee
from tests.routes.staff.test_returning import at_hand, inspect, state
from tests.support.applications import bought
from tests.support.exchanges import PAID, catalogue
from tests.support.order_facts import make_line
from tests.support.page import Page
from tests.support.said import decide_case
from tests.support.staff import Office

P9 = pytest.mark.req("P9")


def asked(office: Office, sku: str) -> str:
    """An exchange of one unit that waits for the shop's answer."""
    catalogue(office.made, office.deps)
    number = office.take(bought(make_line("1", 1, PAID)))
    wanted = (WantedVariant(line_id="1", sku=sku),) if sku else ()
    ask = ApplicationAsk(kind="exchange", reason="no_reason", units=(("1", 1),), conditions=CONDITIONS, variants=wanted)
    by: dict[str, Any] = {"actor": office.made.shopper, "request_id": f"apply-{number}", "deps": office.deps}
    return apply_for(order_no=number, ask=ask, **by).case_no


def agreed(office: Office, sku: str) -> str:
    case_no = asked(office, sku)
    agent = office.made.staff("agent")
    decide_case(case_no=case_no, decision="accept", actor=agent, request_id=f"yes-{case_no}", deps=office.deps)
    return case_no


def desk(office: Office, case_no: str, role: str = "agent") -> Page:
    return office.desk(role).open(f"/staff/cases/{case_no}")


@P9
def test_the_desk_shows_what_is_exchanged_for_what_before_it_is_answered(office: Office) -> None:
    page = desk(office, asked(office, "UP"))
    assert page.one("#decide").says("商品1", "UP", "需要补差价", "同意前请确认有货")
    assert page.one("#decide").amount("fee") == "20.00"
    page = page.submit("/decide", decision="accept")
    assert state(page) == "awaiting_return"


@P9
def test_the_goods_are_accepted_the_surcharge_is_waited_for_and_then_the_parcel_is_sent(office: Office) -> None:
    case_no = agreed(office, "UP")
    page = inspect(at_hand(office, case_no))
    assert state(page) == "replacing"
    assert page.one("#replacing").says("还没有付清") and not page.has('form[action$="/replacement"]')
    pay_fee(case_no=case_no, method="card", actor=office.made.shopper, request_id="pay", deps=office.deps)
    page = page.reload().submit("/replacement", carrier="SF", tracking_no="SF7000")
    assert page.one("#replacing").says("SF7000", "UP")
    assert state(page.submit("/replacement/arrived")) == "completed"


@P9
def test_without_stock_it_is_answered_as_a_return_with_what_that_pays(office: Office) -> None:
    page = desk(office, asked(office, ""))
    assert page.one("#no-stock").amount("refund") == "100.00"
    page = page.submit("/no-stock", reason="断货了")
    assert (page.one("#desk").get("data-state"), page.one("#desk").says("退货退款")) == ("awaiting_return", True)
    assert not page.has("#no-stock")


@P9
def test_without_stock_once_the_goods_are_back_they_are_refunded(office: Office) -> None:
    page = inspect(at_hand(office, agreed(office, "DOWN"), "supervisor"))
    assert page.one("#replacing").amount("refund") == "100.00"
    page = page.submit("/refund-instead", reason="断货了")
    assert state(page) == "refunding"


@P9
def test_the_warehouse_does_not_say_that_there_is_none(office: Office) -> None:
    assert not desk(office, asked(office, ""), "warehouse").has("#no-stock")
