"""A case that a colleague has is answered once it is taken over, and by nobody else before (S42)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.services.deadlines.run import run_deadlines
from tests.routes.staff.test_deciding import applied
from tests.support.staff import Office

pytestmark = pytest.mark.req("S42")


def claimed(office: Office, **values: str) -> str:
    """By somebody who stays at the desk."""
    case_no = applied(office, **values)
    office.desk("agent").open(f"/staff/cases/{case_no}").submit("/claim")
    return case_no


def test_who_has_it_is_said_and_no_answer_is_offered_until_it_is_taken_over(office: Office, htmx: bool) -> None:
    case_no = claimed(office)
    desk = office.desk("supervisor", htmx=htmx)
    page = desk.open(f"/staff/cases/{case_no}")
    assert page.one("[data-held-by]").get("data-held-by") == "agent-1"
    for act in ("/decide", "/ask", "/offer", "/close"):
        assert not [form for form in page.forms if form.matches(act)]
    page = page.submit("/take-over")
    assert page.says("已接手，由您处理")
    assert desk.open(f"/staff/cases/{case_no}", tab="history").says("从同事那里接手了申请")
    page = page.submit("/decide", decision="accept")
    assert page.says("已同意")
    told = [row["payload"] for row in office.rows("SELECT payload FROM job WHERE kind = 'tell_staff'")]
    assert any("case_taken_over" in str(payload) for payload in told)


def test_a_form_that_was_open_before_it_was_claimed_is_409(office: Office) -> None:
    case_no = applied(office)
    page = office.desk("supervisor").open(f"/staff/cases/{case_no}")
    office.desk("agent").open(f"/staff/cases/{case_no}").submit("/claim")
    page = page.submit("/decide", decision="accept")
    assert page.status == 409 and page.says("请先接手")
    assert office.rows("SELECT state FROM after_sales_case")[0]["state"] == "submitted"


def test_who_is_away_holds_nothing_up_and_a_deadline_asks_nobody(office: Office) -> None:
    case_no, other = claimed(office), claimed(office, kind="return_refund", reason="other")
    with office.deps.database.writing() as connection:
        connection.exec_driver_sql("UPDATE staff SET disabled_at = created_at WHERE login = 'agent-1'")
    page = office.desk("supervisor").open(f"/staff/cases/{case_no}")
    assert not page.all("[data-held-by]")
    assert page.submit("/decide", decision="accept").says("已同意")
    run_deadlines(as_of=office.clock.now() + timedelta(days=3), deps=office.deps)
    found = {row["case_no"]: row["state"] for row in office.rows("SELECT case_no, state FROM after_sales_case")}
    assert found[other] == "awaiting_return"
