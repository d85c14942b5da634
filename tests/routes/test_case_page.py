"""The page of a case leads: what it is, what comes next and until when, and the whole of the next step on it (寄回,
退款到哪里了, 怎么补)."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from portal.domain.applying.decide import CONDITIONS
from portal.domain.cases.ask import ApplicationAsk
from portal.domain.cases.life_cycle import CaseKind
from portal.repos.unit_of_work import unit_of_work
from portal.services.applying.apply_for import apply_for
from portal.services.returning.receive_parcel import receive_goods
from tests.support.applications import IN_WINDOW, bought
from tests.support.order_facts import make_line
from tests.support.page import Browserless
from tests.support.said import decide_case
from tests.support.shopper import Shopfront

P23 = pytest.mark.req("P23", "S26", "S27")
ADDRESS = {
    "name": "售后仓",
    "phone": "0573-8888888",
    "region": "浙江省嘉兴市南湖区",
    "address": "纱帽路88号3号库",
    "postcode": "314000",
}


@pytest.fixture(autouse=True)
def in_the_window(front: Shopfront, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(front.deps.clock), "now", lambda _: IN_WINDOW)


def asked(front: Shopfront, kind: CaseKind = "return_refund", reason: str = "no_reason", units: int = 2) -> str:
    number = front.take(bought(make_line("1", 3, 30000), make_line("2", 1, 1000)))
    ask = ApplicationAsk(kind=kind, reason=reason, units=(("1", units),), received=True, conditions=CONDITIONS)
    by = {"request_id": f"ask-{number}", "deps": front.deps}
    return apply_for(order_no=number, ask=ask, actor=front.made.shopper, **by).case_no


@P23
def test_everything_that_sending_back_takes_stands_on_the_case_itself(front: Shopfront, shopper: Browserless) -> None:
    with unit_of_work(front.deps) as work:
        work.shops.set(front.made.shop_id, settings={"return_address": ADDRESS})
    case_no = asked(front)
    page = shopper.open(f"/cases/{case_no}")
    assert page.h1 == "待您寄回" and page.one(".hero-lead").has("time[data-time=deadline]")
    assert page.one("[data-address]").says("售后仓", "0573-8888888", "浙江省嘉兴市南湖区纱帽路88号3号库", "314000")
    assert "*" not in page.one("[data-address]").text
    copied = [button.get("data-copy") for button in page.all("button[data-copy]")]
    assert "售后仓 0573-8888888 浙江省嘉兴市南湖区纱帽路88号3号库 314000" in copied
    return_no = page.one("#case").get("data-return-no")
    assert return_no in copied and page.one(".big-number .code").text.replace(" ", "") == return_no
    assert page.has("svg.qr path") and page.links["下载退货单PDF"] == f"/cases/{case_no}/slip.pdf"
    steps = [(step.text, step.get("class")) for step in page.one(".hero").all(".steps li")]
    assert [kind for _, kind in steps] == ["past", "past", "now", "next", "next"] and steps[2][0].startswith("寄回")


@pytest.mark.req("S35")
def test_the_history_begins_with_the_newest_entry(front: Shopfront, shopper: Browserless) -> None:
    case_no = asked(front)
    page = shopper.open(f"/cases/{case_no}").submit("/shipment", carrier="SF", tracking_no="SF1426112490016")
    told = [(entry.get("data-event"), entry.get("class")) for entry in page.all("#history li")]
    assert told[0] == ("parcel_sent", "now") and told[-1] == ("application_submitted", "past")


@P23
def test_a_shop_without_an_address_says_to_ask_first(front: Shopfront, shopper: Browserless) -> None:
    page = shopper.open(f"/cases/{asked(front)}")
    assert not page.has("[data-address]") and page.says("商家还没有登记退货地址")


@P23
@pytest.mark.parametrize(
    ("carrier", "number", "kept"),
    [("", "SF1426112490016", "SF"), ("OTHER", "1234567890", "OTHER"), ("ZTO", "SF1426112490016", "ZTO")],
)
def test_the_parcel_is_entered_on_the_case_and_its_number_may_say_whose_it_is(
    front: Shopfront, shopper: Browserless, carrier: str, number: str, kept: str
) -> None:
    case_no = asked(front)
    page = shopper.open(f"/cases/{case_no}").submit("/shipment", carrier=carrier, tracking_no=number)
    assert (page.path, page.state) == (f"/cases/{case_no}", "in_transit")
    form = shopper.open(f"/cases/{case_no}/shipment")
    assert form.one("#carrier option[selected]").get("value") == kept
    names = {"SF": "顺丰速运", "OTHER": "其他快递", "ZTO": "中通快递"}
    assert page.one("#case").says(names[kept], number)


@pytest.mark.req("S28", "S36")
def test_once_the_goods_are_there_the_page_says_since_when_and_until_when_they_are_paid_for(
    front: Shopfront, shopper: Browserless
) -> None:
    case_no = asked(front)
    shopper.open(f"/cases/{case_no}").submit("/shipment", carrier="SF", tracking_no="SF1426112490016")
    by = {"actor": front.made.staff("warehouse"), "request_id": "in", "deps": front.deps}
    receive_goods(case_no=case_no, **by)
    page = shopper.open(f"/cases/{case_no}")
    assert page.one("[aria-label=处理结果]").says("收到包裹，", "前验货并退款。") and page.has("time[data-time=refund]")


@P23
def test_a_number_that_may_be_anybodys_asks_for_the_carrier_and_stays(front: Shopfront, shopper: Browserless) -> None:
    page = shopper.open(f"/cases/{asked(front)}").submit("/shipment", carrier="", tracking_no="773012345678901")
    assert (page.status, page.errors) == (422, ["which_carrier"])
    assert page.one("#tracking_no").get("value") == "773012345678901"


@pytest.mark.req("S12", "N7")
def test_a_refund_has_four_dated_dots_and_a_number_that_can_be_read_out(
    front: Shopfront, shopper: Browserless, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_no = asked(front, "refund_only", "quality")
    by = {"actor": front.made.staff("agent"), "request_id": "yes", "deps": front.deps}
    decide_case(case_no=case_no, decision="accept", **by)
    for minute in range(3):
        monkeypatch.setattr(type(front.deps.clock), "now", lambda _, later=minute: IN_WINDOW + timedelta(minutes=later))
        front.work()
    page = shopper.open(f"/cases/{case_no}")
    assert page.state == "completed" and page.h1 == "已完成，演示退款¥200.00"
    refund = page.one("section[data-refund]")
    assert refund.amount("refunded") == "200.00" and page.amount("refund") == "200.00"
    dots = refund.all(".steps li")
    assert [dot.get("class") for dot in dots] == ["past"] * 4
    assert all(re.search(r"\d+/\d+", dot.text) for dot in dots)
    number = refund.one("button[data-copy]").get("data-copy") or ""
    assert re.fullmatch(r"RF[0-9A-Z]{6}", number) and refund.get("data-refund") != number


@pytest.mark.req("S39")
def test_a_refusal_says_what_was_missing_and_who_looks_at_it_again_until_when(
    front: Shopfront, shopper: Browserless
) -> None:
    case_no = asked(front, "refund_only", "quality")
    answer = {"decision": "refuse", "reason_code": "evidence", "reason": "照片看不清"}
    decide_case(case_no=case_no, actor=front.made.staff("agent"), request_id="no", deps=front.deps, **answer)
    page = shopper.open(f"/cases/{case_no}")
    assert page.h1 == "商家未同意" and page.one(".hero-lead").says("凭证看不清或不完整")
    assert page.one(".mend").says("问题处的近照") and page.says("照片看不清")
    assert (
        page.one("#objections").has("time[data-time=answer]") and page.links["拨打12315消费者投诉热线"] == "tel:12315"
    )
    assert [step.get("class") for step in page.one(".hero").all(".steps li")] == ["past", "fault", "now", "next"]


@pytest.mark.req("S15", "S38")
def test_what_was_sent_to_the_customer_is_listed_where_it_went_masked(front: Shopfront, shopper: Browserless) -> None:
    case_no = asked(front)
    assert "邮件" not in shopper.open(f"/cases/{case_no}").one("[data-told=return_approved]").text
    front.work()
    told = shopper.open(f"/cases/{case_no}").one("[data-told=return_approved]")
    assert told.says("申请已通过，请寄回", "c***@example.com", "138****0001") and told.has("time[data-time=sent]")


@pytest.mark.req("S25", "S15")
def test_after_sending_the_number_the_next_step_and_who_is_told_stand_in_one_panel(
    front: Shopfront, shopper: Browserless
) -> None:
    case_no = asked(front, "refund_only", "quality")
    answer = {"decision": "refuse", "reason_code": "evidence", "reason": "照片看不清"}
    decide_case(case_no=case_no, actor=front.made.staff("agent"), request_id="no", deps=front.deps, **answer)
    page = shopper.open(f"/cases/{case_no}/appeal").submit("/appeal", body="照片很清楚")
    panel = page.one("[data-notice=appeal_sent]")
    assert panel.says("申诉已提交", case_no, "前由另一位人员复核并答复", "c***@example.com", "138****0001")
    assert not page.reload().has("[data-notice]")


@pytest.mark.req("S41")
def test_after_a_message_the_thread_is_in_sight_and_open(front: Shopfront, shopper: Browserless) -> None:
    case_no = asked(front)
    page = shopper.open(f"/cases/{case_no}")
    assert page.one("details:has(#messages)").get("open") is None
    page = page.submit("/messages", body="好的。")
    assert page.path == f"/cases/{case_no}" and "messages=" in page.url
    assert page.one("details:has(#messages)").get("open") is not None and page.says("留言（1条）")


@pytest.mark.req("N10")
def test_a_case_costs_eight_statements_at_most_however_much_there_is_to_it(
    front: Shopfront, shopper: Browserless
) -> None:
    first = asked(front, units=1)
    shopper.open(f"/cases/{first}")
    few = shopper.open(f"/cases/{first}").queries
    second = asked(front, units=3)
    for count in range(4):
        shopper.open(f"/cases/{second}").submit("/messages", body=f"第{count}条")
    many = shopper.open(f"/cases/{second}").queries
    assert len(few) == len(many) <= 8


@pytest.mark.req("N10")
def test_the_list_of_cases_costs_four_statements_whatever_is_on_it(front: Shopfront, shopper: Browserless) -> None:
    for kind, reason in (("return_refund", "no_reason"), ("refund_only", "quality")):
        asked(front, kind, reason)
    shopper.open("/cases")
    page = shopper.open("/cases")
    assert len(page.all("article[data-case]")) == 2
    assert len(page.queries) <= 4, page.queries
