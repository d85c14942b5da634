"""Drafts of the desk: kept as one types or by a button, there again when the desk is opened, gone once sent (P25)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from portal.services.jobs.sweep import sweep
from tests.routes.staff.test_deciding import applied
from tests.support.page import Page
from tests.support.staff import Office

P25 = pytest.mark.req("P25")
KEPT = "SELECT * FROM desk_draft"


def save(page: Page, form: str, part: str = "", **typed: Any) -> Page:
    """存为草稿 in that form."""
    return page.submit(form, button=f"存为草稿 {part}".strip(), **typed)


def text_of(page: Page, field: str) -> str:
    return page.one(f"#{field}").text


@P25
@pytest.mark.parametrize(
    ("form", "field", "typed"),
    [
        ("/message", "message-body", {"body": "我们看过照片了"}),
        ("/note", "note-body", {"body": "仓库说包装是好的"}),
        ("/ask", "ask-body", {"body": "请拍一张序列号"}),
        ("/offer", "offer-body", {"body": "东西您留着，退您一部分", "amount": "20.00"}),
        ("/decide", "decide-reason", {"reason": "只有两件有问题"}),
    ],
)
def test_what_was_begun_is_there_when_the_desk_is_opened_again(
    form: str, field: str, typed: dict[str, str], office: Office, htmx: bool
) -> None:
    page = office.desk("agent", htmx=htmx).open(f"/staff/cases/{applied(office)}")
    saved = save(page, form, **typed)
    assert saved.says("已保存" if htmx else "草稿已保存")
    again = page.browser.open(page.path)
    assert text_of(again, field) == next(iter(typed.values()))
    assert again.one(f"#draft-{form[1:]}").says("写的草稿") and again.queries and len(again.queries) <= 12
    assert office.rows("SELECT * FROM message") == []


@P25
def test_an_answer_in_part_keeps_its_choice_amount_and_quantities(office: Office) -> None:
    page = office.desk("agent").open(f"/staff/cases/{applied(office)}")
    typed = {"decision": "partly", "quantity-1": "2", "amount": "12.30", "reason": "只有两件有问题"}
    again = save(page, "/decide", fields=typed)
    assert again.one('[name="decision"][value="partly"]').get("checked") is not None
    assert (again.one('[name="quantity-1"]').get("value"), again.one('#decide [name="amount"]').get("value")) == (
        "2",
        "12.30",
    )


@P25
def test_a_draft_is_its_writers_alone(office: Office) -> None:
    page = office.desk("agent").open(f"/staff/cases/{applied(office)}")
    save(page, "/note", body="先问仓库")
    for role in ("supervisor", "auditor", "warehouse"):
        assert "先问仓库" not in office.desk(role).open(page.path).html


@P25
@pytest.mark.parametrize(
    ("form", "typed"),
    [
        ("/message", {"body": "您好"}),
        ("/note", {"body": "记一下"}),
        ("/ask", {"body": "请补照片"}),
        ("/offer", {"kind": "amount", "amount": "20.00", "body": "东西您留着"}),
    ],
)
def test_what_is_sent_is_no_draft_any_more_and_the_others_stay(
    form: str, typed: dict[str, str], office: Office
) -> None:
    page = office.desk("agent").open(f"/staff/cases/{applied(office)}")
    page = save(page, "/decide", reason="还在想")
    page = save(page, form, **typed)
    page.submit(form, **typed)
    (kept,) = office.rows(KEPT)
    parts = kept["parts"] if isinstance(kept["parts"], dict) else json.loads(kept["parts"])
    assert [(part, written["fields"]) for part, written in parts.items()] == [("decide", {"reason": "还在想"})]


@P25
def test_an_answer_takes_its_draft_with_it(office: Office) -> None:
    page = office.desk("agent").open(f"/staff/cases/{applied(office)}")
    page = save(page, "/decide", reason="按规则")
    page.submit("/decide", decision="accept")
    assert office.rows(KEPT) == []


@P25
def test_a_draft_that_arrives_after_its_form_was_sent_is_not_kept(office: Office, htmx: bool) -> None:
    page = office.desk("agent", htmx=htmx).open(f"/staff/cases/{applied(office)}")
    page.submit("/message", body="您好")
    late = save(page, "/message", body="您好")
    assert late.says("已经发出，不再存草稿" if htmx else "这里没有草稿了") and office.rows(KEPT) == []


@P25
def test_the_same_draft_again_is_one_and_the_last_window_wins(office: Office) -> None:
    page = office.desk("agent").open(f"/staff/cases/{applied(office)}")
    other = page.browser.open(page.path)
    for window, body in ((page, "第一句"), (page, "第一句"), (other, "第二句")):
        save(window, "/message", body=body)
    assert len(office.rows(KEPT)) == 1
    assert text_of(page.browser.open(page.path), "message-body") == "第二句"


@P25
def test_a_draft_is_given_up_by_a_button_and_by_emptying_its_field(office: Office, htmx: bool) -> None:
    page = office.desk("agent", htmx=htmx).open(f"/staff/cases/{applied(office)}")
    save(page, "/message", body="您好")
    again = page.browser.open(page.path).submit("/message", button="放弃草稿")
    assert again.says("这里没有草稿了") and text_of(again, "message-body") == "" and office.rows(KEPT) == []
    save(page, "/message", body="您好")
    save(page, "/message", body=" ")
    assert office.rows(KEPT) == []


@P25
def test_a_draft_says_that_its_case_has_changed_since(office: Office) -> None:
    case_no = applied(office)
    page = office.desk("agent").open(f"/staff/cases/{case_no}")
    save(page, "/message", body="请您等一等")
    save(page, "/decide", reason="只有两件有问题")
    office.desk("supervisor").open(page.path).submit("/decide", decision="accept")
    again = page.browser.open(page.path)
    assert again.one("#draft-message").says("之后这件申请有变化")
    assert again.one("#decide").says("没有发出", "只有两件有问题")


@P25
def test_what_is_too_long_is_said_and_stays_where_it_was_typed(office: Office, htmx: bool) -> None:
    page = office.desk("agent", htmx=htmx).open(f"/staff/cases/{applied(office)}")
    for form, field in (("/message", "body"), ("/offer", "body"), ("/decide", "reason")):
        refused = save(page, form, **{field: "字" * 5000})
        assert refused.status == 422 and refused.says("太长了，没有存为草稿")
        assert htmx or refused.says("字" * 5000)
    assert office.rows(KEPT) == []


@P25
def test_drafts_go_with_their_case_and_after_a_month(office: Office) -> None:
    desk, cases = office.desk("agent"), [applied(office), applied(office), applied(office)]
    closed, old, fresh = cases
    for case_no in (closed, old):
        save(desk.open(f"/staff/cases/{case_no}"), "/message", body="您好")
    desk.open(f"/staff/cases/{closed}").submit("/close", reason="电话里同意")
    office.clock.move(days=31)
    save(office.desk("supervisor").open(f"/staff/cases/{fresh}"), "/note", body="记一下")
    sweep(deps=office.deps)
    assert len(office.rows(KEPT)) == 1
