"""Finding orders, one order, and the money that does not arrive (S4, S12, S42)."""

from __future__ import annotations

import pytest

from portal.ports import RefundAnswer
from portal.repos.unit_of_work import unit_of_work
from tests.support.applications import bought
from tests.support.make import make_shop
from tests.support.order_facts import make_line, make_order, parcel
from tests.support.staff import Office

S4 = pytest.mark.req("S4")


@S4
@pytest.mark.parametrize("q", ["TP20260001", "商品1", "张三", "13800000001", "c1@example.com"])
def test_an_order_is_found_by_what_a_caller_can_name_and_shown_masked(q: str, office: Office, htmx: bool) -> None:
    office.take(make_order(make_line("1", 1, 1000, shipped=1), status="shipped", shipments=(parcel(("1", 1)),)))
    page = office.desk("agent", htmx=htmx).open("/staff/orders").submit("form.search", q=q)
    assert page.states == {"TP20260001": "shipped"}
    page = page.browser.open("/staff/orders/TP20260001")
    assert page.amount("paid") == "10.00"
    assert page.text.count("138****0001") == 2
    assert "张三" not in page.html and "文三路1号" not in page.html and "13800000001" not in page.html
    assert not [form for form in page.forms if form.is_in_main]


@S4
def test_what_is_not_there_is_said_with_what_can_be_searched(office: Office) -> None:
    desk = office.desk("supervisor")
    assert "没有找到“王五”" in desk.open("/staff/orders", q="王五").text
    there = make_shop(office.deps, key="two", name="二号店")
    assert desk.open(f"/staff/orders/{office.take(made=there)}").status == 404


@S4
def test_the_pages_cost_the_same_however_much_there_is(office: Office) -> None:
    desk = office.desk("agent")
    office.waiting()
    costs = [len(desk.open(path).queries) for path in ("/staff/orders", "/staff/orders/TP20260001", "/staff/refunds")]
    for _ in range(3):
        office.waiting()
    again = [len(desk.open(path).queries) for path in ("/staff/orders", "/staff/orders/TP20260001", "/staff/refunds")]
    assert costs == again
    assert costs[0] <= 3 and costs[1] <= 10 and costs[2] <= 4


@pytest.mark.req("S12", "S42", "N7")
def test_a_failed_refund_is_tried_again_from_its_list(office: Office, htmx: bool) -> None:
    page = office.desk("agent", htmx=htmx).open(f"/staff/cases/{office.waiting()}").submit("/hold", answer="stopped")
    office.rail.next_refund(RefundAnswer(outcome="failed", reason="账户已注销"))
    office.work()
    page = page.browser.open("/staff/refunds")
    assert list(page.states.values()) == ["failed"]
    assert "账户已注销" in page.text
    refund_no = next(iter(page.states))
    done = page.submit(f"/refunds/{refund_no}/retry")
    assert "马上再试" in done.text
    for _ in range(2):
        office.work()
        office.rail.settle()
        office.clock.move(seconds=70)
    office.work()
    assert page.submit(f"/refunds/{refund_no}/retry").status in (200, 409)
    assert "所有退款都在正常进行" in page.browser.open("/staff/refunds").text


@pytest.mark.req("S42")
def test_a_task_for_a_person_is_ticked_off(office: Office, htmx: bool) -> None:
    with unit_of_work(office.deps) as work:
        work.tasks.open(office.made.shop_id, "payment_left", dedup_key="payment_left:1", detail={})
        work.tasks.open(office.made.shop_id, "refund_failed", dedup_key="refund_failed:1", detail={})
    page = office.desk("supervisor", htmx=htmx).open("/staff/refunds")
    assert [task.get("data-task") for task in page.all("[data-task]")] == ["payment_left", "refund_failed"]
    page = page.submit("/done")
    assert [task.get("data-task") for task in page.all("[data-task]")] == ["refund_failed"]
    assert not office.desk("auditor").open("/staff/refunds").has("main form")


@pytest.mark.req("S42")
@pytest.mark.parametrize(
    ("kind", "said"), [("paper", "纸质发票033002：退货要连发票一起收回"), ("e", "电子发票033002：退款后要红字冲销")]
)
def test_the_desk_says_what_is_to_be_done_about_the_invoice(office: Office, kind: str, said: str) -> None:
    number = office.take(bought(make_line("1", 1, 3000)))
    with office.deps.database.writing() as connection:
        extra = f'{{"invoice": {{"kind": "{kind}", "number": "033002"}}}}'
        connection.exec_driver_sql("UPDATE orders SET extra = ?", (extra,))
    assert office.desk("agent").open(f"/staff/orders/{number}").one(f"[data-invoice={kind}]").says(said)
