from dataclasses import replace

import pytest

from portal.domain.cancelling.decide import CancelAsk, decide_cancel
from portal.domain.money import Money
from portal.domain.orders.order import Discount
from portal.services.cancelling import decide_now
from portal.services.cancelling.answer_cancel import answer_cancel
from tests.support.applications import sent
from tests.support.order_facts import make_line, make_order
from tests.support.page import Browserless
from tests.support.queries import counted
from tests.support.shopper import sign_in


@pytest.mark.req("S6", "S8", "S13", "N2")
def test_cancelling_shows_what_will_happen_and_then_does_exactly_that(front, shopper):
    number = front.take(make_order(make_line("1", 2, 5000), freight=600))
    page = shopper.open(f"/orders/{number}").act("cancel")
    assert page.amount("refund") == "56.00"
    assert page.says("不能恢复")
    page = page.submit(f"/orders/{number}/cancel", reason="changed_mind")
    assert page.path == f"/orders/{number}"
    assert page.says("订单已取消")
    assert page.one("article[data-order]").get("data-state") == "cancelled"
    refund = page.one("section[data-refund]")
    assert refund.get("data-state") == "planned"
    assert page.amount("refunded") == "56.00"
    assert "cancelled" in shopper.open("/orders").one(f"article[data-order='{number}']").get("data-state")


@pytest.mark.req("S7")
def test_an_unpaid_order_needs_no_reason(front, shopper):
    number = front.take(make_order(status="awaiting_payment"))
    page = shopper.open(f"/orders/{number}/cancel").submit(f"/orders/{number}/cancel")
    assert page.one("article[data-order]").get("data-state") == "cancelled"


def test_a_paid_order_needs_a_reason_and_says_so_at_the_field(front, shopper):
    number = front.take(make_order(make_line("1", 2, 5000), make_line("2", 1, 1000)))
    page = shopper.open(f"/orders/{number}/cancel").submit(f"/orders/{number}/cancel")
    assert page.status == 422
    assert "required" in page.errors
    # All that was sent is all there is, so the whole order is what would be cancelled.
    assert page.says("确认后订单立即取消") and "所选的商品" not in page.text


def test_what_is_to_be_paid_stands_on_the_button_in_both_languages(front, shopper):
    number = front.take(make_order(make_line("1", 2, 5000), status="awaiting_payment"))
    for path in ("/orders", f"/orders/{number}"):
        assert shopper.open(path).one("a[data-action=pay]").text == "去支付¥50.00"
    shopper.open("/orders").submit("/language")
    for path in ("/orders", f"/orders/{number}"):
        assert shopper.open(path).one("a[data-action=pay]").text == "Pay ¥50.00"


@pytest.mark.req("S10", "P4", "N3")
def test_units_are_quoted_before_they_are_cancelled(front, shopper):
    coupon = Discount(kind="coupon", code="C-9", amount=Money(300, "CNY"))
    number = front.take(make_order(make_line("1", 3, 3000), make_line("2", 1, 1000), freight=600, discounts=(coupon,)))
    page = shopper.open(f"/orders/{number}/cancel")
    quoted = page.submit(f"/orders/{number}/cancel", button="quote", **{"quantity-1": "1", "quantity-2": "0"})
    assert quoted.amount("refund") == "9.25"
    assert quoted.says("发货运费")
    done = quoted.submit(f"/orders/{number}/cancel", reason="changed_mind")
    assert done.path == f"/orders/{number}"
    assert done.one("article[data-order]").get("data-state") == "paid"
    assert done.has("[data-mark='partly_cancelled']")
    assert done.amount("refunded") == "9.25"


@pytest.mark.req("N3", "P2")
@pytest.mark.parametrize("tax", [0, 200])
def test_the_table_of_a_line_with_a_discount_of_its_own_begins_with_its_list_price(front, shopper, tax):
    """Two of 50.00 at 10.00 off, and 3.00 of the order's coupon: list − discounts + tax = paid = what goes back."""
    coupon = Discount(kind="coupon", code="C-9", amount=Money(300, "CNY"))
    line = make_line("1", 2, 9000 + tax, discount=1000, tax=tax)
    number = front.take(make_order(line, freight=600, discounts=(coupon,)))
    page = shopper.open(f"/orders/{number}/cancel")
    cells = [cell.one("data").get("value") for cell in page.all("[data-units='1'] td")]
    paid = f"{87 + tax / 100:.2f}"
    assert cells == ["100.00", "-13.00", *(["2.00"] if tax else []), paid, paid]
    assert (page.amount("goods"), page.amount("discount"), page.amount("coupon")) == ("100.00", "-10.00", "-3.00")
    assert page.amount("refund") == f"{93 + tax / 100:.2f}"
    order = shopper.open(f"/orders/{number}")
    assert (order.amount("goods"), order.amount("discount")) == ("100.00", "-10.00")


