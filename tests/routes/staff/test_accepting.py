"""Several applications accepted at once: one summary, one press, each by the rules of one (P5)."""

from __future__ import annotations

import pytest

from tests.routes.staff.test_deciding import applied
from tests.support.presses import offered
from tests.support.said import decide_case
from tests.support.staff import Office

pytestmark = pytest.mark.req("P5")


def states(office: Office) -> dict[str, str]:
    return {row["case_no"]: row["state"] for row in office.rows("SELECT case_no, state FROM after_sales_case")}


def test_the_summary_says_what_happens_to_each_and_why_one_is_left_out(office: Office, htmx: bool) -> None:
    paid, returned = applied(office), applied(office, "return_refund", "other")
    waiting = offered(office)
    desk = office.desk("agent", htmx=htmx)
    page = desk.open(f"/staff/cases/accept?case={paid}&case={returned}&case={waiting}")
    assert page.one(f'tr[data-case="{paid}"]').says("退款自动发起")
    assert page.one(f'tr[data-case="{paid}"]').amount("refund") == "300.00"
    assert page.one(f'tr[data-case="{returned}"]').says("客户寄回，验货后退款")
    assert page.one(f'tr[data-case="{waiting}"]').get("data-why-not") == "offered"
    assert page.amount("total") == "600.00"
    page = page.submit("/accept")
    assert page.says("2件已同意") and len(page.all('tr[data-why-not="answered"]')) == 2
    found = states(office)
    assert (found[paid], found[returned], found[waiting]) == ("refunding", "awaiting_return", "offered")


def test_what_changed_since_the_summary_is_left_as_it_is_and_said(office: Office) -> None:
    first, second = applied(office), applied(office)
    page = office.desk("agent").open(f"/staff/cases/accept?case={first}&case={second}")
    by = {"actor": office.made.staff("supervisor"), "request_id": "no", "deps": office.deps}
    decide_case(case_no=second, decision="refuse", reason_code="evidence", reason="看不清", **by)
    page = page.submit("/accept")
    assert page.says("1件已同意；另外1件没有改动")
    assert page.one(f'tr[data-case="{second}"]').get("data-why-not") == "decided"
    assert [states(office)[number] for number in (first, second)] == ["refunding", "rejected"]


def test_the_queue_leads_to_the_summary_of_what_is_ticked(office: Office) -> None:
    number = applied(office)
    desk = office.desk("agent")
    page = desk.open("/staff/cases", state="submitted", priority="high")
    assert "/staff/cases/accept" in page.html
    for path in ("accept", "assign"):
        ticked = desk.open(f"/staff/cases/{path}", case=number)
        for back in ("返回队列", "返回"):
            assert ticked.follow(back).one("#filter-priority option[selected]").get("value") == "high", (path, back)
    assert desk.open("/staff/cases/accept").says("还没有选申请")
    assert desk.open(f"/staff/cases/accept?case={number}&case=T0").all("tr[data-case]")
