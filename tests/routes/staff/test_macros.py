"""快捷回复: texts with fields are kept on a page and filled in on the desk, where nothing is sent by them (P25)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.routes.staff.test_deciding import applied
from tests.support.macro_presses import macro_kept
from tests.support.page import Page
from tests.support.staff import Office

P25 = pytest.mark.req("P25", "S42")
TEXT = "{客户称呼}您好，{order_no}的{商品}，退{金额}"
SENT = "SELECT id FROM message WHERE author_kind = 'staff'"


def keep(page: Page, **typed: str) -> Page:
    return page.submit("/staff/macros", **({"name": "致歉", "text": TEXT} | typed))


def box(page: Page, name: str) -> str:
    return str(page.tree.cssselect(f"#{name}")[0].text or "").strip()


def apply(office: Office, case_no: str, name: str = "致歉", *, htmx: bool = False, **typed: Any) -> Page:
    desk = office.desk("supervisor", htmx=htmx).open(f"/staff/cases/{case_no}")
    return desk.submit("/message", button=name, **typed)


@P25
def test_a_text_is_filled_in_after_what_was_typed_and_nothing_is_sent(office: Office, htmx: bool) -> None:
    case_no, desk = applied(office), office.desk("agent", htmx=htmx)
    page = keep(desk.open("/staff/macros"))
    assert page.says("快捷回复已保存", "致歉", "自己用的")
    page = desk.open(f"/staff/cases/{case_no}").submit("/message", button="致歉", body="刚才的电话里说过")
    assert page.status == 200 and page.says("已填入“致歉”，还没有发送")
    assert box(page, "message-body") == "刚才的电话里说过\n\n张*您好，TP20260001的商品1，退¥300.00"
    assert office.rows(SENT) == []
    page = page.submit("/message")
    assert page.says("留言已发送") and len(office.rows(SENT)) == 1


@P25
def test_the_answer_its_reason_and_being_put_off_are_chosen_but_not_given(office: Office, htmx: bool) -> None:
    case_no = applied(office)
    macro_kept(office, into="answer", decision="refuse", reason_code="evidence", text="照片看不清", snooze_hours=4)
    page = apply(office, case_no, htmx=htmx)
    assert page.one("#decision-refuse").get("checked") is not None
    assert page.one("[name=reason_code][value=evidence]").get("checked") is not None
    assert box(page, "decide-reason") == "照片看不清" and box(page, "message-body") == ""
    assert (page.one("#until").get("value") or "").startswith("2026-11-20T")
    assert office.rows("SELECT snoozed_until FROM after_sales_case")[0]["snoozed_until"] is None
    page = page.submit("/decide")
    assert page.one("#desk").get("data-state") == "rejected"


@P25
@pytest.mark.parametrize(
    ("into", "where"),
    [("note", "note-body"), ("ask", "ask-body"), ("offer", "offer-body"), ("message", "message-body")],
)
def test_a_text_goes_to_its_box(into: str, where: str, office: Office) -> None:
    macro_kept(office, into=into, text="{售后单号}")
    case_no = applied(office)
    page = apply(office, case_no)
    assert box(page, where) == case_no and page.one(f".note a[href='#{where}']") is not None


@P25
def test_what_cannot_be_done_now_is_left_out_and_named(office: Office, htmx: bool) -> None:
    macro_kept(office, into="ask", text="请补{截止时间}前的照片", snooze_hours=24)
    macro_kept(office, "不同意", decision="refuse")
    case_no = applied(office)
    desk = office.desk("supervisor", htmx=htmx).open(f"/staff/cases/{case_no}")
    desk = desk.submit("/decide", decision="accept")
    page = desk.submit("/message", button="致歉")
    left = [mark.get("data-left-out") for mark in page.tree.cssselect("[data-left-out]")]
    assert left[0] == "ask"
    assert box(page, "message-body").startswith("请补")
    page = page.submit("/message", button="不同意")
    assert page.one("[data-left-out]").get("data-left-out") == "decision"


@P25
def test_what_this_case_has_nothing_for_is_named_and_stays_to_be_filled_in(office: Office) -> None:
    macro_kept(office, text="退{金额}")
    page = apply(office, office.waiting())
    assert page.status == 200 and ("{金额}" in box(page, "message-body")) == page.has("[data-missing]")


@P25
def test_one_that_was_removed_meanwhile_loses_nothing_that_was_typed(office: Office, htmx: bool) -> None:
    macro_kept(office)
    case_no = applied(office)
    desk = office.desk("supervisor", htmx=htmx)
    page = desk.open(f"/staff/cases/{case_no}")
    desk.open("/staff/macros").submit("/macros/remove")
    page = page.submit("/message", button="致歉", body="您好")
    assert page.status == 409 and page.says("这条快捷回复已经不在了") and box(page, "message-body") == "您好"


@P25
def test_agents_use_what_the_shop_has_and_cannot_change_it(office: Office) -> None:
    number = macro_kept(office)
    macro_kept(office, "主管的", owner="supervisors"), macro_kept(office, "自己的", owner="own")
    agent = office.desk("agent")
    page = agent.open("/staff/macros")
    assert page.says("全店通用的", "致歉") and not page.says("主管的") and not page.says("自己的")
    assert not page.has("[data-macro] form") and not agent.open("/staff/macros", edit=number).says("修改“致歉”")
    token = page.tree.cssselect("[name=csrf_token]")[0].get("value")
    data = {"csrf_token": token, "request_id": "not-mine-to-remove-1", "macro": str(number)}
    assert (
        agent.client.post("/staff/macros/remove", data=data, headers={"Origin": "http://localhost"}).status_code == 403
    )
    assert office.desk("auditor").open("/staff/macros").says("致歉", "主管的")


@P25
def test_supervisors_change_what_is_the_shops_and_the_trail_says_so(office: Office, htmx: bool) -> None:
    macro_kept(office)
    page = office.desk("supervisor", htmx=htmx).open("/staff/macros").follow("修改")
    page = page.submit("/staff/macros", name="致歉二", text="{x}")
    assert page.status == 422 and page.says("没有这样的填空：{x}")
    page = page.submit("/staff/macros", text="{商品}", owner="agents")
    assert page.says("快捷回复已保存", "致歉二", "客服用的")
    page = page.submit("/macros/remove")
    assert page.says("快捷回复已移除", "还没有快捷回复")
    kinds = [row["kind"] for row in office.rows("SELECT kind FROM event WHERE kind LIKE '%macro%' ORDER BY id")]
    assert kinds == ["staff:macro:added", "staff:macro:changed", "staff:macro:removed"]
    assert office.desk("auditor").open("/staff/audit").says("移除了一条大家用的快捷回复")


@P25
def test_who_is_slower_is_told_and_replaces_it_knowingly(office: Office, htmx: bool) -> None:
    macro_kept(office)
    one, other = office.desk("supervisor", htmx=htmx), office.desk("supervisor", login="boss", htmx=htmx)
    mine, theirs = (desk.open("/staff/macros").follow("修改") for desk in (one, other))
    theirs.submit("/staff/macros", text="同事写的")
    page = mine.submit("/staff/macros", text="我写的")
    assert page.status == 409 and page.says("同事刚刚改过这一条")
    assert page.submit("/staff/macros").says("快捷回复已保存", "我写的")


@P25
def test_a_text_is_tried_on_a_case_before_it_is_kept(office: Office, htmx: bool) -> None:
    case_no, desk = applied(office), office.desk("agent", htmx=htmx)
    desk.open(f"/staff/cases/{case_no}")
    page = desk.open("/staff/macros")
    assert page.one("#macro-case").get("value") == case_no
    page = page.submit("/staff/macros", button="试填", name="致歉", text=TEXT)
    assert page.one("[data-preview]").says("TP20260001的商品1，退¥300.00") and not page.says("已保存的 致歉")
    page = page.submit("/staff/macros", button="试填", case="T0")
    assert page.status == 422 and page.says("没有这个售后单号")


@P25
def test_order_is_changed_by_one_place(office: Office, htmx: bool) -> None:
    macro_kept(office), macro_kept(office, "补寄")
    page = office.desk("supervisor", htmx=htmx).open("/staff/macros")
    page = page.submit("[action='/staff/macros/move']:has([value=down])")
    assert page.says("顺序已调整")
    assert [name.text for name in page.tree.cssselect("[data-macro] strong")] == ["补寄", "致歉"]
