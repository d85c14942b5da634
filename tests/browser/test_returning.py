"""Goods on their way back, and what follows a refusal, in a real browser: scripts on and off, phone and desk, axe."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from portal.domain.applying.decide import CONDITIONS
from portal.domain.cases.ask import ApplicationAsk
from portal.domain.cases.found import LineFound
from portal.domain.cases.life_cycle import CaseKind
from portal.services.applying.apply_for import apply_for
from portal.services.evidence.receive_files import receive_evidence
from portal.services.returning.receive_parcel import receive_goods
from tests.routes.staff.test_deciding import applied
from tests.services.evidence.test_evidence import picture
from tests.support.applications import bought
from tests.support.browsers import Live, Screen
from tests.support.journeys import PHOTO, looks_right, send_parcel
from tests.support.order_facts import make_line
from tests.support.said import decide_case, inspect_goods
from tests.support.shopper import Shopfront
from tests.support.staff import PASSWORD, Office, open_office

S39 = pytest.mark.req("S39")


def asked(front: Shopfront, kind: CaseKind, reason: str) -> str:
    """A case about two of two units of 50.00 that came two days ago."""
    number = front.take(bought(make_line("1", 2, 10000), at=datetime.now(UTC) - timedelta(days=2)))
    units = (("1", 2),)
    ask = ApplicationAsk(kind=kind, reason=reason, units=units, note="左耳没有声音", conditions=CONDITIONS)
    by = {"actor": front.made.shopper, "request_id": f"ask-{number}", "deps": front.deps}
    return apply_for(order_no=number, ask=ask, **by).case_no


def refused(front: Shopfront) -> str:
    case_no = asked(front, "refund_only", "quality")
    answer = {"decision": "refuse", "reason_code": "evidence", "reason": "照片看不清"}
    by = {"actor": front.made.staff("agent"), "request_id": f"no-{case_no}", "deps": front.deps}
    decide_case(case_no=case_no, **answer, **by)
    return case_no


def inspected(front: Shopfront, case_no: str) -> None:
    """One of two units did not pass, with a photo of it."""
    actor, deps = front.made.staff("warehouse"), front.deps
    receive_goods(case_no=case_no, actor=actor, request_id=f"in-{case_no}", deps=deps)
    photos = receive_evidence(uploads=(picture(),), case_no=case_no, actor=actor, deps=deps).evidence
    found = (LineFound(line_id="1", received=2, accepted=1, rejected=1),)
    words = {"reason": "有划痕", "photo_ids": [photos[0].id], "request_id": f"seen-{case_no}"}
    inspect_goods(case_no=case_no, found=found, actor=actor, deps=deps, **words)


@pytest.mark.req("S26", "S27", "S28", "N11", "N8")
def test_goods_are_sent_back_one_is_not_accepted_and_the_customer_chooses(
    front: Shopfront, live: Live, shopper: Screen
) -> None:
    case_no = asked(front, "return_refund", "no_reason")
    page = shopper.open(f"{live.url}/cases/{case_no}")
    send_parcel(shopper, looks_right)
    looks_right(shopper)
    inspected(front, case_no)
    shopper.open(f"{live.url}/cases/{case_no}")
    looks_right(shopper)
    page.click("[data-action=rejected]")
    page.wait_for_url("**/rejected")
    looks_right(shopper)
    page.check("[name=choice][value=send_back]")
    page.click("text=确认选择")
    page.wait_for_url(f"**/cases/{case_no}")
    assert page.get_attribute("article[data-case]", "data-state") == "sending_back"
    looks_right(shopper)


@pytest.mark.req("S27", "N8")
def test_enter_on_the_form_of_a_parcel_saves_it_and_its_photo_stays(
    front: Shopfront, live: Live, shopper: Screen
) -> None:
    case_no = asked(front, "return_refund", "no_reason")
    page = shopper.open(f"{live.url}/cases/{case_no}/shipment")
    page.set_input_files("[name=proof]", PHOTO)
    if not shopper.scripts:
        page.click("button[name=upload]")
    page.wait_for_selector(".photos li img")
    page.select_option("[name=carrier]", "SF")
    page.fill("[name=tracking_no]", "SF1000")
    page.press("[name=tracking_no]", "Enter")
    page.wait_for_selector("article[data-case][data-state=in_transit]")
    shopper.open(f"{live.url}/cases/{case_no}/shipment")
    assert page.locator(".photos li img").count() == 1


@S39
def test_a_refused_application_is_sent_again_or_appealed(front: Shopfront, live: Live, shopper: Screen) -> None:
    case_no, other = refused(front), refused(front)
    page = shopper.open(f"{live.url}/cases/{case_no}")
    looks_right(shopper)
    page.click("[data-action=appeal]")
    page.wait_for_url("**/appeal")
    looks_right(shopper)
    page.fill("[name=body]", "照片很清楚，请再看一次。")
    page.click("text=提交申诉")
    page.wait_for_selector("article[data-case][data-appeal=open]")
    looks_right(shopper)
    page = shopper.open(f"{live.url}/cases/{other}")
    page.click("[data-action=resubmit]")
    page.wait_for_url("**/resubmit")
    assert page.input_value("[name=description]") == "左耳没有声音"
    looks_right(shopper)
    page.click("text=提交申请")
    page.wait_for_selector("article[data-case][data-state=submitted]")
    assert other in page.inner_text("main")
    looks_right(shopper)


@pytest.fixture
def office(app: Flask) -> Office:
    return open_office(app)


@pytest.mark.req("S28", "S42")
def test_the_warehouse_receives_and_inspects(office: Office, live: Live, screen: Screen) -> None:
    case_no, login = applied(office, "return_refund", "no_reason"), office.add("warehouse")
    page = screen.open(f"{live.url}/staff/cases/{case_no}")
    page.fill("[name=login]", login)
    page.fill("[name=password]", PASSWORD)
    page.click("main button")
    page.wait_for_url("**/staff/verify")
    page.fill("[name=code]", office.code())
    page.click("main button")
    page.wait_for_url(f"**/staff/cases/{case_no}")
    looks_right(screen)
    page.click("form[action$=receive] button")
    page.wait_for_selector("#desk[data-state=received]")
    looks_right(screen)
    page.fill("[name=accept-1]", "1")
    page.fill("[name=reject-1]", "9")
    page.click("form[action$=inspect] button.primary")
    page.wait_for_selector("#goods [role=alert]")
    looks_right(screen)