@pytest.mark.req("P4", "N3")
@pytest.mark.parametrize("htmx", [False, True], ids=["page", "htmx"])
def test_the_buttons_beside_a_number_count_and_show_what_that_gives(front, app, htmx):
    """Line ids may hold a colon."""
    number = front.take(make_order(make_line("a:1", 3, 3000), make_line("2", 1, 1000)))
    browser, address = Browserless(app.test_client(), htmx=htmx), f"/orders/{number}/cancel"
    sign_in(browser)
    page = browser.open(address)
    for step, left in (("a:1:-1", "2"), ("a:1:-1", "1"), ("2:-1", "1"), ("a:1:+1", "2")):
        page = page.submit(address, button=step)
        assert (page.status, page.one("[name='quantity-a:1']").get("value")) == (200, left)
    assert page.amount("refund") == "20.00"
    assert page.one("[name=quantity-2]").get("value") == "0"
    assert page.one("button[value='2:-1']").get("disabled") is not None
    assert page.submit(address, reason="changed_mind").path == f"/orders/{number}"


@pytest.mark.req("S10", "P4")
def test_a_line_of_which_nothing_is_left_says_why_and_has_nothing_to_choose(front, shopper):
    order = make_order(make_line("1", 2, 3000), make_line("2", 2, 1000))
    line = replace(order.lines[0], shipped=2)
    number = front.take(replace(order, lines=(line, *order.lines[1:])))
    page = shopper.open(f"/orders/{number}/cancel")
    assert not page.has("[name=quantity-1]") and page.has("[name=quantity-2]")
    assert page.says("已寄出的不能取消")


@pytest.mark.req("S10", "S13")
def test_cancelling_one_of_six_says_that_the_other_five_are_still_coming(front, shopper):
    number = front.take(make_order(make_line("1", 6, 42906)))
    page = shopper.open(f"/orders/{number}/cancel")
    page = page.submit(f"/orders/{number}/cancel", button="quote", **{"quantity-1": "1"})
    done = page.submit(f"/orders/{number}/cancel", reason="changed_mind")
    notice = done.one("[data-notice]")
    assert notice.get("data-notice") == "units_cancelled"
    assert notice.says("已取消1件，退款¥71.51已发起；其余5件照常发货。")
    assert not shopper.open(f"/orders/{number}").has("[data-notice]")


@pytest.mark.req("N2")
def test_a_choice_that_was_not_summarised_comes_back_with_its_summary_and_does_nothing(front, shopper):
    number = front.take(make_order(make_line("1", 3, 3000)))
    page = shopper.open(f"/orders/{number}/cancel").submit(
        f"/orders/{number}/cancel", reason="changed_mind", **{"quantity-1": "1"}
    )
    assert page.status == 422
    assert page.amount("refund") == "10.00"
    assert page.submit(f"/orders/{number}/cancel").path == f"/orders/{number}"


@pytest.mark.parametrize(
    ("typed", "code"), [("4", "too_many"), ("-1", "negative"), ("x", "not_a_number"), ("0", "none_chosen")]
)
def test_quantities_that_cannot_be_are_refused_at_their_line_and_never_cut(front, shopper, typed, code):
    number = front.take(make_order(make_line("1", 3, 3000)))
    page = shopper.open(f"/orders/{number}/cancel").submit(
        f"/orders/{number}/cancel", reason="changed_mind", forged={"quantity-1": typed}
    )
    assert page.status == 422
    assert code in page.errors
    assert shopper.open(f"/orders/{number}").one("article[data-order]").get("data-state") == "paid"


@pytest.mark.req("S37", "S40")
def test_the_same_form_sent_again_gets_the_first_answer(front, app):
    number = front.take()
    browser = Browserless(app.test_client())
    sign_in(browser)
    page = browser.open(f"/orders/{number}/cancel")
    fields = page.form(f"/orders/{number}/cancel").filled({"reason": "changed_mind"}).data({})
    first = browser.client.post(f"/orders/{number}/cancel", data=fields)
    second = browser.client.post(f"/orders/{number}/cancel", data=fields)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    other = front.take()
    assert browser.client.post(f"/orders/{other}/cancel", data=fields).status_code == 422


