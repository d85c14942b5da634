"""What a frame gives to a new tab: the slip to read and print, and a session to pay in."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import unquote

import pytest

from tests.support.embedding import FRAME, enter, ticket_link
from tests.support.make import make_customer
from tests.support.order_facts import make_order
from tests.support.page import Browserless, Page
from tests.support.printed import codes_in
from tests.support.said import ship_back
from tests.support.shopper import Shopfront
from tests.support.signing_in import Place

pytestmark = pytest.mark.req("N8")


@pytest.fixture
def framed(here: Place) -> Browserless:
    visitor = here.newcomer()
    enter(here, visitor)
    return visitor


def test_the_slip_of_a_frame_is_read_and_printed_in_a_tab_that_has_no_session(
    here: Place, front: Shopfront, framed: Browserless
) -> None:
    case_no = front.returning()
    page = framed.open(f"{FRAME}/cases/{case_no}").act("slip")
    assert page.path == f"{FRAME}/cases/{case_no}/slip"
    tab = here.newcomer()
    sheet = tab.open(slip_address(page))
    number = sheet.one("#slip").get("data-return-no")
    pdf = tab.client.get(sheet.links["下载PDF"])
    assert pdf.mimetype == "application/pdf"
    assert set(codes_in(pdf.data).values()) == {number}
    assert tab.client.get(sheet.links["下载PDF"]).status_code == 200, "viewers fetch twice"
    assert sheet.headers["X-Frame-Options"] == "DENY"
    assert tab.client.get_cookie("portal") is None
    assert tab.open("/orders").path == "/sign-in"


def slip_address(page: Page) -> str:
    found = [link for link in page.tree.xpath("//main//a[@target='_blank']/@href") if link.endswith("/slip")]
    assert len(found) == 1
    return str(found[0])


def test_the_pdf_of_a_frame_opens_in_a_tab_by_its_own_ticket(
    here: Place, front: Shopfront, framed: Browserless
) -> None:
    page = framed.open(f"{FRAME}/cases/{front.returning()}/slip")
    assert here.app.test_client().get(ticket_link(page, "下载PDF")).mimetype == "application/pdf"


def test_a_slip_that_was_lent_is_over_after_ten_minutes_and_when_the_customer_signs_out(
    here: Place, front: Shopfront, framed: Browserless
) -> None:
    case_no, tab = front.returning(), here.newcomer()
    address = slip_address(framed.open(f"{FRAME}/cases/{case_no}/slip"))
    here.clock.move(minutes=10)
    late = tab.open(address)
    assert late.status == 410 and "请回到原来的页面刷新" in late.text
    address = slip_address(framed.open(f"{FRAME}/cases/{case_no}/slip"))
    framed.open(f"{FRAME}/account").submit("/sign-out")
    assert tab.open(address).status == 410


def test_a_page_of_a_frame_that_is_asked_for_again_has_tickets_that_work(
    here: Place, front: Shopfront, framed: Browserless
) -> None:
    """However often the browser hears that its copy is good: a copy never outlives what it lends."""
    address = f"{FRAME}/cases/{front.returning()}"
    page = framed.open(address)
    for _ in range(6):
        here.clock.move(minutes=4)
        asked = framed.client.get(address, headers={"If-None-Match": page.headers["ETag"]}, base_url=framed.origin)
        page = page if asked.status_code == 304 else framed.open(address)
        assert here.app.test_client().get(ticket_link(page, "下载全部记录")).mimetype == "application/zip"


@pytest.mark.parametrize("ticket", ["x", "v1.", "v1.AAAA", "%00", "v1." + "A" * 5000])
def test_what_is_no_ticket_is_over(ticket: str, here: Place) -> None:
    assert here.app.test_client().get(f"/ticket/{ticket}/slip").status_code in (404, 410)
    answer = here.app.test_client().post("/tab", data={"ticket": ticket}, headers={"Origin": "http://localhost"})
    assert answer.status_code == 410


def test_a_ticket_for_a_tab_is_none_for_a_slip_and_the_other_way_round(
    here: Place, front: Shopfront, framed: Browserless
) -> None:
    case_no = front.returning()
    paper = slip_address(framed.open(f"{FRAME}/cases/{case_no}/slip")).split("/")[2]
    headers = {"Origin": "http://localhost"}
    assert here.app.test_client().post("/tab", data={"ticket": unquote(paper)}, headers=headers).status_code == 410
    page = framed.open(f"{FRAME}/open", to="/orders")
    ticket = page.form("/tab").element.xpath(".//input[@name='ticket']/@value")[0]
    assert here.app.test_client().get(f"/ticket/{ticket}/slip").status_code == 410


def test_nobody_lends_what_is_not_theirs(here: Place, front: Shopfront) -> None:
    case_no, stranger = front.returning(), here.newcomer()
    make_customer(here.deps, here.made.shop_id, number=2)
    enter(here, stranger, customer="c-2")
    assert stranger.open(f"{FRAME}/cases/{case_no}/slip").status == 404


def test_paying_at_the_shop_opens_a_tab_and_never_navigates_the_frame(
    here: Place, front: Shopfront, framed: Browserless
) -> None:
    order = replace(make_order(status="awaiting_payment", freight=500), pay_url="https://pay.example/x")
    page = framed.open(f"{FRAME}/orders/{front.take(order)}/pay")
    link = page.tree.xpath("//a[@href='https://pay.example/x']")[0]
    assert (link.get("target"), link.get("rel")) == ("_blank", "noopener")


def test_a_fee_is_paid_in_a_tab_that_reaches_its_order_alone(
    here: Place, front: Shopfront, framed: Browserless
) -> None:
    here.set_shop(returns=True, fees={"withdrawal_fixed": "12.00"})
    other, case_no = front.take(), front.returning()
    sent = {"actor": front.made.shopper, "request_id": "r-2", "deps": front.deps}
    ship_back(case_no=case_no, carrier="SF", tracking_no="SF1234567890", proof_ids=(), freight_paid="", **sent)
    page = framed.open(f"{FRAME}/cases/{case_no}/withdraw")
    here.clock.move(seconds=2)
    page = page.submit("/withdraw", reason="changed_mind").act("fee")
    assert page.path == f"{FRAME}/cases/{case_no}/fee"
    assert page.form("/tab").element.get("target") == "_blank"
    tab = page.submit("/tab")
    assert tab.path == f"/cases/{case_no}/fee"
    paid = tab.submit("/fee", method="card")
    assert paid.one("article[data-case]").get("data-fee") == "paid"
    assert framed.open(f"/orders/{other}").status == 404
    assert framed.open("/account").status == 404
    assert framed.open(f"{FRAME}/cases/{case_no}").one("article[data-case]").get("data-fee") == "paid"


def test_a_tab_goes_on_where_the_frame_was_with_the_same_limits(
    here: Place, front: Shopfront, framed: Browserless
) -> None:
    shown, hidden = front.take(), front.take()
    page = enter(here, framed, orders=[shown], path=f"/orders/{shown}")
    tab = page.follow("在新窗口打开").submit("/tab")
    assert tab.path == f"/orders/{shown}"
    assert "回到商家的页面" in tab.text
    assert "账户" not in tab.links
    assert framed.open(f"/orders/{hidden}").status == 404


def test_what_opens_from_a_frame_speaks_its_language_and_not_the_browsers(
    here: Place, front: Shopfront, framed: Browserless
) -> None:
    case_no = front.returning()
    slip, order = framed.open(f"{FRAME}/cases/{case_no}/slip"), framed.open(f"{FRAME}/open")
    stranger = here.newcomer()
    stranger.headers["Accept-Language"] = framed.headers["Accept-Language"] = "en"
    opened = stranger.open(slip_address(slip)), order.submit("/tab")
    assert [page.tree.get("lang") for page in opened] == ["zh-Hans", "zh-Hans"]


@pytest.mark.parametrize("to", ["//evil.example", "https://evil.example", "/\\evil.example", "", "nonsense"])
def test_the_tab_leads_nowhere_else(to: str, here: Place, framed: Browserless) -> None:
    assert framed.open(f"{FRAME}/open", to=to).submit("/tab").path == "/orders"
