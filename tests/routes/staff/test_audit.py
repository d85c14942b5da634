"""审计记录: who did what in the shop, verified as it is shown, filtered, kept as a table (N9, N11)."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import Any

import pytest

from portal.domain.identity.access import system
from portal.domain.records.events import NewEvent
from portal.repos.unit_of_work import unit_of_work
from portal.services.records.check_audit import check_audit
from portal.web.answers.csv_table import harmless
from tests.support.make import make_shop
from tests.support.page import Browserless, Page
from tests.support.staff import Office

AUDIT = "/staff/audit"
pytestmark = pytest.mark.req("N9")


@pytest.fixture
def auditor(office: Office) -> Browserless:
    office.desk("agent").open(f"/staff/cases/{office.waiting()}").submit("/hold", answer="stopped")
    return office.desk("auditor")


def kinds(page: Page) -> list[str | None]:
    return [row.get("data-event") for row in page.all("#entries tbody tr")]


def rows_of(auditor: Browserless, **asked: str) -> list[dict[str, str]]:
    answer = auditor.client.get(f"{AUDIT}.csv", query_string=asked)
    assert answer.content_type == "text/csv; charset=utf-8" and answer.headers["Cache-Control"] == "private, no-store"
    assert answer.data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))


def test_the_trail_is_told_newest_first_with_who_and_where(office: Office, auditor: Browserless) -> None:
    page = auditor.open(AUDIT)
    assert kinds(page)[0] == "staff:session:opened"
    assert "员工 agent-1" in page.text and "仓库已拦下包裹" in page.text
    assert "张*" in page.text and "张三" not in page.html
    assert {"/staff/orders/TP20260001"} == {link for link in page.links.values() if link.startswith("/staff/orders/")}
    assert not [form for form in page.forms if form.is_in_main and form.method == "post"]
    assert page.has("tr[data-whole=yes]") and not page.has("tr[data-whole=no]")


def test_who_acted_for_a_customer_is_told_with_them(office: Office, auditor: Browserless) -> None:
    helped = replace(office.made.shopper, by_staff=office.made.staff("agent").id)
    with unit_of_work(office.deps) as work:
        work.events.append_without_order(helped, NewEvent(kind="shopper:erasure:asked"))
    (row,) = auditor.open(AUDIT, kind="shopper:erasure:asked").all("#entries tbody tr")
    assert "代客户张*" in row.text and "客户要求删除个人信息" in row.text
    assert [(one["谁"], one["代客户"]) for one in rows_of(auditor, kind="shopper:erasure:asked")] == [("员工", "张*")]


def test_each_filter_finds_its_own_and_what_is_not_understood_is_not_asked_for(
    office: Office, auditor: Browserless
) -> None:
    case_no = office.rows("SELECT case_no FROM after_sales_case")[0]["case_no"]
    everything = len(kinds(auditor.open(AUDIT)))
    asked = {"number": "TP20260001", "who": "agent-1", "kind": "staff:cancel:stopped"}
    assert auditor.open(AUDIT).all("#audit-kind option")[0].text == "全部"
    page = auditor.open(AUDIT).submit("form.filters", **asked, **{"from": "2026-01-01", "to": "2099-12-31"})
    assert kinds(page) == ["staff:cancel:stopped"]
    for name, value in asked.items():
        found = kinds(auditor.open(AUDIT, **{name: value}))
        assert "staff:cancel:stopped" in found and len(found) < everything, name
    found = kinds(auditor.open(AUDIT, number=case_no))
    assert "shopper:cancel:asked" in found and "feed:order:taken_in" not in found
    assert not kinds(auditor.open(AUDIT, to="2020-01-01"))
    assert "没有“TP-1”这个订单号或售后单号" in auditor.open(AUDIT, number="TP-1").text
    odd = {"who": "nobody", "from": "昨天", "to": "0001-01-01", "after": "zzz"}
    assert len(kinds(auditor.open(AUDIT, **odd))) == everything


def test_a_long_trail_is_read_page_by_page_at_the_same_cost(office: Office) -> None:
    auditor = office.desk("auditor")
    with unit_of_work(office.deps) as work:
        event = NewEvent(kind="system:refund:escalated")
        work.events.append_without_order(system(office.made.shop_id), *[event] * 55)
    page = auditor.open(AUDIT)
    costs, first = len(page.queries), [row.get("data-entry") for row in page.all("#entries tbody tr")]
    page = auditor.open(page.one("#entries .more a").get("href") or "")
    second = [row.get("data-entry") for row in page.all("#entries tbody tr")]
    assert len(first) == 50 and second and not set(first) & set(second)
    assert len(page.queries) == costs <= 6


def test_another_shops_entries_are_not_there(office: Office, auditor: Browserless) -> None:
    number = office.take(made=make_shop(office.deps, key="two", name="二号店"))
    assert number not in auditor.open(AUDIT).html
    assert "没有“" in auditor.open(AUDIT, number=number).text
    assert not [row for row in rows_of(auditor) if row["订单"] == number]


def test_what_was_changed_in_the_database_is_marked_and_not_repeated(office: Office, auditor: Browserless) -> None:
    with office.deps.database.writing() as connection:
        connection.exec_driver_sql("DROP TRIGGER event_refuses_update")
        connection.exec_driver_sql("UPDATE event SET actor = 'staff:99' WHERE kind = 'staff:cancel:stopped'")
    page = auditor.open(AUDIT)
    assert [row.get("data-event") for row in page.all("tr[data-whole=no]")] == ["staff:cancel:stopped"]
    assert [row["记录"] for row in rows_of(auditor, kind="staff:cancel:stopped")] == ["被改动"]


def verdict(auditor: Browserless) -> Any:
    return auditor.open(AUDIT).one("[data-verdict]").get("data-verdict")


def test_what_the_last_check_found_is_shown_with_its_time(office: Office, auditor: Browserless) -> None:
    assert verdict(auditor) == "none"
    check_audit(deps=office.deps)
    page = auditor.open(AUDIT)
    assert page.one("[data-verdict]").get("data-verdict") == "whole" and page.has("[data-time=verified]")
    office.clock.move(seconds=3 * 24 * 3600)
    assert "已经超过两天" in office.desk("admin").open(AUDIT).text


def test_a_broken_trail_is_named_and_a_forged_verdict_is_not_believed(office: Office, auditor: Browserless) -> None:
    with office.deps.database.writing() as connection:
        connection.exec_driver_sql("DROP TRIGGER event_refuses_update")
        connection.exec_driver_sql("UPDATE event SET actor = 'staff:99' WHERE kind = 'staff:cancel:stopped'")
    check_audit(deps=office.deps)
    page = auditor.open(AUDIT)
    assert page.one("[data-verdict]").get("data-verdict") == "broken" and "本店的订单：TP20260001" in page.text
    with office.deps.database.writing() as connection:
        connection.exec_driver_sql("UPDATE audit_check SET faults = '[]'")
    assert verdict(auditor) == "unsigned"


def test_what_is_filtered_is_kept_as_a_table(auditor: Browserless) -> None:
    page = auditor.open(AUDIT, who="agent-1")
    (link,) = [link for link in page.links.values() if link.startswith(f"{AUDIT}.csv")]
    assert link == f"{AUDIT}.csv?who=agent-1"
    rows = rows_of(auditor, who="agent-1")
    assert [row["事件"] for row in rows] == kinds(page)
    assert {row["工号或客户"] for row in rows} == {"agent-1"} and {row["记录"] for row in rows} == {"完好"}
    asked = rows_of(auditor, kind="shopper:cancel:asked")
    assert [(row["谁"], row["工号或客户"]) for row in asked] == [("客户", "张*")]
    added = rows_of(auditor, kind="operator:staff:added")
    assert [row["做了什么"] for row in added] == ["新增一位同事 auditor-1", "新增一位同事 agent-1"]


@pytest.mark.parametrize("cell", ["=1+1", "+86", "-2", "@SUM(A1)", "\tx", " =1", "\r=1"])
def test_no_cell_of_a_table_is_a_formula(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"
    assert harmless(f"A{cell}") == f"A{cell}"


@pytest.mark.req("N11")
def test_the_menu_leads_there_for_those_who_may_read_it(office: Office) -> None:
    for role, may_read in (("supervisor", True), ("auditor", True), ("admin", True), ("agent", False)):
        page = office.desk(role).open("/staff/cases")
        assert (AUDIT in page.links.values()) == may_read, role
