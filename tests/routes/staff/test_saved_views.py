"""保存的视图: filters under a name of one's own, beside the queue, with how much waits behind them."""

from __future__ import annotations

import pytest

from tests.routes.staff.test_deciding import applied
from tests.support.staff import Office

S42 = pytest.mark.req("S42", "P25")


@S42
def test_what_is_filtered_by_is_kept_under_a_name_and_stands_beside_the_queue(office: Office, htmx: bool) -> None:
    office.waiting(), applied(office)
    desk = office.desk("agent", htmx=htmx)
    page = desk.open("/staff/cases", priority="high", order="amount").follow("保存当前筛选")
    assert page.says("等我们处理的 · 优先 · 金额大的在前")
    page = page.submit("/cases/views", name="  优先的   大额 ")
    assert page.path == "/staff/cases" and page.says("视图已保存", "优先的 大额 1")
    assert page.one('.views [aria-current="page"]').says("优先的 大额")
    page = desk.open("/staff/cases", state="open", order="due").follow("优先的 大额 1")
    assert page.one("#filter-order option[selected]").get("value") == "amount"
    page = page.follow("保存当前筛选").submit("/views/remove")
    assert page.says("视图已移除") and not page.says("优先的 大额")


@S42
def test_a_name_is_asked_for_and_what_was_filtered_by_stays(office: Office, htmx: bool) -> None:
    page = office.desk("agent", htmx=htmx).open("/staff/cases/views", q="茶壶").submit("/cases/views", name=" ")
    assert page.status == 422 and page.says("请填写名称", "搜“茶壶”")
    page = page.submit("/cases/views", name="茶壶")
    assert page.says("视图已保存") and page.one("#find-case").get("value") == "茶壶"


@S42
def test_nobody_sees_the_views_of_a_colleague(office: Office) -> None:
    mine = office.desk("agent", login="wang")
    mine.open("/staff/cases/views", state="open").submit("/cases/views", name="我的")
    assert "我的视图" not in office.desk("agent", login="chen").open("/staff/cases").html
    assert office.desk("agent", login="chen2").open("/staff/cases/views").says("保存当前筛选")
    assert not office.desk("agent", login="chen3").open("/staff/cases/views").says("已保存的")


@S42
@pytest.mark.parametrize("name", ["a\x00b", 'a"; --', "%(x)s %s", "count_0", "视图" * 15])
def test_a_name_is_what_somebody_calls_it_and_nothing_in_the_database(office: Office, name: str) -> None:
    office.waiting()
    desk = office.desk("agent")
    desk.open("/staff/cases/views", state="open").submit("/cases/views", name=name)
    assert desk.open("/staff/cases").status == 200
