"""退货单: a page that prints and a PDF, for whoever the return belongs to (S26)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.domain.applying.decide import CONDITIONS
from portal.domain.cases.ask import ApplicationAsk
from portal.repos.unit_of_work import unit_of_work
from portal.services.applying.apply_for import apply_for
from portal.services.deadlines.run import run_deadlines
from portal.services.withdrawing.withdraw_case import withdraw_case
from tests.support.applications import IN_WINDOW, bought
from tests.support.make import make_customer
from tests.support.order_facts import make_line
from tests.support.page import Browserless
from tests.support.printed import codes_in, pages_of
from tests.support.shopper import Shopfront, sign_in

pytestmark = pytest.mark.req("S26")
ADDRESS = {
    "name": "退货组王芳",
    "phone": "0571-88886666",
    "region": "浙江省杭州市",
    "address": "良渚路9号3幢",
    "postcode": "311100",
}


@pytest.fixture(autouse=True)
def in_the_window(front, monkeypatch):
    monkeypatch.setattr(type(front.deps.clock), "now", lambda _: IN_WINDOW)


def settle_on(front: Shopfront, **settings: object) -> None:
    with unit_of_work(front.deps) as work:
        work.shops.set(front.made.shop_id, settings={"returns": True, **settings})


def returning(front: Shopfront, *lines, reason: str = "no_reason", **values) -> str:
    order_no = front.take(bought(*lines or (make_line("1", 2, 5000, variant="黑色 M"),)), **values)
    ask = ApplicationAsk(kind="return_refund", units=(("1", 1),), reason=reason, conditions=CONDITIONS)
    sent = {"actor": front.made.shopper, "request_id": f"r-{order_no}", "deps": front.deps}
    return apply_for(order_no=order_no, ask=ask, **sent).case_no


def test_the_case_leads_to_a_slip_with_all_that_the_parcel_needs(front, shopper):
    settle_on(front, return_address=ADDRESS)
    case_no = returning(front)
    page = shopper.open(f"/cases/{case_no}")
    number = page.one("article[data-case]").get("data-return-no")
    page = page.act("slip")
    assert page.path == f"/cases/{case_no}/slip"
    assert page.says(number, "商品1", "黑色 M", "不想要了", "商品完好", "选可以查询的快递", "11月25日24:00")
    assert page.times["deadline"]
    assert len(page.queries) <= 6


def test_the_pdf_is_read_back_by_a_scanner_and_says_the_same(front, shopper):
    settle_on(front, return_address=ADDRESS)
    case_no = returning(front, recipient="张𠮷")
    answer = shopper.client.get(f"/cases/{case_no}/slip.pdf")
    number = shopper.open(f"/cases/{case_no}").one("article[data-case]").get("data-return-no")
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"] == f'inline; filename="{number}.pdf"'
    assert codes_in(answer.data) == {"QRCode": number, "Code128": number}
    text = pages_of(answer.data)[0]
    for words in ("退货组王芳 0571-88886666", "浙江省杭州市良渚路9号3幢", "张𠮷", "商品1", "寄回运费由您承担"):
        assert words in text


def test_on_screen_the_customer_is_masked_and_the_shop_is_not_for_it_is_written_on_a_parcel(front, shopper):
    settle_on(front, return_address=ADDRESS)
    page = shopper.open(f"/cases/{returning(front)}/slip")
    masked = " ".join(part.text for part in page.all("dd .on-screen"))
    assert "138****0001" in masked and "13800000001" not in masked
    assert "+8613800000001" in " ".join(part.text for part in page.all("dd .on-paper"))
    assert page.one("[data-address]").says("退货组王芳 0571-88886666", "浙江省杭州市良渚路9号3幢", "311100")
    assert not page.has(".slip-address .on-screen") and "*" not in page.one("[data-address]").text


def test_the_warehouse_finds_the_goods_by_their_number_and_writes_down_what_came(front, shopper):
    case_no = returning(front, make_line("1", 2, 5000, variant="黑色 M"))
    page = shopper.open(f"/cases/{case_no}/slip")
    assert [head.text for head in page.all("thead th")] == ["商品", "规格", "货号", "件数", "收到"]
    assert [cell.text for cell in page.all("tbody tr *")][-4:] == ["黑色 M", "S-1", "1", ""]


def test_without_a_return_address_it_says_so_and_whom_to_ask(front, shopper):
    settle_on(front, contact={"phone": "400-800-1234", "hours": "9:00-18:00"})
    case_no = returning(front)
    page = shopper.open(f"/cases/{case_no}/slip")
    assert page.says("商家还没有登记退货地址", "400-800-1234", "问清退货地址后再寄")
    assert "400-800-1234" in pages_of(shopper.client.get(f"/cases/{case_no}/slip.pdf").data)[0]


def test_it_can_be_read_in_english(front, visitor):
    settle_on(front, return_address=ADDRESS)
    sign_in(visitor)
    visitor.headers["Accept-Language"] = "en"
    case_no = returning(front)
    assert visitor.open(f"/cases/{case_no}/slip").says("Return slip", "Send by", "tracked carrier")
    assert "Return slip" in pages_of(visitor.client.get(f"/cases/{case_no}/slip.pdf", headers=visitor.headers).data)[0]


@pytest.mark.parametrize("path", ["slip", "slip.pdf"])
def test_nobody_else_can_see_it_and_without_a_number_there_is_none(path, front, shopper, app):
    case_no = returning(front)
    make_customer(front.deps, front.made.shop_id, number=2)
    other = Browserless(app.test_client())
    sign_in(other, login="c-2")
    assert other.open(f"/cases/{case_no}/{path}").status == 404
    waiting = returning(front, make_line("1", 1, 90000), reason="other")
    assert shopper.open(f"/cases/{waiting}/{path}").status == 404


@pytest.mark.parametrize("path", ["slip", "slip.pdf"])
def test_no_slip_sends_goods_to_an_application_that_is_over(path, front, shopper):
    withdrawn, late = returning(front), returning(front)
    sent = {"actor": front.made.shopper, "request_id": "w", "deps": front.deps}
    withdraw_case(case_no=withdrawn, reason="changed_mind", **sent)
    run_deadlines(as_of=IN_WINDOW + timedelta(days=9), deps=front.deps)
    for case_no in (withdrawn, late):
        page = shopper.open(f"/cases/{case_no}/{path}")
        assert page.status == 409
        assert page.says("请不要再寄")


@pytest.mark.parametrize(
    ("kind", "said"),
    [("paper", "纸质发票033002要和商品一起寄回"), ("e", "电子发票033002不用寄回，退款后由商家红字冲销")],
)
def test_slip_and_case_say_what_becomes_of_the_invoice(front, shopper, kind, said):
    case_no = returning(front)
    with front.deps.database.writing() as connection:
        extra = f'{{"invoice": {{"kind": "{kind}", "number": "033002"}}}}'
        connection.exec_driver_sql("UPDATE orders SET extra = ?", (extra,))
    slip = shopper.open(f"/cases/{case_no}/slip")
    assert slip.says(said) and slip.says("、发票一起包好") == (kind == "paper")
    page = shopper.open(f"/cases/{case_no}")
    assert page.one(f"[data-invoice={kind}]").says(said)


def test_a_gift_and_a_paper_invoice_are_asked_for(front, shopper):
    gift = make_line("1", 1, 0, gift_of="2")
    case_no = returning(front, gift, make_line("2", 1, 5000))
    assert shopper.open(f"/cases/{case_no}/slip").says("商品、配件、吊牌、赠品一起包好")
