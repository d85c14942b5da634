"""正在看: who else has a case open, what they did meanwhile, and that nobody else is told (P25)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from portal.services.identity.staff_visits import STAFF_IDLE
from portal.services.jobs.sweep import sweep
from portal.services.messages.write_message import answer_shop
from tests.routes.staff.test_deciding import applied
from tests.support.make import make_shop
from tests.support.page import Browserless, Page
from tests.support.staff import Office

P25 = pytest.mark.req("P25")
SEEN = "SELECT * FROM desk_presence"


def beat(page: Page) -> Page:
    """As the page does by itself every few seconds."""
    return page.submit("/presence")


def told(page: Page) -> list[tuple[str, str]]:
    return [(one.get("data-watcher") or "", one.text.partition("正在看")[0]) for one in page.all("#watchers .watcher")]


@pytest.fixture
def desk(office: Office) -> Callable[[str], Browserless]:
    return lambda role: office.desk(role, htmx=True)


@P25
def test_colleagues_see_who_has_it_open_then_who_had_then_nobody(office: Office, desk: Any) -> None:
    path = f"/staff/cases/{applied(office)}"
    mine, theirs = desk("agent"), desk("supervisor")
    assert told(beat(mine.open(path))) == []
    seen = theirs.open(path)
    assert told(seen) == [("now", "agent-1")] and len(seen.queries) <= 12
    office.clock.move(seconds=60)
    assert told(theirs.open(path)) == [("now", "agent-1")]
    office.clock.move(seconds=1)
    (lately,) = theirs.open(path).all("#watchers .watcher")
    assert lately.get("data-watcher") == "lately" and lately.says("agent-1", "看过")
    office.clock.move(minutes=4)
    assert told(theirs.open(path)) == []
    sweep(deps=office.deps)
    assert office.rows(SEEN) == []


@P25
def test_looking_writes_nothing_and_saying_it_again_is_one_row(office: Office, desk: Any) -> None:
    page = desk("agent").open(f"/staff/cases/{applied(office)}")
    assert office.rows(SEEN) == []
    beat(page)
    beat(page)
    assert len(office.rows(SEEN)) == 1
    assert "request" not in {row["kind"] for row in office.rows("SELECT kind FROM event")}


@P25
def test_an_auditor_sees_it_and_is_not_told_of(office: Office, desk: Any) -> None:
    path = f"/staff/cases/{applied(office)}"
    beat(desk("warehouse").open(path))
    assert told(beat(desk("auditor").open(path))) == [("now", "warehouse-1")]
    assert len(office.rows(SEEN)) == 1


@P25
def test_a_case_of_another_shop_is_not_there_to_be_looked_at(office: Office, desk: Any) -> None:
    page = desk("agent").open(f"/staff/cases/{applied(office)}")
    make_shop(office.deps, key="two", name="二号店")
    office.add("supervisor", "stranger", shops=("two",))
    stranger = office.newcomer(htmx=True)
    token = office.enter(stranger, "stranger").tree.xpath("//input[@name='csrf_token']/@value")[0]
    beat(page)
    answer = stranger.client.post(f"{page.path}/presence", data={"csrf_token": token}, headers={"HX-Request": "true"})
    assert answer.status_code == 404 and len(office.rows(SEEN)) == 1


@P25
def test_what_a_colleague_did_meanwhile_is_told_with_a_way_to_it(office: Office, desk: Any) -> None:
    case_no = applied(office)
    page = desk("agent").open(f"/staff/cases/{case_no}")
    page.submit("/note", body="我自己写的")
    assert not beat(page).has("[data-news]")
    desk("supervisor").open(page.path).submit("/claim")
    news = beat(page)
    assert news.one("[data-news]").get("data-news") == "case_claimed"
    assert news.one("[data-news]").says("刚才有更新：supervisor-1在", "认领")
    again = news.follow("重新打开")
    assert not beat(again).has("[data-news]")


@P25
def test_what_the_customer_writes_is_news_too(office: Office, desk: Any) -> None:
    case_no = applied(office)
    page = desk("agent").open(f"/staff/cases/{case_no}")
    by: dict[str, Any] = {"actor": office.made.shopper, "request_id": "more", "deps": office.deps}
    answer_shop(case_no=case_no, body="什么时候能好？", **by)
    assert beat(page).one("[data-news]").says("刚才有更新：客户在", "发送了留言")


@P25
def test_whoever_was_slower_reads_who_did_what_and_keeps_what_they_typed(office: Office, htmx: bool) -> None:
    page = office.desk("agent", htmx=htmx).open(f"/staff/cases/{applied(office)}")
    office.desk("supervisor").open(page.path).submit("/decide", decision="refuse", reason_code="other", reason="不符合")
    late = page.submit("/decide", decision="accept", reason="按您的要求")
    assert late.status == 409 and late.says("刚才有更新，没有提交", "按您的要求")
    assert late.one("[data-last-change]").says("supervisor-1在", "未同意", "您填写的内容还在")


@P25
def test_the_queue_marks_what_a_colleague_has_open(office: Office, desk: Any) -> None:
    case_no, other = applied(office), applied(office)
    mine, theirs = desk("agent"), desk("supervisor")
    for number in (case_no, other):
        beat(mine.open(f"/staff/cases/{number}"))
    rows = theirs.open("/staff/cases").all("tr [data-watcher]")
    assert [row.text for row in rows] == ["agent-1正在看"] * 2
    assert not mine.open("/staff/cases").has("tr [data-watcher]")
    office.clock.move(seconds=31)
    assert not theirs.open("/staff/cases").has("tr [data-watcher]")


@P25
def test_a_desk_left_open_keeps_no_session_alive(office: Office, desk: Any) -> None:
    page = desk("agent").open(f"/staff/cases/{applied(office)}")
    for _ in range(3):
        office.clock.move(seconds=STAFF_IDLE.total_seconds() / 3)
        last = beat(page)
    assert "/staff/sign-in" in last.url
