"""申请退款 and 申请退货 in the browser: what is shown is what happens (S18 to S25, S30, S37)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from portal.domain.cases.ask import ApplicationAsk
from portal.domain.identity.access import Actor
from portal.repos.unit_of_work import unit_of_work
from portal.services.applying.apply_for import apply_for
from portal.services.messages.ask_customer import ask_customer
from portal.services.returning.receive_parcel import receive_goods
from tests.support.applications import SIGNED, bought, sent
from tests.support.order_facts import make_line, make_order
from tests.support.page import Browserless
from tests.support.said import decide_case
from tests.support.shopper import sign_in

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc000000301010018dd8db0"
    "0000000049454e44ae426082"
)


@pytest.fixture(autouse=True)
def in_the_window(front, monkeypatch):
    """The clock of the app stands in the window of `bought` goods."""
    from tests.support.applications import IN_WINDOW

    monkeypatch.setattr(type(front.deps.clock), "now", lambda _: IN_WINDOW)


@pytest.mark.req("S24", "S25", "S26", "N2")
def test_a_return_without_a_reason_is_approved_at_once_with_what_was_shown(front, shopper):
    number = front.take(bought(make_line("1", 2, 5000), freight=600))
    page = shopper.open(f"/orders/{number}").act("return")
    assert page.says("收到货了吗", "7天无理由")
    quoted = page.submit(
        f"/orders/{number}/return",
        button="quote",
        reason="no_reason",
        fields={"quantity-1": "1", "condition-as_received": True, "condition-complete": True},
    )
    assert quoted.amount("refund") == "25.00"
    assert quoted.says("提交后立即通过", "寄回运费由您承担")
    page = page.submit(
        f"/orders/{number}/return",
        reason="no_reason",
        fields={"quantity-1": "1", "condition-as_received": True, "condition-complete": True},
    )
    case = page.one("article[data-case]")
    assert page.path == f"/cases/{case.get('data-case')}"
    assert (case.get("data-state"), case.get("data-return-no")[0]) == ("awaiting_return", "R")
    assert page.amount("refund") == "25.00"
    assert page.times["deadline"]


@pytest.mark.req("S22", "N2")
def test_a_choice_that_is_refused_says_so_at_the_top_and_leads_to_why(front, shopper):
    number = front.take(bought(make_line("1", 1, 5000, tags=("custom",)), make_line("2", 1, 1000)))
    page = shopper.open(f"/orders/{number}/return")
    sent_with = {"reason": "no_reason", "fields": {"quantity-1": "1"}}
    answer = page.submit(f"/orders/{number}/return", **sent_with)
    assert answer.one("form .errors").says("这样选不能申请", "不支持无理由退货")
    assert answer.links["商品1不支持无理由退货"] == "#quote" and answer.one("#quote").has("[data-error=refused]")
    assert not page.has("form .errors")


@pytest.mark.req("S11", "N12")
def test_of_a_parcel_that_was_refused_before_anybody_paid_no_page_and_no_notice_promises_a_refund(front, shopper):
    order = make_order(make_line("1", 2, 5000), payment_terms="cod", status="shipped")
    number = front.take(sent(order, delivered_at=None, units=(("1", 2),)))
    assert shopper.open(f"/orders/{number}/cancel").says("拒收后请在这里告诉我们。")
    assert shopper.open(f"/orders/{number}/after-sales").says("告诉商家包裹已拒收：没有需要退的款，不用您再寄")
    page = shopper.open(f"/orders/{number}/return", reason="parcel_refused")
    assert page.says("确认申请", "已选2件，没有要退的款") and not page.has("#less") and "实付" not in page.text
    chosen = {"received": "no", "reason": "parcel_refused", "fields": {"quantity-1": "2"}}
    quoted = page.submit(f"/orders/{number}/return", button="quote", **chosen)
    assert quoted.says("商家收到退回的包裹后处理完成。没有需要退的款，不用您再寄。")
    case = page.submit(f"/orders/{number}/return", **chosen)
    assert case.state == "approved" and case.one(".hero-lead").says("没有需要退的款，不用您再寄")
    receive_goods(
        case_no=case.path.removeprefix("/cases/"), actor=front.made.staff("warehouse"), request_id="in", deps=front.deps
    )
    assert shopper.open(case.path).one("[aria-label=处理结果]").says("收到包裹，验货后处理完成。")
    assert shopper.open("/notices").one(".notice-list").says("已记录拒收", "商家已收到退货")


@pytest.mark.req("S22", "S36")
def test_a_fault_that_is_told_late_is_never_refused_by_date_and_says_that_a_person_decides(front, shopper, monkeypatch):
    number = front.take(bought(make_line("1", 1, 9000)))
    late = SIGNED + timedelta(days=40)
    monkeypatch.setattr(type(front.deps.clock), "now", lambda _: late)
    sign_in(shopper)
    page = shopper.open(f"/orders/{number}/return")
    chosen = {"fields": {"quantity-1": "1"}, "reason": "quality"}
    quoted = page.submit(f"/orders/{number}/return", button="quote", **chosen)
    assert quoted.says("已过自助处理的期限，由人工判断维修、更换或退款。商家会在", "会升级处理并通知您。")


@pytest.mark.req("S19", "N2")
@pytest.mark.parametrize("lines", [1, 40])
def test_computing_an_amount_reads_no_more_than_opening_its_form(front, shopper, lines):
    number = front.take(bought(*(make_line(str(line), 2, 5000) for line in range(1, lines + 1))))
    opened = shopper.open(f"/orders/{number}/refund")
    quoted = opened.submit(f"/orders/{number}/refund", button="quote", reason="quality", fields={"quantity-1": "1"})
    assert quoted.amount("refund") == "25.00"
    assert len(quoted.queries) <= len(opened.queries) <= 6


@pytest.mark.req("S18", "S19", "S20", "S21", "N3")
def test_a_refund_for_a_fault_waits_for_the_shop_with_its_evidence(front, shopper):
    number = front.take(bought(make_line("1", 3, 1000), make_line("2", 1, 500)))
    page = shopper.open(f"/orders/{number}").act("refund")
    page = page.submit(
        f"/orders/{number}/refund",
        received="yes",
        reason="quality",
        description="屏幕有坏点",
        evidence=("a.png", PNG, "image/png"),
        fields={"quantity-1": "2"},
    )
    assert page.state == "submitted"
    assert page.says("屏幕有坏点", "商品有质量问题", "优先处理")
    assert page.amount("refund") == "6.66"
    assert page.has("a[href*='/evidence/'] img")
    assert "edit" in page.actions and "withdraw" in page.actions


@pytest.mark.req("S19")
def test_the_customer_may_ask_for_less_and_never_for_more(front, shopper):
    number = front.take(bought(make_line("1", 2, 4000)))
    page = shopper.open(f"/orders/{number}/refund")
    above = page.submit(f"/orders/{number}/refund", received="yes", reason="quality", amount="40.01")
    assert (above.status, "above_computed" in above.errors) == (422, True)
    quoted = page.submit(f"/orders/{number}/refund", button="quote", received="yes", reason="quality", amount="12.30")
    assert quoted.amount("refund") == "12.30"
    done = page.submit(f"/orders/{number}/refund", received="yes", reason="quality", amount="12.30")
    assert done.amount("refund") == "12.30"


@pytest.mark.parametrize(
    ("typed", "code"), [("4", "too_many"), ("-1", "negative"), ("x", "not_a_number"), ("0", "none_chosen")]
)
def test_quantities_that_cannot_be_are_refused_and_what_was_typed_stays(front, shopper, typed, code):
    number = front.take(bought(make_line("1", 3, 3000)))
    page = shopper.open(f"/orders/{number}/refund").submit(
        f"/orders/{number}/refund", reason="quality", description="坏了", forged={"quantity-1": typed}
    )
    assert page.status == 422
    assert code in page.errors
    assert page.form(f"/orders/{number}/refund").data({})["description"] == ["坏了"]


def test_a_reason_is_needed_and_must_fit_the_answer(front, shopper):
    number = front.take(bought(make_line("1", 1, 3000)))
    page = shopper.open(f"/orders/{number}/refund")
    assert "required" in page.submit(f"/orders/{number}/refund", received="yes").errors
    wrong = page.submit(f"/orders/{number}/refund", received="no", reason="quality")
    assert (wrong.status, "not_offered" in wrong.errors) == (422, True)


@pytest.mark.req("S37")
def test_a_second_application_is_led_to_the_first(front, shopper):
    number = front.take(bought(make_line("1", 1, 3000)))
    page = shopper.open(f"/orders/{number}/refund")
    first = page.submit(f"/orders/{number}/refund", received="yes", reason="quality")
    case_no = first.one("article[data-case]").get("data-case")
    again = shopper.open(f"/orders/{number}/refund")
    assert (again.status, again.refusal("refund").rule) == (409, "SHOP-6")
    assert case_no in again.text
    order = shopper.open(f"/orders/{number}")
    assert order.refusal("return").rule == "SHOP-6"
    assert order.has(f"article[data-case='{case_no}']")


@pytest.mark.req("S37", "N2")
@pytest.mark.parametrize("lines", [1, 2])
def test_units_that_are_applied_for_while_a_photo_is_taken_in_are_not_shown_as_if_they_were_left(
    front, shopper, monkeypatch, lines
):
    number = front.take(bought(*(make_line(str(line), 1, 3000) for line in range(1, lines + 1))))
    page = shopper.open(f"/orders/{number}/refund")
    put = front.deps.store.put
    cases = []

    def put_after_another_window(key, content):
        if not cases:
            ask = ApplicationAsk(kind="refund_only", units=(("1", 1),), reason="quality")
            by = {"actor": front.made.shopper, "request_id": "another", "deps": front.deps}
            cases.append(apply_for(order_no=number, ask=ask, **by).case_no)
        put(key, content)

    monkeypatch.setattr(front.deps.store, "put", put_after_another_window)
    late = page.submit(
        f"/orders/{number}/refund",
        reason="quality",
        description="坏了",
        fields={"quantity-1": "1"},
        evidence=("a.png", PNG, "image/png"),
    )
    assert late.status == 409
    assert "SHOP-6" in {refusal.get("data-refused") for refusal in late.all("[data-refused]")}
    assert cases[0] in late.text
    assert not late.has("[data-amount=refund]")
    if lines > 1:
        assert late.form(f"/orders/{number}/refund").data({})["description"] == ["坏了"]


@pytest.mark.req("S37", "S40")
def test_the_same_form_sent_again_gets_the_first_answer(front, app):
    number = front.take(bought(make_line("1", 1, 3000)))
    browser = Browserless(app.test_client())
    sign_in(browser)
    page = browser.open(f"/orders/{number}/refund")
    fields = page.form(f"/orders/{number}/refund").filled({"received": "yes", "reason": "quality"}).data({})
    fields.pop("evidence")
    answers = [browser.client.post(f"/orders/{number}/refund", data=fields) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].location == answers[1].location


@pytest.mark.req("S22")
def test_restricted_goods_say_so_and_can_still_go_back_for_a_fault(front, shopper):
    number = front.take(bought(make_line("1", 1, 3000, tags=("custom",))))
    page = shopper.open(f"/orders/{number}").act("return")
    assert page.refusal("return").rule == "SHOP-5"
    assert page.refusal("return").says("不支持无理由退货", "质量问题")
    assert not page.has("[name=reason][value=no_reason]")
    refused = page.submit(f"/orders/{number}/return", reason="quality", forged={"reason": "no_reason"})
    assert refused.status == 409
    assert {refusal.get("data-refused") for refusal in refused.all("[data-refused]")} == {"SHOP-5"}


@pytest.mark.req("S36", "N5")
def test_after_the_window_the_page_names_the_day_it_ended(front, shopper):
    late = bought(make_line("1", 1, 3000), at=SIGNED.replace(month=10, day=20))
    page = shopper.open(f"/orders/{front.take(late)}/return")
    assert page.refusal("return").rule == "SHOP-4"
    assert page.refusal("return").says("10月27日24:00截止", "质量问题")


@pytest.mark.req("S11", "S5")
def test_what_is_not_on_offer_says_why_on_the_order_and_answers_409(front, shopper):
    number = front.take()
    order = shopper.open(f"/orders/{number}")
    assert (order.refusal("refund").rule, order.refusal("return").rule) == ("SHOP-1", "SHOP-1")
    page = shopper.open(f"/orders/{number}/refund")
    assert (page.status, page.refusal("refund").rule) == (409, "SHOP-1")
    on_the_way = replace(sent(make_order(), delivered_at=None), status="shipped")
    assert "return" in shopper.open(f"/orders/{front.take(on_the_way)}").actions


@pytest.mark.req("N1", "S30")
def test_an_application_is_edited_and_withdrawn_by_the_customer(front, shopper):
    number = front.take(bought(make_line("1", 2, 4000)))
    page = shopper.open(f"/orders/{number}/refund").submit(
        f"/orders/{number}/refund", received="yes", reason="quality", description="坏了"
    )
    page = page.act("edit")
    assert page.form("/edit").data({})["description"] == ["坏了"]
    page = page.submit("/edit", reason="damaged", fields={"quantity-1": "1"})
    assert page.amount("refund") == "20.00"
    page = page.act("withdraw")
    assert page.says("撤销这份申请？", "还可以再申请") or page.says("订单恢复原状")
    page = page.submit("/withdraw", reason="mistake")
    assert page.state == "withdrawn"
    assert "refund" in shopper.open(f"/orders/{number}").actions
    assert shopper.open(page.path + "/withdraw").status == 409


@pytest.mark.req("N1")
def test_a_form_that_holds_all_it_needs_is_only_sent_by_a_post(front, shopper):
    number = front.take(bought(make_line("1", 2, 4000)))
    page = shopper.open(f"/orders/{number}/refund").submit(f"/orders/{number}/refund", received="yes", reason="quality")
    before = shopper.open(page.path).text
    assert shopper.client.head(f"{page.path}/edit").status_code == 200
    assert shopper.open(page.path).text == before


@pytest.mark.req("S39", "S42")
def test_the_shops_answers_are_read_on_the_case(front, shopper):
    number = front.take(bought(make_line("1", 1, 9000)))
    page = shopper.open(f"/orders/{number}/refund").submit(f"/orders/{number}/refund", received="yes", reason="quality")
    case_no = page.one("article[data-case]").get("data-case")
    agent = {"case_no": case_no, "actor": staff(front), "deps": front.deps}
    ask_customer(body="请拍一张标签", request_id="q", **agent)
    page = page.reload()
    assert (page.state, page.says("请拍一张标签")) == ("needs_info", True)
    page = page.submit(f"/cases/{case_no}/messages", body="标签在这里")
    assert shopper.open(f"/cases/{case_no}").state == "submitted"
    decide_case(decision="refuse", reason_code="evidence", reason="标签看不清", request_id="d", **agent)
    page = shopper.open(f"/cases/{case_no}")
    assert page.state == "rejected"
    assert page.says("凭证看不清或不完整", "标签看不清", "12315")


def test_somebody_elses_order_and_case_do_not_exist(front, shopper, app):
    from tests.support.make import make_customer

    number = front.take(bought(make_line("1", 1, 3000)))
    page = shopper.open(f"/orders/{number}/refund").submit(f"/orders/{number}/refund", received="yes", reason="quality")
    make_customer(front.deps, front.made.shop_id, number=2)
    other = Browserless(app.test_client())
    sign_in(other, "c-2")
    for path in (f"/orders/{number}/refund", f"/orders/{number}/return", f"{page.path}/edit", f"{page.path}/withdraw"):
        assert other.open(path).status == 404


def staff(front) -> Actor:
    return front.made.staff("agent")


@pytest.mark.req("S25", "S41")
def test_a_shop_that_takes_no_returns_here_names_its_customer_service(front, shopper):
    number = front.take(bought(make_line("1", 1, 3000)))
    with unit_of_work(front.deps) as work:
        work.shops.set(front.made.shop_id, settings={"returns": False})
    page = shopper.open(f"/orders/{number}")
    assert "return" not in page.actions
    assert page.refusal("return").rule == "SHOP-7"
    refused = shopper.open(f"/orders/{number}/return")
    assert (refused.status, refused.refusal("return").rule) == (409, "SHOP-7")
    assert refused.says("联系客服")


@pytest.mark.req("S22")
def test_each_restricted_line_is_named_with_its_reason_before_it_is_chosen(front, shopper):
    lines = (
        make_line("1", 1, 3000),
        make_line("2", 1, 3000, tags=("custom",)),
        make_line("3", 1, 3000, tags=("fresh",)),
        make_line("4", 1, 3000, tags=("newspaper",)),
    )
    page = shopper.open(f"/orders/{front.take(bought(*lines))}/return")
    said = [part.text for part in page.all("[data-refused][data-for=return]")]
    whys = ["按您的要求定制", "生鲜易腐", "报纸期刊"]
    assert len(said) == len(whys)
    for number, (text, why) in enumerate(zip(said, whys, strict=True), 2):
        assert f"商品{number}不支持无理由退货" in text and why in text


@pytest.mark.req("S20")
def test_what_a_photo_has_to_show_is_drawn_for_each_reason_that_needs_one(front, shopper):
    number = front.take(bought(make_line("1", 1, 1000)))
    page = shopper.open(f"/orders/{number}/return")
    drawn = {part.get("data-example"): len(part.all(".example")) for part in page.all(".example-set")}
    assert drawn["quality"] == 3 and drawn["damaged"] == 3 and "no_reason" not in drawn
    with shopper.client.get(page.all(".example use")[0].get("href").partition("#")[0]) as answer:
        sprite = answer.text
    for use in page.all(".example use"):
        assert f'id="{use.get("href").partition("#")[2]}"' in sprite


@pytest.mark.req("P10", "N5")
def test_prepaid_credit_goes_back_without_anything_to_send(front, shopper):
    number = front.take(bought(make_line("1", 1, 10000, tags=("prepaid",))))
    page = shopper.open(f"/orders/{number}/return")
    page = page.submit(fields={"reason": "no_reason", "quantity-1": "1"}, button="quote")
    assert page.one("#bar-money").says("退1件，不用寄回") and page.one("#quote").says("前答复")
    page = page.submit(fields={"reason": "no_reason", "quantity-1": "1"})
    assert page.one("#case").get("data-state") == "submitted"
