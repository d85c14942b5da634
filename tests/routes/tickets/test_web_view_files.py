"""In WeChat and Alipay: a download leads to an address that shows the way out, and delivers in a browser."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from tests.adapters.test_pdfs import made as made_pdf
from tests.support.embedding import FRAME, enter
from tests.support.make import make_customer
from tests.support.page import Browserless, Page
from tests.support.printed import codes_in
from tests.support.shopper import Shopfront, sign_in
from tests.support.signing_in import Place
from tests.support.user_agents import APPS, WECHAT_ANDROID, WECHAT_IPHONE

pytestmark = pytest.mark.req("P11")
INVOICE = ("发票.pdf", made_pdf(), "application/pdf")


@pytest.fixture(params=["signed in", "framed", "guest", "framed guest"])
def inside(request: pytest.FixtureRequest, here: Place) -> Callable[[str], tuple[Browserless, str]]:
    """Somebody in an app, at the portal itself or in the shop's page, and the beginning of addresses there. A guest has
    found the first order."""

    def enters(name: str) -> tuple[Browserless, str]:
        visitor = here.newcomer()
        visitor.headers["User-Agent"] = APPS[name]
        root = FRAME if "framed" in request.param else ""
        if "guest" in request.param:
            page = visitor.open(f"{root}/find-order").submit(order_no="TP20260001", contact="13800000001")
            assert page.submit(code=here.code_sent_to("+8613800000001")).status == 200
        elif root:
            enter(here, visitor)
        else:
            sign_in(visitor)
        return visitor, root

    return enters


def delivered(here: Place, page: Page) -> bytes:
    """What somebody gets who opens the same address in a browser, which has no session."""
    answer = here.app.test_client().get(page.path)
    assert answer.status_code == 200
    return answer.data


@pytest.mark.parametrize("name", APPS)
def test_a_slip_as_pdf_is_delivered_where_the_app_leads_to(
    name: str, inside: Callable[[str], tuple[Browserless, str]], here: Place, front: Shopfront
) -> None:
    case_no = front.returning()
    visitor, root = inside(name)
    slip = visitor.open(f"{root}/cases/{case_no}/slip")
    number = slip.one("#slip").get("data-return-no")
    way_out = visitor.open(slip.links["下载PDF"])
    assert way_out.one("[data-way-out]").get("data-way-out") == name.replace("mini", "wechat")
    assert way_out.says(f"退货单{number}的PDF")
    assert urlsplit(way_out.one("#way-address").get("value")).path == way_out.path
    assert set(codes_in(delivered(here, way_out)).values()) == {number}
    assert way_out.headers["X-Frame-Options"] == "DENY" and "no-store" in way_out.headers["Cache-Control"]


def test_the_record_is_delivered_where_the_app_leads_to(
    inside: Callable[[str], tuple[Browserless, str]], here: Place, front: Shopfront
) -> None:
    case_no = front.returning()
    visitor, root = inside("wechat")
    way_out = visitor.open(visitor.open(f"{root}/cases/{case_no}").links["下载全部记录"])
    assert way_out.says(f"申请{case_no}的全部记录")
    assert delivered(here, way_out)[:2] == b"PK"


def test_a_pdf_among_the_evidence_is_delivered_and_a_picture_is_shown_in_the_app(
    inside: Callable[[str], tuple[Browserless, str]], here: Place, front: Shopfront
) -> None:
    case_no = front.returning()
    visitor, root = inside("alipay")
    case = visitor.open(f"{root}/cases/{case_no}").submit("/messages", body="请看发票。", evidence=INVOICE)
    (link,) = case.tree.xpath("//ul[@class='files']//a/@href")
    way_out = visitor.open(str(link))
    assert way_out.one("[data-way-out]").get("data-way-out") == "alipay"
    assert delivered(here, way_out) == INVOICE[1]


def test_nobody_is_led_to_what_is_not_theirs(here: Place, front: Shopfront) -> None:
    case_no, stranger = front.returning(), here.newcomer()
    stranger.headers["User-Agent"] = WECHAT_IPHONE
    for path in (f"/cases/{case_no}/slip.pdf", f"/cases/{case_no}/record.zip"):
        assert stranger.open(path).path == "/sign-in"
    make_customer(here.deps, here.made.shop_id, number=2)
    sign_in(stranger, "c-2")
    for path in (f"/cases/{case_no}/slip.pdf", f"/cases/{case_no}/record.zip"):
        assert stranger.open(path).status == 404


@pytest.mark.parametrize("thing", ["slip.pdf", "record.zip", "evidence", "pay"])
def test_a_ticket_for_one_thing_is_none_for_another(thing: str, here: Place, front: Shopfront) -> None:
    visitor = here.newcomer()
    visitor.headers["User-Agent"] = WECHAT_ANDROID
    sign_in(visitor)
    case_no = front.returning()
    kinds = {"slip.pdf": "record.zip", "record.zip": "slip.pdf", "evidence": "record.zip", "pay": "slip.pdf"}
    ticket = visitor.open(f"/cases/{case_no}/{kinds[thing]}").path.split("/")[2]
    assert here.app.test_client().get(f"/ticket/{ticket}/{thing}").status_code == 410
