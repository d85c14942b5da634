"""解决了吗: said of a closed case by its customer, as often as they change their mind (P19)."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from portal.domain.errors import NotOnBehalf
from portal.domain.reports.counting import count_order
from portal.repos.report_histories import histories_of
from portal.repos.unit_of_work import reading
from portal.services.cases.say_solved import say_solved
from portal.services.records.verify_audit import verify_audit
from tests.support.page import Browserless
from tests.support.presses import applied, refused
from tests.support.shopper import sign_in
from tests.support.staff import Office, open_office

pytestmark = pytest.mark.req("P19")


@pytest.fixture
def office(app: Flask) -> Office:
    return open_office(app)


def solved_of(office: Office, case_no: str) -> tuple[str, str]:
    row = next(row for row in office.rows("SELECT * FROM after_sales_case") if row["case_no"] == case_no)
    return row["solved"], row["solved_note"]


def counted(office: Office) -> set[str]:
    with reading(office.deps) as work:
        found = histories_of(work.connection, [row["id"] for row in office.rows("SELECT id FROM orders")])
    counts = [count_order(history, ZoneInfo("Asia/Shanghai")) for history in found.values()]
    return {name for days in counts for day in days.values() for name in day if name.startswith("solved|")}


def test_who_had_an_answer_says_whether_it_helped_and_may_say_otherwise(office: Office, visitor: Browserless) -> None:
    case_no = refused(office)
    sign_in(visitor)
    page = visitor.open(f"/cases/{case_no}")
    assert "问题解决了吗" in page.text
    page = visitor.open(f"/cases/{case_no}/solved").submit("/solved", answer="no", note="还缺一件")
    assert page.says("谢谢您告诉我们", "说问题没有解决")
    assert solved_of(office, case_no) == ("no", "还缺一件")
    assert {name.rpartition("|")[2] for name in counted(office)} == {"no"}
    agent = office.desk("agent").open(f"/staff/cases/{case_no}")
    assert "还缺一件" in agent.one("[data-solved=no]").text
    visitor.open(f"/cases/{case_no}/solved").submit("/solved", answer="yes", note="")
    assert solved_of(office, case_no) == ("yes", "")
    assert not verify_audit(deps=office.deps).faults


def test_nothing_chosen_is_said_at_the_field_and_a_long_text_is_not_cut(office: Office, visitor: Browserless) -> None:
    case_no = refused(office)
    sign_in(visitor)
    page = visitor.open(f"/cases/{case_no}/solved").submit("/solved", note="嗯")
    assert page.status == 422 and page.has("#answer-error") and "嗯" in page.html
    assert visitor.open(f"/cases/{case_no}/solved").submit("/solved", answer="no", note="长" * 501).status == 422


def test_an_open_case_is_not_asked_about(office: Office, visitor: Browserless) -> None:
    case_no = applied(office)
    sign_in(visitor)
    assert "问题解决了吗" not in visitor.open(f"/cases/{case_no}").text
    assert visitor.open(f"/cases/{case_no}/solved").status == 409


def test_staff_do_not_say_it_for_their_customer(office: Office) -> None:
    case_no = refused(office)
    helping = replace(office.made.shopper, by_staff=office.made.staff("agent").id)
    with pytest.raises(NotOnBehalf):
        say_solved(case_no=case_no, answer="yes", note="", actor=helping, request_id="r", deps=office.deps)
