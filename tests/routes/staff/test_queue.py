"""Working through the queue by its pages: what a row says, the filter that is kept, the next case, putting off."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.services.messages.write_message import answer_shop
from tests.routes.staff.test_deciding import applied
from tests.support.page import Page
from tests.support.staff import Office

S42 = pytest.mark.req("S42", "P25")


def listed(page: Page) -> list[str]:
    return [row.get("data-case") for row in page.tree.cssselect("tr[data-case]")]


@S42
def test_a_row_says_what_it_is_about_and_what_was_written_last(office: Office) -> None:
    case_no = applied(office)
    said = {"body": "已经等了三天\n请尽快", "request_id": "say", "deps": office.deps}
    answer_shop(case_no=case_no, actor=office.made.shopper, **said)
    page = office.desk("agent").open("/staff/cases")
    row = page.one(f'tr[data-case="{case_no}"]')
    assert row.says("商品有质量问题", "客户：已经等了三天 请尽快", "有新留言", "起等待", "张*")
    assert row.one(".picture").get("aria-label") == "商品1" and "张三" not in page.html
    office.clock.move(days=30)
    page = office.desk("agent").open("/staff/cases")
    assert page.one(f'tr[data-case="{case_no}"]').says("已超时") and "已超时 1" in page.links


@S42
def test_from_the_queue_to_the_next_case_are_four_clicks_and_three_pages(office: Office, htmx: bool) -> None:
    first, second, other = office.waiting(), office.waiting(), applied(office)
    desk = office.desk("agent", htmx=htmx)
    page = desk.open("/staff/cases", state="submitted", priority="normal")
    assert listed(page) == [first, second]
    page = page.follow(f"取消订单，不想要了{first}")
    page = page.submit("/hold", answer="stopped")
    assert page.state == "refunding" and page.path == f"/staff/cases/{first}"
    after = page.follow("下一件")
    assert after.path == f"/staff/cases/{second}"
    back = after.follow("返回队列")
    assert listed(back) == [second] and back.one("#filter-priority option[selected]").get("value") == "normal"
    after = after.submit("/hold", answer="stopped").follow("下一件")
    assert after.path == "/staff/cases" and listed(after) == []
    assert desk.open(f"/staff/cases/{other}").follow("返回队列").path == "/staff/cases"


@S42
def test_the_next_case_is_nobody_elses(office: Office) -> None:
    first, theirs, third = (office.waiting() for _ in range(3))
    colleague = office.desk("agent", login="chen")
    colleague.open(f"/staff/cases/{theirs}").submit("/claim")
    page = office.desk("agent", login="wang").open("/staff/cases")
    assert page.says("chen") and listed(page) == [first, theirs, third]
    assert page.follow(f"取消订单，不想要了{first}").follow("下一件").path == f"/staff/cases/{third}"
    assert listed(colleague.open("/staff/cases").follow("chen 1")) == [theirs]


@S42
def test_another_colleague_in_the_same_browser_does_not_go_on_with_the_list(office: Office) -> None:
    office.waiting()
    case_no = applied(office)
    desk = office.desk("agent", login="wang")
    desk.open("/staff/cases", q="0001", state="all")
    kept = desk.client.get_cookie("portal_queue")
    assert kept is not None and "0001" not in kept.value
    other = office.desk("agent", login="chen")
    other.client.set_cookie("portal_queue", kept.value)
    assert other.open(f"/staff/cases/{case_no}").follow("返回队列").one("#find-case").get("value") == ""


@S42
def test_a_case_is_put_off_and_taken_up_again(office: Office, htmx: bool) -> None:
    case_no = applied(office)
    desk = office.desk("agent", htmx=htmx)
    page = desk.open(f"/staff/cases/{case_no}")
    for until, code in (("", "required"), ("2026-11-20T12:02", "past"), ("2026-12-01T09:00", "past_deadline")):
        refused = page.submit("/snooze", until=until)
        assert refused.status == 422 and refused.all(f"[data-error={code}]")
    page = page.submit("/snooze", until="2026-11-21T09:00")
    assert page.says("稍后处理，明天09:00回到队列", "到时会回到队列")
    assert listed(desk.open("/staff/cases")) == [] and listed(desk.open("/staff/cases", state="snoozed")) == [case_no]
    page = desk.open(f"/staff/cases/{case_no}").submit("/wake")
    assert listed(desk.open("/staff/cases")) == [case_no]
    assert desk.open(f"/staff/cases/{case_no}", tab="history").says("让申请马上回到队列")
    office.clock.move(minutes=1)
    assert desk.open(f"/staff/cases/{case_no}", tab="history").says("稍后处理，明天09:00回到队列")


@S42
def test_nobody_puts_off_what_is_closed_and_readers_put_off_nothing(office: Office) -> None:
    case_no = office.waiting()
    desk = office.desk("agent")
    page = desk.open(f"/staff/cases/{case_no}")
    too_late = {"answer": "too_late", "left_at": (office.clock.now() - timedelta(minutes=5)).isoformat()}
    desk.open(f"/staff/cases/{case_no}").submit("/hold", **too_late)
    assert page.submit("/snooze", until="2026-11-20T13:00").status == 409
    assert "/snooze" not in office.desk("auditor").open(f"/staff/cases/{applied(office)}").html


@S42
def test_what_is_not_found_is_looked_for_elsewhere(office: Office) -> None:
    office.waiting()
    desk = office.desk("agent")
    page = desk.open("/staff/cases", q="没有这个")
    assert page.says("没有找到“没有这个”") and "在订单里找" in page.links and "在全部申请里找" not in page.links
    assert {"在全部申请里找", "在订单里找"} <= set(desk.open("/staff/cases", q="没有这个", state="waiting").links)
    assert "在订单里找" not in office.desk("warehouse").open("/staff/cases", q="没有这个").links


@S42
def test_the_box_in_the_head_of_every_page_finds_a_case_however_it_stands(office: Office) -> None:
    over, open_ = office.waiting(), office.waiting()
    desk = office.desk("agent")
    desk.open(f"/staff/cases/{over}").submit("/hold", answer="stopped")
    for path in ("/staff/cases", f"/staff/cases/{open_}", "/staff/orders", "/staff/refunds"):
        page = desk.open(path).submit("form.find-cases", q="TP20260001")
        assert page.path == "/staff/cases" and listed(page) == [over], path
    page = desk.open("/staff/cases", q="张三")
    assert (
        page.h1 == "“张三”的搜索结果"
        and set(listed(page)) == {over, open_}
        and page.one("#find-case").get("value") == "张三"
    )
    # What was searched for stays while the list is narrowed, until it is cleared.
    narrowed = page.submit("form.filters", state="waiting")
    assert listed(narrowed) == [open_] and narrowed.one("#find-case").get("value") == "张三"
    assert narrowed.one("form.find-cases a").get("href") == "/staff/cases"
    assert office.newcomer().open("/staff/sign-in").all("form.find-cases") == []


@S42
def test_the_list_is_headed_by_its_name_and_how_much_is_in_it(office: Office) -> None:
    first = office.waiting()
    applied(office)
    desk = office.desk("agent")
    assert desk.open("/staff/cases").h1 == "待处理 2件，1件今天到期"
    assert desk.open("/staff/cases", state="overdue").h1 == "已超时"
    desk.open("/staff/cases/views", state="submitted", priority="normal").submit("/cases/views", name="不急的")
    assert desk.open("/staff/cases", state="submitted", priority="normal").h1 == "不急的 1件"
    assert desk.open("/staff/cases", state="submitted").h1 == "售后队列"
    assert listed(desk.open("/staff/cases"))[0] == first


@S42
def test_ticked_cases_are_shown_once_and_given_to_a_colleague(office: Office, htmx: bool) -> None:
    one, two, taken = office.waiting(), office.waiting(), office.waiting()
    chief, colleague = office.desk("supervisor", htmx=htmx), office.desk("agent", login="chen")
    page = chief.open("/staff/cases", state="submitted")
    page = page.submit("/assign", case=[one, two, taken])
    assert page.says(one, two, taken, "分配3件") and [one.get("value") for one in page.all("#to option")] == [
        "supervisor-1",
        "chen",
    ]
    colleague.open(f"/staff/cases/{taken}").submit("/claim")
    page = page.submit("/assign", to="chen")
    assert page.path == "/staff/cases" and page.says("3件已分配")
    assert listed(colleague.open("/staff/cases", assignee="me")) == [one, two, taken]
    assert colleague.open(f"/staff/cases/{one}", tab="history").says("把申请交给同事")


@S42
def test_an_agent_takes_what_is_nobodys_and_no_more(office: Office) -> None:
    one, theirs = office.waiting(), office.waiting()
    office.desk("agent", login="chen").open(f"/staff/cases/{theirs}").submit("/claim")
    desk = office.desk("agent", login="wang")
    page = desk.open("/staff/cases").submit("/assign", case=[one, theirs])
    assert page.says("不会改动", "分配1件") and [one.get("value") for one in page.all("#to option")] == ["wang"]
    page = page.submit("/assign")
    assert page.says("1件已分配；另外1件已有人处理或已结束，没有改动。")
    assert listed(desk.open("/staff/cases", assignee="chen")) == [theirs]
    assert desk.open("/staff/cases/assign").says("还没有选申请")