@pytest.mark.req("N2", "N6")
def test_an_order_that_changed_meanwhile_is_shown_anew_with_what_was_typed(front, shopper):
    number = front.take(make_order(make_line("1", 3, 3000)))
    old = shopper.open(f"/orders/{number}/cancel")
    page = shopper.open(f"/orders/{number}/cancel")
    page = page.submit(f"/orders/{number}/cancel", button="quote", **{"quantity-1": "1"})
    page.submit(f"/orders/{number}/cancel", reason="changed_mind")
    stale = old.submit(f"/orders/{number}/cancel", reason="other", note="请尽快", **{"quantity-1": "2"})
    assert stale.status == 409
    assert stale.says("没有提交")
    assert stale.form(f"/orders/{number}/cancel").data({})["note"] == ["请尽快"]


@pytest.mark.req("S11")
def test_a_shipped_order_answers_409_with_the_refusal_to_get_and_post(front, shopper):
    number = front.take()
    page = shopper.open(f"/orders/{number}/cancel")
    shipped = front.shipped()
    refused = shopper.open(f"/orders/{shipped}/cancel")
    assert refused.status == 409
    assert refused.refusal("cancel").rule == "SHOP-3"
    assert refused.says("拒收", "签收后申请退货", "拒收后请在这里告诉我们，商家收到退回的包裹后退款。")
    assert refused.follow("拦截或拒收退款").path == f"/orders/{shipped}/after-sales"
    assert page.status == 200


@pytest.mark.req("P14", "S9", "S35")
def test_an_order_being_packed_becomes_a_question_with_a_deadline(front, shopper):
    number = front.take(make_order(status="picking"))
    page = shopper.open(f"/orders/{number}/cancel")
    assert page.says("申请取消订单")
    page = page.submit(f"/orders/{number}/cancel", reason="changed_mind")
    case_no = page.path.removeprefix("/cases/")
    case = page.one("article[data-case]")
    assert (case.get("data-case"), case.get("data-state")) == (case_no, "submitted")
    assert page.times["deadline"]
    assert case_no in shopper.open("/cases").text
    assert case_no in shopper.open(f"/orders/{number}").text
    assert shopper.open(f"/orders/{number}").refusal("cancel").rule == "SHOP-6"
    answer_cancel(
        case_no=case_no,
        answer="stopped",
        left_at=None,
        actor=front.made.staff(),
        request_id="s",
        deps=front.deps,
    )
    page = shopper.open(f"/cases/{case_no}")
    assert page.one("article[data-case]").get("data-state") == "refunding"
    assert page.amount("refund") == "10.00"


@pytest.mark.req("P14", "N12")
def test_where_nobody_has_paid_a_parcel_that_was_stopped_promises_no_refund(front, shopper):
    number = front.take(make_order(status="picking", payment_terms="cod"))
    page = shopper.open(f"/orders/{number}/cancel").submit(f"/orders/{number}/cancel", reason="changed_mind")
    case_no = page.path.removeprefix("/cases/")
    by = {"left_at": None, "actor": front.made.staff(), "request_id": "s", "deps": front.deps}
    answer_cancel(case_no=case_no, answer="stopped", **by)
    page = shopper.open(f"/cases/{case_no}")
    assert page.one("article[data-case]").get("data-state") == "completed"
    assert page.says("取消已生效，没有需要退的款。") and "退款自动发起" not in page.text


@pytest.mark.req("S11", "N12")
def test_where_some_has_left_only_the_rest_is_said_to_be_cancelled(front, shopper):
    order = sent(make_order(make_line("1", 5, 5000)), delivered_at=None, units=(("1", 3),))
    page = shopper.open(f"/orders/{front.take(order)}/cancel")
    assert page.h1 == "取消没有寄出的商品" and page.says("有3件已寄出，不能取消。可以取消还没寄出的2件，退款¥20.00。")
    assert page.says("确认后没有寄出的商品立即取消，不能恢复，退款自动发起。") and "订单立即取消" not in page.text


@pytest.mark.req("S10", "N12")
@pytest.mark.parametrize(("terms", "is_refunded"), [("prepaid", True), ("cod", False)])
def test_goods_that_are_out_of_stock_promise_a_refund_only_where_something_was_paid(front, shopper, terms, is_refunded):
    line = make_line("1", 2, 5000, stock_problem="out_of_stock")
    page = shopper.open(f"/orders/{front.take(make_order(line, payment_terms=terms))}/cancel")
    assert page.says("商家已报告其中有商品缺货或有问题") and page.says("取消后马上退款") is is_refunded


