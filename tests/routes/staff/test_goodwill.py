"""Beyond policy on its pages: given on a case, answered by a second person, told in words (S44)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.services.messages.ask_question import ask_question
from tests.routes.staff.test_deciding import applied
from tests.support.applications import bought
from tests.support.order_facts import make_line
from tests.support.shopper import sign_in
from tests.support.staff import Office

pytestmark = pytest.mark.req("S44")


def asked(office: Office) -> str:
    """A question about an order whose window is over."""
    number = office.take(bought(make_line("1", 3, 30000), at=office.clock.now() - timedelta(days=40)))
    by = {"actor": office.made.shopper, "request_id": f"ask-{number}", "deps": office.deps}
    return ask_question(order_no=number, body="能退吗", **by).case_no


def test_an_amount_goes_to_a_second_person_who_sees_why_and_approves(office: Office, htmx: bool) -> None:
    case_no = asked(office)
    desk = office.desk("agent", htmx=htmx)
    page = desk.open(f"/staff/cases/{case_no}/goodwill")
    assert page.says("另一位同事审批", "最多¥300.00")
    page = page.submit("/goodwill", kind="amount", amount="30.00", reason="老客户，包装破了")
    assert page.path == f"/staff/cases/{case_no}" and page.says("已提交审批", "批准前不会付款")
    assert page.one("[data-goodwill]").get("data-state") == "waiting"
    number = page.one("[data-goodwill]").get("data-goodwill")
    own = desk.open(f"/staff/approvals/{number}")
    assert own.status == 200 and not [form for form in own.forms if form.matches(f"/{number}")]
    boss = office.desk("supervisor", htmx=htmx)
    page = boss.open("/staff/approvals")
    assert page.one("tr[data-goodwill]").says("另外补偿一笔钱", "¥30.00", "agent-1")
    page = boss.open(f"/staff/approvals/{number}")
    assert page.says("老客户，包装破了", "不会付款")
    page = page.submit(f"/{number}", answer="approve")
    assert page.path == "/staff/approvals" and page.says("已批准")
    assert page.one("tr[data-goodwill]").get("data-state") == "granted"
    assert [row["why"] for row in office.rows("SELECT why FROM refund")] == ["goodwill"]
    shopper = office.newcomer()
    sign_in(shopper)
    assert shopper.open(f"/cases/{case_no}").says("商家另外补偿¥30.00")


def test_declined_with_a_reason_and_taken_back(office: Office) -> None:
    case_no = asked(office)
    desk = office.desk("agent")
    for amount in ("30.00", "40.00"):
        page = desk.open(f"/staff/cases/{case_no}/goodwill")
        page.submit("/goodwill", kind="amount", amount=amount, reason="老客户")
    first, second = (row["number"] for row in office.rows("SELECT number FROM goodwill ORDER BY id"))
    boss = office.desk("supervisor")
    page = boss.open(f"/staff/approvals/{first}").submit(f"/{first}", answer="decline")
    assert (page.status, page.errors) == (422, ["required"])
    page = page.submit(f"/{first}", answer="decline", reason="太多了")
    assert page.says("没有批准")
    assert desk.open(f"/staff/approvals/{first}").says("太多了")
    assert desk.open(f"/staff/approvals/{second}").submit("/take-back").says("已收回")
    assert [row["in_flight_minor"] for row in office.rows("SELECT in_flight_minor FROM payment")] == [0]


def test_a_late_return_is_opened_and_the_desk_says_that_it_waits(office: Office, htmx: bool) -> None:
    desk = office.desk("agent", htmx=htmx)
    page = desk.open(f"/staff/cases/{asked(office)}/goodwill")
    page = page.submit("/goodwill", kind="late_return", reason="老客户", fields={"quantity-1": "2"})
    assert page.says("已提交审批") and page.one("[data-awaits]")
    assert page.form("/decide") and not page.all("#decision-accept")
    number = page.one("[data-awaits]").get("data-awaits")
    boss = office.desk("supervisor", htmx=htmx)
    page = boss.open(f"/staff/approvals/{number}")
    assert page.amount("refund") == "200.00"
    page.submit(f"/{number}", answer="approve")
    assert office.rows("SELECT state FROM after_sales_case ORDER BY id")[-1]["state"] == "awaiting_return"


def test_an_answer_that_goes_beyond_policy_says_so_before_it_is_given(office: Office) -> None:
    number = office.take(bought(make_line("1", 3, 30000), at=office.clock.now() - timedelta(days=40)))
    shopper = office.newcomer()
    sign_in(shopper)
    page = shopper.open(f"/orders/{number}/return")
    ticked = {f"condition-{name}": True for name in ("as_received", "complete", "packaging")}
    page = page.submit(f"/orders/{number}/return", reason="other", fields={"quantity-1": "1"} | ticked)
    page = office.desk("agent").open(f"/staff{page.path}")
    assert page.one("[data-over-limit]").says("另一位同事审批")
    page = page.submit("/decide", decision="accept")
    assert page.says("已提交审批") and page.state == "submitted"


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ({"kind": "amount", "amount": "300.01"}, "above_room"),
        ({"kind": "amount", "amount": "viel"}, "not_an_amount"),
        ({"kind": "amount", "amount": ""}, "required"),
        ({"kind": "amount", "amount": "0"}, "too_small"),
        ({"kind": "late_return"}, "none_chosen"),
        ({"kind": "amount", "amount": "1", "reason": ""}, "required"),
        ({}, "required"),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_what_was_typed_stays(
    office: Office, typed: dict[str, str], problem: str
) -> None:
    page = office.desk("agent").open(f"/staff/cases/{asked(office)}/goodwill")
    page = page.submit("/goodwill", fields={"reason": "老客户", "quantity-1": "0"} | typed)
    assert (page.status, page.errors) == (422, [problem])
    assert page.form("/goodwill").data({}).get("amount", [""])[0] == typed.get("amount", "")
    assert office.rows("SELECT id FROM goodwill") == []


def test_the_desk_of_a_case_without_anything_beyond_policy_asks_nothing_more(office: Office) -> None:
    page = office.desk("agent").open(f"/staff/cases/{applied(office)}")
    assert "补偿一笔钱，或破例退货" in page.links and not page.all("[data-goodwill]")
    assert len(page.queries) <= 18


def test_where_open_applications_hold_all_there_is_desk_and_form_say_so(office: Office) -> None:
    case_no = applied(office, units=(("1", 3), ("2", 1)))
    desk = office.desk("agent").open(f"/staff/cases/{case_no}")
    assert "补偿一笔钱，或破例退货" not in desk.links and desk.one("#goodwill").says("在处理中的申请里")
    assert not office.desk("auditor").open(f"/staff/cases/{case_no}").has("#goodwill")
    page = office.desk("agent").open(f"/staff/cases/{case_no}/goodwill")
    assert page.says("在处理中的申请里") and not [form for form in page.forms if form.matches("/goodwill")]
