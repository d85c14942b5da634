"""The queue and the desk of a case (S42, first part; S9, P14, N6)."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from portal.services.cancelling.answer_cancel import answer_cancel
from portal.services.deadlines.run import run_deadlines
from tests.routes.staff.test_deciding import applied, forms_of
from tests.support.make import make_shop
from tests.support.order_facts import NOON, make_line, make_order
from tests.support.page import Page
from tests.support.signing_in import refusals
from tests.support.staff import Office

S42 = pytest.mark.req("S42")


def cases_of(page: Page) -> list[str]:
    return [row.get("data-case") for row in page.tree.cssselect("tr[data-case]")]


@pytest.mark.req("S42", "S9", "N6")
def test_the_queue_has_who_must_act_first_on_top_with_the_time_left(office: Office) -> None:
    later = applied(office)
    ordinary = office.waiting()
    first = office.waiting(reason="late_shipment")
    office.clock.move(minutes=5)
    last = office.waiting(reason="late_shipment")
    page = office.desk("agent").open("/staff/cases")
    assert cases_of(page) == [first, ordinary, last, later]
    row = page.one(f'tr[data-case="{first}"]')
    assert row.says("张*", "优先处理", "今天14:00前", "待仓库确认", "能拦下就取消", "未认领")
    assert row.amount("refund") == "90.00"
    assert "张三" not in page.html


@S42
def test_an_escalated_case_stands_before_those_that_still_have_time(office: Office) -> None:
    silent = office.waiting()
    office.clock.move(hours=2, seconds=1)
    run_deadlines(deps=office.deps)
    fresh = office.waiting()
    page = office.desk("agent").open("/staff/cases")
    assert cases_of(page) == [silent, fresh]
    assert page.one(f'tr[data-case="{silent}"]').says("超时升级")
    assert cases_of(page.follow("超时升级 1")) == [silent]


@S42
@pytest.mark.parametrize(
    ("filters", "count"),
    [
        ({}, 2), ({"state": "all"}, 3), ({"state": "open"}, 3), ({"state": "refunding"}, 1), ({"state": "nonsense"}, 2),
        ({"priority": "high"}, 1), ({"priority": "normal"}, 1), ({"assignee": "me"}, 1), ({"assignee": "none"}, 1),
        ({"assignee": "agent-1"}, 1), ({"q": "TP20260001"}, 1), ({"q": "%"}, 0), ({"q": "张"}, 3), ({"after": "x"}, 2),
    ],
)  # fmt: skip
def test_the_filters_are_a_form_and_leave_out_what_they_do_not_know(
    filters: dict[str, str], count: int, office: Office
) -> None:
    mine, _, done = office.waiting(), office.waiting(reason="late_shipment"), office.waiting()
    desk = office.desk("agent")
    desk.open(f"/staff/cases/{mine}").submit("/claim")
    answer(office, done)
    page = desk.open("/staff/cases", **filters)
    assert len(cases_of(page)) == count
    again = page.submit("form.filters")
    assert cases_of(again) == cases_of(page) or "after" in filters


@S42
def test_the_queue_goes_on_where_the_page_before_ended(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.pages.staff.cases.PAGE_SIZE", 2)
    expected = [office.waiting() for _ in range(5)]
    page = office.desk("agent").open("/staff/cases")
    seen = cases_of(page)
    while "下一页" in page.links:
        page = page.follow("下一页")
        seen += cases_of(page)
    assert seen == expected
    page = page.browser.open("/staff/cases", state="all")
    newest = cases_of(page) + cases_of(page.follow("下一页"))
    assert newest == expected[::-1][:4]


@S42
def test_the_queue_costs_the_same_however_long_it_is(office: Office) -> None:
    desk = office.newcomer()
    make_shop(office.deps, key="two", name="二号店")
    office.enter(desk, office.add("supervisor", "boss", ("tepai", "two")))
    office.waiting()
    one = desk.open("/staff/cases").queries
    for _ in range(4):
        office.waiting()
    many = desk.open("/staff/cases").queries
    assert len(one) == len(many) <= 5


@pytest.mark.req("S42", "P14", "N3")
def test_the_warehouse_stops_a_parcel_and_sees_before_what_it_does(office: Office, htmx: bool) -> None:
    case_no = office.waiting()
    desk = office.desk("warehouse", htmx=htmx)
    page = desk.open("/staff/cases").follow(f"取消订单，不想要了{case_no}")
    assert page.state == "submitted"
    assert page.one("#stopped-effect").amount("refund") == "90.00"
    assert page.one("#stopped-effect").says("取消立即生效", "发货运费")
    page = page.submit("/hold", answer="stopped")
    assert page.path == f"/staff/cases/{case_no}"
    assert page.state == "refunding"
    assert "已答复：拦下了" in page.text
    office.work()
    office.rail.settle()
    office.clock.move(seconds=70)
    office.work()
    assert desk.open(f"/staff/cases/{case_no}").state == "completed"


@pytest.mark.req("S42", "S11", "P14")
def test_too_late_says_when_the_parcel_left(office: Office, htmx: bool) -> None:
    case_no = office.waiting()
    page = office.desk("agent", htmx=htmx).open(f"/staff/cases/{case_no}")
    page = page.submit("/hold", answer="too_late", left_at="2026-11-20T11:55")
    assert page.state == "rejected"
    assert page.times["shipped"] == NOON - timedelta(minutes=5)


@S42
@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ({"answer": "too_late"}, "required"),
        ({"answer": "too_late", "left_at": "2026-11-20T12:30"}, "future"),
        ({"answer": "too_late", "left_at": "yesterday"}, "not_a_time"),
        ({"left_at": "2026-11-20T11:55"}, "required"),
    ],
)
def test_an_answer_that_cannot_be_taken_keeps_what_was_typed(
    typed: dict[str, str], code: str, office: Office, htmx: bool
) -> None:
    case_no = office.waiting()
    page = office.desk("agent", htmx=htmx).open(f"/staff/cases/{case_no}").submit("/hold", fields=typed)
    assert (page.status, refusals(page)) == (422, [code])
    assert f'value="{typed.get("left_at", "")}"' in page.html
    assert ("checked" in page.html) == ("answer" in typed)
    assert page.state == "submitted"


@pytest.mark.req("S42", "N6")
def test_who_answers_second_is_told_that_somebody_was_faster(office: Office, htmx: bool) -> None:
    case_no = office.waiting()
    page = office.desk("agent", htmx=htmx).open(f"/staff/cases/{case_no}")
    answer(office, case_no, "too_late")
    page = page.submit("/hold", answer="stopped")
    assert page.status == 409
    assert page.errors == ["changed"]
    assert page.state == "rejected"
    assert page.browser.open(f"/staff/cases/{case_no}/hold").status == 409


@S42
def test_a_refund_that_is_no_longer_what_was_shown_is_shown_again_first(office: Office, htmx: bool) -> None:
    case_no = office.waiting()
    page = office.desk("agent", htmx=htmx).open(f"/staff/cases/{case_no}")
    with office.deps.database.writing() as connection:
        connection.exec_driver_sql("UPDATE payment SET refunded_minor = 1000")
        connection.exec_driver_sql("UPDATE orders SET version = version + 1")
    page = page.submit("/hold", answer="stopped")
    assert (page.status, page.state) == (409, "submitted")
    assert page.one("#stopped-effect").amount("refund") == "80.00"
    assert page.submit("/hold", answer="stopped").state == "refunding"


@S42
def test_the_same_answer_sent_twice_acts_once(office: Office) -> None:
    case_no = office.waiting()
    page = office.desk("agent").open(f"/staff/cases/{case_no}")
    for _ in range(2):
        assert page.submit("/hold", answer="stopped").state == "refunding"
    assert len(office.rows("SELECT id FROM refund")) == 1
    assert page.submit("/hold", answer="too_late", left_at="2026-11-20T11:55").status == 422


@S42
def test_a_case_is_claimed_by_one_and_put_back_by_them_or_a_supervisor(office: Office, htmx: bool) -> None:
    case_no = office.waiting()
    mine, other = office.desk("agent", htmx=htmx), office.desk("agent", login="agent-2", htmx=htmx)
    theirs = other.open(f"/staff/cases/{case_no}")
    page = mine.open(f"/staff/cases/{case_no}").submit("/claim")
    assert "由您处理" in page.text
    assert theirs.submit("/claim").status == 409
    page = other.open(f"/staff/cases/{case_no}")
    assert "由agent-1处理" in page.text
    assert not [form for form in page.forms if form.address.endswith(("/claim", "/release"))]
    page = office.desk("supervisor", htmx=htmx).open(f"/staff/cases/{case_no}").submit("/release")
    assert "还没有人认领" in page.text
    assert "放回队列" in page.text and "supervisor-1" in page.text


@pytest.mark.req("S42", "N9")
def test_details_are_masked_until_somebody_says_why_and_then_shown_once(office: Office, htmx: bool) -> None:
    case_no = office.waiting()
    page = office.desk("agent", htmx=htmx).open(f"/staff/cases/{case_no}")
    assert page.submit("/unmask", reason=" ").status == 422
    page = page.submit("/unmask", reason="客户来电核对地址")
    assert page.one("[data-unmasked]").says("张三", "+8613800000001", "c1@example.com", "文三路1号")
    page = page.reload()
    assert "张三" not in page.html and "13800000001" not in page.html and "文三路1号" not in page.html
    assert "客户来电核对地址" in page.text
    events = office.rows("SELECT kind, text FROM event WHERE kind = 'staff:customer:unmasked'")
    assert len(events) == 1
    assert "客户" not in events[0]["text"] and json.loads(events[0]["text"])["data"]["note"]


@S42
def test_who_only_reads_is_offered_nothing_to_do(office: Office) -> None:
    case_no = office.waiting()
    for role, may_open in (("auditor", True), ("admin", False)):
        page = office.desk(role).open(f"/staff/cases/{case_no}")
        assert forms_of(page) == ["presence"], "the desk itself says that it is open"
        assert ("/staff/orders/TP20260001" in page.links.values()) == may_open


@S42
def test_the_warehouse_is_told_nothing_of_the_customer_but_a_masked_name(office: Office) -> None:
    case_no = office.waiting()
    page = office.desk("warehouse").open(f"/staff/cases/{case_no}")
    assert "c***@example.com" not in page.text
    assert set(page.links) & {"查订单", "退款与任务"} == set()
    assert forms_of(page) == ["presence", "hold"]


@S42
def test_another_shops_case_does_not_exist(office: Office) -> None:
    there = make_shop(office.deps, key="two", name="二号店")
    case_no = office.waiting(made=there)
    desk = office.desk("supervisor")
    assert desk.open(f"/staff/cases/{case_no}").status == 404
    page = desk.open(f"/staff/cases/{office.waiting()}")
    for act in ("claim", "message", "note", "unmask", "hold", "release"):
        token = page.tree.xpath("//main//input[@name='csrf_token']/@value")[0]
        body = {"csrf_token": token, "request_id": f"r-{act}", "body": "x", "reason": "x", "answer": "stopped"}
        assert desk.post(f"/staff/cases/{case_no}/{act}", body).status == 404


@S42
def test_an_order_of_1200_lines_is_read_and_answered(office: Office) -> None:
    order = make_order(*(make_line(str(n), 2, 100) for n in range(1200)), status="picking")
    case_no = office.waiting(order)
    page = office.desk("agent").open(f"/staff/cases/{case_no}")
    assert len(page.queries) <= 14
    assert page.submit("/hold", answer="stopped").state == "refunding"


def answer(office: Office, case_no: str, what: str = "stopped") -> None:
    answer_cancel(
        case_no=case_no,
        answer="stopped" if what == "stopped" else "too_late",
        left_at=None if what == "stopped" else NOON,
        actor=office.made.staff("supervisor"),
        request_id=f"colleague-{case_no}",
        deps=office.deps,
    )
