"""报表: figures, pictures with a table under each, and the same as CSV (P19, N13)."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from portal.services.reports.roll_up import roll_up
from tests.support.make import make_shop
from tests.support.order_facts import make_line, make_order
from tests.support.page import Browserless, Page
from tests.support.staff import Office

REPORTS = "/staff/reports"
pytestmark = pytest.mark.req("P19")


@pytest.fixture
def reader(office: Office) -> Browserless:
    """An agent who has answered one of two cancels; the money of the first has arrived, the second is overdue."""
    first, _second = office.waiting(), office.waiting(reason="late_shipment")
    office.clock.move(hours=3)
    agent = office.desk("agent")
    agent.open(f"/staff/cases/{first}").submit("/hold", answer="stopped")
    for _ in range(3):
        office.work()
        office.rail.settle()
        office.clock.move(seconds=70)
    assert roll_up(deps=office.deps, most_seconds=60)
    return agent


def figure(page: Page, name: str) -> str:
    return str(page.one(f"[data-figure={name}]").text)


def rows_of(reader: Browserless, **asked: str) -> list[list[str]]:
    answer = reader.client.get(f"{REPORTS}.csv", query_string=asked)
    assert answer.content_type == "text/csv; charset=utf-8" and answer.data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))


def test_five_figures_and_six_cards_say_what_it_came_to(office: Office, reader: Browserless) -> None:
    page = reader.open(REPORTS)
    assert "2" in figure(page, "opened") and "3.5小时" in figure(page, "answer").replace(" ", "")
    assert "100.0%" in figure(page, "in_time") and "¥90.00" in figure(page, "refunded")
    assert [card.get("data-report") for card in page.all("[data-report]")] == [
        "periods",
        "times",
        "products",
        "outcomes",
        "reasons",
        "methods",
    ]
    assert len(page.all("svg.chart[role=img] > title")) == len(page.all("svg.chart > desc")) == 4
    assert not page.all("svg script, svg [onclick], svg style")
    assert "不想要" in page.text and "人工同意" in page.text and "这些数字是什么意思" in page.text


def test_every_table_is_there_to_download_and_all_of_them_at_once(office: Office, reader: Browserless) -> None:
    periods = rows_of(reader, part="periods")
    assert periods[0] == ["从", "到", "申请", "按时答复", "超时"]
    assert sum(int(row[2]) for row in periods[1:]) == 2
    assert ["支付宝", "1", "CNY", "90.00"] in rows_of(reader, part="methods")
    everything = rows_of(reader)
    assert all(row in everything for row in [*periods, *rows_of(reader, part="outcomes")])
    assert reader.client.get(f"{REPORTS}.csv", query_string={"part": "nothing"}).status_code == 404


def test_goods_that_a_spreadsheet_would_reckon_are_text(office: Office) -> None:
    agent = office.desk("agent")
    line = replace(make_line("1", 1, 4000), title="=1+1", sku="@sum")
    office.waiting(make_order(line, status="picking"))
    roll_up(deps=office.deps, most_seconds=60)
    row = rows_of(agent, part="products")[1]
    assert row[:2] == ["'@sum", "'=1+1"]


def test_nothing_in_a_period_is_said_so_and_what_is_not_understood_is_not_asked_for(
    office: Office, reader: Browserless
) -> None:
    page = reader.open(REPORTS, **{"from": "2020-01-01", "to": "2020-02-01"})
    assert "这段时间没有售后" in page.text and not page.all("[data-report]")
    odd = {"period": "soon", "kind": "gifts", "shop": "nowhere", "from": "昨天", "to": "0001-01-01"}
    assert "2" in figure(reader.open(REPORTS, **odd), "opened")
    assert not reader.open(REPORTS, kind="exchange").all("[data-report=outcomes] tr[data-outcome]")


def test_each_preset_and_a_filter_by_kind_lead_to_themselves(office: Office, reader: Browserless) -> None:
    page = reader.open(REPORTS, period="month", kind="cancel")
    assert page.one(".report-presets [aria-current]").text.strip() == "本月"
    links = [link.get("href") for link in page.all(".report-presets a")]
    assert f"{REPORTS}?period=last_month&kind=cancel" in links
    for preset in ("today", "week", "last_month", "last_90", "year"):
        assert reader.open(REPORTS, period=preset).status == 200
    today = office.clock.now() + timedelta(hours=8)
    page = page.submit("form.filters", **{"from": str(today.date()), "to": str(today.date())})
    assert "2" in figure(page, "opened")


def test_somebody_of_two_shops_reads_each_or_both_and_nobody_elses(office: Office, reader: Browserless) -> None:
    other, hidden = make_shop(office.deps, "other", name="别的店"), make_shop(office.deps, "hidden", name="没有给的店")
    for made in (other, hidden):
        office.waiting(made=made)
    roll_up(deps=office.deps, most_seconds=60)
    both = office.newcomer()
    office.enter(both, office.add("supervisor", "boss", shops=("tepai", "other")))
    assert "2" in figure(both.open(REPORTS), "opened")
    assert "1" in figure(both.open(REPORTS, shop="other"), "opened")
    page = both.open(REPORTS, shop="all")
    assert "3" in figure(page, "opened") and "没有给的店" not in page.text
    assert "2" in figure(both.open(REPORTS, shop="hidden"), "opened")


def test_who_may_not_see_refunds_is_not_led_to_them(office: Office, reader: Browserless) -> None:
    assert "/staff/refunds" in reader.open(REPORTS).links.values()
    assert not office.desk("admin").open(REPORTS).all("[data-figure=refunded] a")


def test_before_the_worker_has_run_the_page_says_that_nothing_is_counted_yet(office: Office) -> None:
    page: Any = office.desk("auditor").open(REPORTS)
    assert "还没有开始统计" in page.text and "这段时间没有售后" in page.text
