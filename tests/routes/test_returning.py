"""寄回 and the choice about what was not accepted, on the customer's pages, plain and with htmx (S27, N11)."""

from __future__ import annotations

from typing import Any

import pytest

from portal.domain.applying.decide import CONDITIONS
from portal.domain.cases.ask import ApplicationAsk
from portal.domain.cases.found import LineFound
from portal.services.applying.apply_for import apply_for
from portal.services.evidence.receive_files import receive_evidence
from tests.adapters.pictures import encoded, photo
from tests.services.evidence.test_evidence import picture
from tests.support.applications import IN_WINDOW, bought
from tests.support.order_facts import make_line
from tests.support.page import Browserless, Page
from tests.support.said import inspect_goods
from tests.support.shopper import Shopfront


@pytest.fixture(autouse=True)
def in_the_window(front: Shopfront, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(front.deps.clock), "now", lambda _: IN_WINDOW)


def returning(front: Shopfront, reason: str = "no_reason") -> str:
    number = front.take(bought(make_line("1", 3, 30000), make_line("2", 1, 1000)))
    ask = ApplicationAsk(kind="return_refund", reason=reason, units=(("1", 3),), received=True, conditions=CONDITIONS)
    by = {"request_id": f"apply-{number}", "deps": front.deps}
    return apply_for(order_no=number, ask=ask, actor=front.made.shopper, **by).case_no


def inspected(front: Shopfront, case_no: str) -> None:
    actor, by = front.made.staff("warehouse"), {"request_id": f"inspect-{case_no}", "deps": front.deps}
    photos = receive_evidence(uploads=(picture(),), case_no=case_no, actor=actor, deps=front.deps).evidence
    found = (LineFound(line_id="1", received=3, accepted=2, rejected=1),)
    inspect_goods(case_no=case_no, found=found, reason="有划痕", photo_ids=[photos[0].id], actor=actor, **by)


def state(page: Page) -> str | None:
    return page.one("#case").get("data-state")


@pytest.mark.req("S27", "S24")
def test_the_parcel_is_entered_and_changed_until_it_is_received(front: Shopfront, shopper: Browserless) -> None:
    case_no = returning(front)
    page = shopper.open(f"/cases/{case_no}")
    assert page.one("#case").says("没有寄出，申请会关闭")
    assert page.act("shipment").has("#shipment-panel form")
    page = page.submit("/shipment", carrier="SF", tracking_no="SF1000")
    assert (page.path, state(page)) == (f"/cases/{case_no}", "in_transit")
    assert len(page.queries) <= 12
    page = page.act("shipment")
    page = page.submit("/shipment", carrier="YTO", tracking_no="YT2000")
    assert page.one("#case").says("YT2000")


@pytest.mark.req("S27")
def test_carriage_that_the_shop_bears_needs_its_receipt(front: Shopfront, shopper: Browserless) -> None:
    case_no = returning(front, "quality")
    page = shopper.open(f"/cases/{case_no}/shipment")
    assert page.says("运费由商家承担", "最高¥100.00")
    sent: dict[str, Any] = {"carrier": "SF", "tracking_no": "SF1000", "freight_paid": "12.00"}
    page = page.submit("/shipment", fields=sent)
    assert (page.status, page.one('[data-error="receipt"]') is not None) == (422, True)
    page = page.submit("/shipment", proof=("receipt.jpg", encoded(photo()), "image/jpeg"))
    assert state(page) == "in_transit"
    assert page.one("#case").says("寄回运费", "¥12.00")


@pytest.mark.parametrize(("carrier", "tracking_no"), [("", "SF1000"), ("SF", ""), ("SF", "单号一二三")])
def test_a_parcel_that_is_no_parcel_is_said_and_what_was_typed_stays(
    front: Shopfront, shopper: Browserless, carrier: str, tracking_no: str
) -> None:
    case_no = returning(front)
    page = shopper.open(f"/cases/{case_no}/shipment").submit("/shipment", carrier=carrier, tracking_no=tracking_no)
    assert page.status == 422
    assert page.one("#tracking_no").get("value") == tracking_no


@pytest.mark.req("N11")
def test_the_customer_sees_reason_and_photo_and_gives_up_or_wants_it_back(
    front: Shopfront, shopper: Browserless
) -> None:
    case_no = returning(front)
    inspected(front, case_no)
    page = shopper.open(f"/cases/{case_no}")
    assert page.one("#case").says("待您选择", "部分通过", "2件通过", "1件未通过", "有划痕")
    assert page.amount("refund") == "200.00"
    assert page.all("#case section img.picture")
    page = page.act("rejected")
    assert page.submit("/rejected").status == 422
    page = page.submit("/rejected", choice="send_back")
    assert state(page) == "sending_back"
    assert page.one("#case").says("商家寄出后，快递单号会显示在这里")
    assert shopper.open(f"/cases/{case_no}/rejected").status == 409


@pytest.mark.req("N11")
def test_an_appeal_leads_to_its_own_page(front: Shopfront, shopper: Browserless) -> None:
    case_no = returning(front)
    inspected(front, case_no)
    page = shopper.open(f"/cases/{case_no}/rejected").submit("/rejected", choice="appeal")
    assert page.path == f"/cases/{case_no}/appeal"


def test_nothing_is_entered_where_nothing_is_awaited(front: Shopfront, shopper: Browserless) -> None:
    case_no = returning(front)
    inspected(front, case_no)
    assert shopper.open(f"/cases/{case_no}/shipment").status == 409
    assert shopper.open("/cases/T20260101ABCDEFGH/shipment").status == 404


@pytest.mark.req("N11")
def test_giving_up_says_what_is_lost_and_its_result_is_what_was_paid_of_what(
    front: Shopfront, shopper: Browserless
) -> None:
    case_no = returning(front)
    inspected(front, case_no)
    page = shopper.open(f"/cases/{case_no}/rejected")
    assert page.says("1件商品留给商家，¥100.00不退给您")
    assert page.has("#rejected-panel button.danger") and not page.has("#rejected-panel button.primary")
    page = page.submit("/rejected", choice="give_up")
    assert not page.says("已成功")
    front.work()
    for where in (f"/cases/{case_no}", "/cases"):
        page = shopper.open(where)
        assert page.says("2件退款¥200.00正在处理，1件已放弃") and not page.says("已成功")