@pytest.mark.req("S15")
def test_notices_say_what_happened(front, shopper):
    number = front.take()
    shopper.open(f"/orders/{number}/cancel").submit(f"/orders/{number}/cancel", reason="changed_mind")
    assert shopper.open("/notices").says(f"订单{number}已取消，退款¥10.00已发起")


@pytest.mark.req("S41")
def test_contact_is_on_every_page_with_the_order_filled_in(front, shopper):
    number = front.take()
    page = shopper.open(f"/orders/{number}").follow("联系客服")
    assert page.path == "/contact"
    assert number in page.text
    assert number not in shopper.open("/contact?order_no=other").text


@pytest.fixture
def decisions(monkeypatch) -> list[CancelAsk]:
    """What was asked of the decision, each time."""
    asked: list[CancelAsk] = []

    def counting(order, ask, *facts):
        asked.append(ask)
        return decide_cancel(order, ask, *facts)

    monkeypatch.setattr(decide_now, "decide_cancel", counting)
    return asked


def statements_of_a_cancel(front, shopper, *, lines, tenders):
    """Of the POST that cancels two of the three units of each line, as it was summarised, paid from `tenders`."""
    bought = [make_line(str(number), 3, 3000) for number in range(1, lines + 1)]
    total = 3000 * lines + 600
    paid = [("alipay", total - 1000 * (tenders - 1)), *[("gift_card", 1000)] * (tenders - 1)]
    number = front.take(make_order(*bought, freight=600, tenders=tuple(paid)))
    address = f"/orders/{number}/cancel"
    chosen = {f"quantity-{line.id}": "2" for line in bought}
    form = shopper.open(address).submit(address, button="quote", **chosen).form(address)
    fields = form.filled({"reason": "changed_mind"}).data({})
    with counted() as statements:
        assert shopper.client.post(address, data=fields).status_code == 303
    return statements


def split_at_the_transaction(statements):
    """What the act sends in its transaction, which begins by claiming the request, and what was read before it."""
    start = next(place for place, sent in enumerate(statements) if sent.startswith("INSERT INTO request"))
    return statements[start:], statements[:start]


@pytest.mark.req("N2", "N3")
def test_a_cancel_takes_sixteen_statements_however_many_lines_and_tenders_there_are(front, shopper):
    (few, before), (many, _) = [
        split_at_the_transaction(statements_of_a_cancel(front, shopper, lines=lines, tenders=tenders))
        for lines, tenders in ((1, 1), (12, 4))
    ]
    assert len(before) <= 4, "\n".join(before)  # the visit and the page
    assert len(many) <= 16, "\n".join(many)
    assert len(few) == len(many), "\n".join(few)


@pytest.mark.req("N2")
def test_a_cancel_is_decided_once_for_its_page_and_once_under_the_lock(front, shopper, decisions):
    number = front.take(make_order(make_line("1", 3, 3000), make_line("2", 2, 1000)))
    address, chosen = f"/orders/{number}/cancel", {"quantity-1": "2", "quantity-2": "0"}
    quoted = shopper.open(address).submit(address, button="quote", **chosen)
    assert [ask.units for ask in decisions] == [(), (("1", 2),)]
    decisions.clear()
    fields = quoted.form(address).filled({"reason": "changed_mind"}).data({})
    assert shopper.client.post(address, data=fields).status_code == 303
    assert [ask.units for ask in decisions] == [(("1", 2),)] * 2


@pytest.mark.parametrize("typed", ["4", "-1", "x", "0"])
def test_a_choice_that_cannot_be_has_no_total_beside_its_error_and_asks_for_one_decision(
    front, shopper, decisions, typed
):
    number = front.take(make_order(make_line("1", 3, 3000), make_line("2", 2, 1000)))
    page, address = shopper.open(f"/orders/{number}/cancel"), f"/orders/{number}/cancel"
    decisions.clear()
    page = page.submit(address, reason="changed_mind", forged={"quantity-1": typed, "quantity-2": "0"})
    assert page.status == 422
    assert not page.has("[data-amount=refund]")
    assert page.says("选好商品后，这里显示退款金额")
    assert page.one("[name=quantity-1]").get("value") == typed
    assert [ask.units for ask in decisions] == [()]
