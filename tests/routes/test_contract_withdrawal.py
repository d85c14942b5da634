"""在此撤回合同 in the browser: two steps under the law's own labels, nothing that must be justified (EU-9, EU-12)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from portal.pages.shop import contract_withdrawal as pages
from portal.repos.unit_of_work import unit_of_work
from portal.services.withdrawing import withdraw_contract as service
from portal.services.withdrawing.withdraw_contract import decide_withdrawal_now
from tests.support.applications import IN_WINDOW, LATE, bought
from tests.support.make import make_customer
from tests.support.order_facts import make_line, make_order
from tests.support.packs import PACKS
from tests.support.page import Browserless
from tests.support.shopper import sign_in

pytestmark = pytest.mark.req("N5")


@pytest.fixture(autouse=True)
def in_the_window(front, monkeypatch):
    monkeypatch.setattr(type(front.deps.clock), "now", lambda _: IN_WINDOW)
    with unit_of_work(front.deps) as work:
        work.policies.ensure(front.made.shop_id, PACKS["eu"], by="test")


def european(front, *lines, **values):
    lines = lines or (make_line("1", 2, 5000, currency="EUR"), make_line("2", 1, 3000, currency="EUR"))
    order = bought(*lines, currency="EUR", freight=700, country="DE")
    return front.take(replace(order, **values), policy="eu")


def test_it_is_prominent_on_the_order_and_takes_two_steps_without_a_reason(front, shopper):
    number = european(front)
    page = shopper.open(f"/orders/{number}")
    assert page.links["Vertrag widerrufen"] == f"/orders/{number}/contract-withdrawal"
    assert page.one("a.primary").text == "Vertrag widerrufen"
    assert page.one("a.primary span").get("lang") == "de"
    assert page.says("在此撤回合同 · Withdraw from contract here")
    assert {"refund", "return"} <= page.actions
    assert len(shopper.open(f"/orders/{number}").queries) <= 6
    page = page.act("contract_withdrawal")
    assert page.all("form .actions button")[-1].text == "Widerruf bestätigen"
    assert page.says("确认撤回 · Confirm withdrawal")
    assert not page.has("[name=reason]")
    assert page.one("[name=name]").get("value") == "张三"
    assert page.one("[name=contact]").get("value") == "c1@example.com"
    assert page.amount("refund") == "87.00"
    assert page.says("14天内撤回，无需理由", "发货运费", "寄回运费由您承担")
    assert len(page.queries) <= 6
    page = page.submit()
    assert page.path.startswith("/cases/T")
    case = page.one("article[data-case]")
    assert (case.get("data-state"), case.get("data-return-no")[0]) == ("awaiting_return", "R")
    assert page.amount("refund") == "87.00"
    assert page.says("撤回合同（欧盟）", "已收到您撤回合同的声明", "打印退货单")
    assert "withdraw" not in page.actions
    assert shopper.open(f"{page.path}/slip").says("商品1", "商品2")


def test_a_part_is_summarised_before_it_is_done(front, shopper):
    number = european(front)
    page = shopper.open(f"/orders/{number}/contract-withdrawal")
    chosen = {"quantity-1": "1", "quantity-2": "0"}
    unseen = page.submit(name="张三丰", fields=chosen)
    assert (unseen.status, unseen.amount("refund")) == (422, "25.00")
    assert unseen.one("[name=name]").get("value") == "张三丰"
    assert not shopper.open("/cases").has("article[data-case]")
    quoted = page.submit(button="quote", fields=chosen)
    assert (quoted.status, quoted.amount("refund")) == (200, "25.00")
    done = quoted.submit()
    assert (done.status, done.amount("refund")) == (200, "25.00")


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"name": ""}, "required"),
        ({"contact": "somewhere"}, "contact"),
        ({"quantity-1": "0", "quantity-2": "0"}, "none_chosen"),
    ],
)
def test_what_is_missing_is_said_at_its_field_and_what_was_typed_stays(front, shopper, fields, code):
    page = shopper.open(f"/orders/{european(front)}/contract-withdrawal").submit(fields=fields)
    assert page.status == 422
    assert code in page.errors


@pytest.mark.parametrize("count", ["3", "-1"])
def test_more_than_is_left_is_refused_and_never_cut(front, shopper, count):
    number = european(front)
    page = shopper.open(f"/orders/{number}/contract-withdrawal").submit(forged={"quantity-1": count})
    assert page.status == 422


def test_sent_twice_it_leads_to_the_first_answer(front, app):
    number = european(front)
    browser = Browserless(app.test_client())
    sign_in(browser)
    fields = browser.open(f"/orders/{number}/contract-withdrawal").form().data({})
    answers = [browser.client.post(f"/orders/{number}/contract-withdrawal", data=fields) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].location == answers[1].location
    again = browser.open(f"/orders/{number}/contract-withdrawal")
    assert (again.status, again.refusal("contract_withdrawal").rule) == (409, "SHOP-6")
    assert "contract_withdrawal" not in browser.open(f"/orders/{number}").actions


def test_after_the_window_it_is_taken_down_for_a_person(front, shopper, monkeypatch):
    number = european(front)
    monkeypatch.setattr(type(front.deps.clock), "now", lambda _: LATE)
    page = sign_in(shopper, path=f"/orders/{number}")
    assert page.says("撤回期已经结束") and not page.has("a.primary")
    page = page.act("contract_withdrawal")
    assert page.says("由人工查看")
    done = page.submit()
    assert done.state == "submitted"


def test_goods_the_law_excepts_stay_out_and_are_named(front, shopper):
    custom = make_line("2", 1, 3000, currency="EUR", tags=("custom",))
    number = european(front, make_line("1", 2, 5000, currency="EUR"), custom)
    page = shopper.open(f"/orders/{number}/contract-withdrawal")
    assert not page.has("[name=quantity-2]")
    assert page.says("不支持无理由退货")
    assert page.submit().amount("refund") == "50.00"


def test_elsewhere_there_is_no_such_thing(front, shopper):
    number = front.take(bought(make_line("1", 1, 3000)))
    assert "contract_withdrawal" not in shopper.open(f"/orders/{number}").actions
    page = shopper.open(f"/orders/{number}/contract-withdrawal")
    assert page.status == 409
    assert shopper.post(f"/orders/{number}/contract-withdrawal/quote").status in (403, 409)


def test_what_is_unpaid_is_cancelled_instead(front, shopper):
    order = make_order(make_line("1", 1, 3000, currency="EUR"), currency="EUR", country="DE", status="awaiting_payment")
    number = front.take(order, policy="eu")
    page = shopper.open(f"/orders/{number}/contract-withdrawal")
    assert page.status == 409
    assert "取消订单" in page.links


def test_it_belongs_to_the_customer_alone(front, app):
    number = european(front)
    make_customer(front.deps, front.made.shop_id, number=2)
    other = Browserless(app.test_client())
    sign_in(other, login="c-2")
    assert other.open(f"/orders/{number}/contract-withdrawal").status == 404


def test_the_buttons_have_the_words_of_the_law_in_english(front, visitor):
    sign_in(visitor)
    visitor.headers["Accept-Language"] = "en"
    number = european(front, country="AT")
    page = visitor.open(f"/orders/{number}").follow("Withdraw from contract here")
    assert page.all("form .actions button")[-1].text == "Confirm withdrawal"
    assert page.submit().says("We have your withdrawal from contract")


@pytest.mark.req("N6")
def test_its_deadlines_are_told_by_the_clock_of_the_customers_country_which_is_named(front, shopper):
    number = european(front)
    assert shopper.open(f"/orders/{number}").one("#standing").text.count("柏林时间") == 1
    page = shopper.open(f"/orders/{number}").act("contract_withdrawal").submit()
    assert "柏林时间" in page.one("#standing").text
    assert "柏林时间" not in shopper.open(f"/orders/{front.take(bought(make_line('1', 1, 5000)))}").text


def test_it_is_decided_once_for_its_page_and_once_under_the_lock(front, shopper, monkeypatch):
    asked = []

    def counting(found, ask):
        asked.append(ask.units)
        return decide_withdrawal_now(found, ask)

    number = european(front)
    page = shopper.open(f"/orders/{number}/contract-withdrawal")
    for module in (pages, service):
        monkeypatch.setattr(module, "decide_withdrawal_now", counting)
    page = page.submit(button="quote", fields={"quantity-1": "1", "quantity-2": "0"})
    assert asked == [(("1", 1),)]
    fields = page.form().data({})
    assert shopper.client.post(f"/orders/{number}/contract-withdrawal", data=fields).status_code == 303
    assert asked == [(("1", 1),)] * 3


def test_what_changed_meanwhile_is_shown_anew_with_what_was_typed(front, shopper):
    number = european(front)
    old = shopper.open(f"/orders/{number}/contract-withdrawal")
    other = shopper.open(f"/orders/{number}/contract-withdrawal")
    assert other.submit(button="quote", fields={"quantity-1": "1", "quantity-2": "0"}).submit().status == 200
    stale = old.submit(name="张三丰", fields={"quantity-1": "1", "quantity-2": "0"})
    assert (stale.status, stale.amount("refund")) == (409, "25.00")
    assert stale.says("没有提交", "所选商品的退款")
    assert stale.one("[name=name]").get("value") == "张三丰"


@pytest.mark.parametrize(("placed", "is_prominent"), [("2026-06-18T23:59:59", False), ("2026-06-19T00:00:00", True)])
def test_it_is_prominent_where_the_law_demands_it_and_there_for_every_order(front, shopper, placed, is_prominent):
    at = datetime.fromisoformat(placed).replace(tzinfo=ZoneInfo("Europe/Berlin"))
    page = shopper.open(f"/orders/{european(front, placed_at=at)}")
    assert page.has("a.primary[data-action=contract_withdrawal]") == is_prominent
    assert page.act("contract_withdrawal").status == 200
