"""After a refusal: apply again, or appeal to somebody else (S39)."""

from __future__ import annotations

import pytest
from flask import Flask

from portal.domain.applying.decide import CONDITIONS
from portal.domain.cases.ask import ApplicationAsk
from portal.repos.unit_of_work import unit_of_work
from portal.services.applying.apply_for import apply_for
from tests.support.applications import bought
from tests.support.order_facts import make_line
from tests.support.page import Browserless, Page
from tests.support.said import decide_case
from tests.support.shopper import sign_in
from tests.support.signing_in import refusals
from tests.support.staff import Office, open_office

S39 = pytest.mark.req("S39")


@pytest.fixture
def office(app: Flask) -> Office:
    return open_office(app)


def refused(office: Office, note: str = "左耳没有声音") -> str:
    number = office.take(bought(make_line("1", 2, 20000)))
    units = (("1", 2),)
    ask = ApplicationAsk(kind="refund_only", units=units, reason="quality", note=note, conditions=CONDITIONS)
    made = office.made
    location = apply_for(order_no=number, ask=ask, actor=made.shopper, request_id="r", deps=office.deps)
    case_no = location.case_no
    office.add("agent")
    answer = {"decision": "refuse", "reason_code": "evidence", "reason": "照片看不清"}
    decide_case(case_no=case_no, actor=made.staff("agent"), request_id="no", deps=office.deps, **answer)
    return case_no


@S39
def test_a_refused_case_says_why_and_until_when_what_can_be_done(office: Office, visitor: Browserless) -> None:
    case_no = refused(office)
    sign_in(visitor)
    page = visitor.open(f"/cases/{case_no}")
    assert "照片看不清" in page.text and "可以修改后重新申请，或申诉" in page.text and "12315" in page.text
    assert [link.get("data-action") for link in page.all("[data-action]")][:2] == ["resubmit", "appeal"]


@S39
def test_what_cannot_be_applied_for_again_says_only_that_it_can_be_contested(
    office: Office, visitor: Browserless
) -> None:
    with unit_of_work(office.deps) as work:
        work.shops.set(office.made.shop_id, settings={"limits": {"resubmissions": 0}})
    case_no = refused(office)
    sign_in(visitor)
    for page in (visitor.open(f"/cases/{case_no}"), visitor.open("/cases"), visitor.open("/notices")):
        assert "重新申请" not in page.text, page.path
    page = visitor.open(f"/cases/{case_no}")
    assert page.one(".hero-lead").says("原因：凭证看不清或不完整。", "前可以申诉")
    assert [link.get("data-action") for link in page.one(".hero").all("[data-action]")] == ["appeal"]


@S39
def test_it_is_applied_for_again_with_what_was_typed_and_both_cases_name_each_other(
    office: Office, visitor: Browserless
) -> None:
    case_no = refused(office)
    sign_in(visitor)
    page = visitor.open(f"/cases/{case_no}/resubmit")
    assert "左耳没有声音" in page.html and "照片看不清" in page.text
    page = page.submit("/resubmit", description="序列号在第二张照片")
    assert page.path.startswith("/cases/") and page.path != f"/cases/{case_no}"
    assert case_no in page.text and "序列号在第二张照片" in page.text
    new = page.path.removeprefix("/cases/")
    old = visitor.open(f"/cases/{case_no}")
    assert new in old.text and not old.all("[data-action=resubmit]")
    again = visitor.open(f"/cases/{case_no}/resubmit")
    assert (again.status, refusals(again)) == (409, ["refused"])
    assert visitor.open("/cases").status == 200


@S39
def test_an_appeal_is_made_seen_decided_by_a_colleague_and_answered(office: Office, visitor: Browserless) -> None:
    case_no = refused(office)
    sign_in(visitor)
    page = visitor.open(f"/cases/{case_no}/appeal")
    assert "另一位人员复核" in page.text
    assert refusals(page.submit("/appeal", body=" ")) == ["required"]
    page = page.submit("/appeal", body="照片很清楚，见附件")
    assert page.path == f"/cases/{case_no}"
    assert page.one("[data-case]").get("data-appeal") == "open"
    assert page.one("[data-case]").get("data-state") == "rejected"
    first, second = office.desk("agent"), office.desk("agent", login="agent-2")
    assert "照片很清楚" in first.open(f"/staff/cases/{case_no}").text
    assert not first.open(f"/staff/cases/{case_no}").all("form[action$='/decide']")
    row = second.open("/staff/cases").one(f"[data-case={case_no}]")
    assert "申诉中" in row.text and "优先" in row.text
    shown = second.open(f"/staff/cases/{case_no}").one("[data-first-answer]")
    assert shown.says("不同意", "agent", "凭证看不清或不完整", "照片看不清") and shown.has("time[data-time=answered]")
    desk = second.open(f"/staff/cases/{case_no}").submit("/decide", decision="refuse", reason="照片里没有问题")
    assert desk.status == 200
    page = visitor.open(f"/cases/{case_no}")
    assert "最后的答复" in page.text and "照片里没有问题" in page.text and "12315" in page.text
    assert page.one("[data-case]").get("data-appeal") is None
    over = visitor.open(f"/cases/{case_no}/appeal")
    assert (over.status, refusals(over)) == (409, ["refused"])


@S39
def test_an_appeal_that_is_granted_says_so_and_the_refund_starts(office: Office, visitor: Browserless) -> None:
    case_no = refused(office)
    sign_in(visitor)
    second = office.desk("agent", login="agent-2")
    visitor.open(f"/cases/{case_no}/appeal").submit("/appeal", body="照片很清楚")
    granted = second.open(f"/staff/cases/{case_no}").submit("/decide", decision="accept")
    assert granted.one("[data-case]").get("data-state") == "refunding"
    assert "改为同意" in visitor.open(f"/cases/{case_no}").text


@S39
@pytest.mark.parametrize("ended", ["appeal", "resubmit", "time"])
def test_a_refusal_stands_among_what_needs_the_customer_until_it_is_answered_or_its_time_is_over(
    ended: str, office: Office, visitor: Browserless
) -> None:
    case_no = refused(office)
    sign_in(visitor)
    page = visitor.open("/orders")
    row = page.one("[data-todo=rejected]")
    assert row.get("href") == f"/cases/{case_no}" and row.has("time[data-time=deadline]")
    assert page.one(".tabs a[href*='after_sales'] .count").text.startswith("1")
    listed = visitor.open("/cases")
    assert (
        listed.title.startswith("售后（1）") and listed.one("[data-todo=rejected]").get("href") == f"/cases/{case_no}"
    )
    if ended == "time":
        office.clock.move(days=30)
        sign_in(visitor)
    else:
        visitor.open(f"/cases/{case_no}/{ended}").submit(
            f"/{ended}", **({"body": "很清楚"} if ended == "appeal" else {})
        )
    assert not visitor.open("/orders").has("[data-todo]")


def granted_in_part(office: Office) -> str:
    """20.00 of 400.00, by the first of the staff."""
    number = office.take(bought(make_line("1", 2, 40000)))
    ask = ApplicationAsk(kind="refund_only", units=(("1", 2),), reason="quality", conditions=CONDITIONS)
    by = {"actor": office.made.shopper, "request_id": "r", "deps": office.deps}
    case_no = apply_for(order_no=number, ask=ask, **by).case_no
    office.add("agent")
    answer = {"decision": "partly", "amount": "20.00", "reason": "只补偿差价"}
    decide_case(case_no=case_no, actor=office.made.staff("agent"), request_id="part", deps=office.deps, **answer)
    return case_no


def refunds_of(page: Page) -> list[str]:
    return sorted(refund.all("data")[0].get("value") or "" for refund in page.all("section[data-refund]"))


@S39
@pytest.mark.parametrize("answer", ["accept", "refuse"])
def test_a_part_says_of_how_much_it_is_is_contested_and_answered(
    answer: str, office: Office, visitor: Browserless
) -> None:
    case_no = granted_in_part(office)
    sign_in(visitor)
    page = visitor.open(f"/cases/{case_no}")
    assert page.says("商家同意退¥20.00，您申请的是¥400.00", "前可以申诉", "只补偿差价") and "appeal" in page.actions
    page = page.act("appeal")
    assert page.says("商家同意退¥20.00，您申请的是¥400.00", "再退其余的¥380.00", "只补偿差价")
    page = page.submit("/appeal", body="差价不止这些")
    assert page.one("[data-case]").get("data-appeal") == "open" and page.state == "refunding"
    assert "appeal" not in page.actions and refunds_of(page) == ["20.00"]
    first = office.desk("agent", login="first")
    assert case_no in first.open("/staff/cases").text
    desk = office.desk("agent", login="colleague").open(f"/staff/cases/{case_no}")
    assert desk.says("第一次答复", "只补偿差价", "差价不止这些", "已同意退¥20.00，客户申请的是¥400.00")
    assert desk.one("#accept-effect").amount("refund") == "380.00"
    assert not desk.has("#decide input[type=number]") and not desk.says("申请之后订单有变化")
    quoted = desk.submit("/decide", fields={"decision": "partly", "amount": "80.00"}, button="quote")
    assert quoted.one("#decide-quote").amount("refund") == "80.00"
    desk = quoted.submit("/decide", fields={"decision": answer, "reason": "看过照片"})
    assert desk.status == 200
    page = visitor.open(f"/cases/{case_no}")
    assert not page.has("[data-appeal]") and "appeal" not in page.actions
    if answer == "accept":
        assert refunds_of(page) == ["20.00", "380.00"]
        assert page.one(".breakdown .total").amount("refund") == "400.00"
        assert page.says("申诉已复核，改为同意") and not page.says("您申请的是")
    else:
        assert refunds_of(page) == ["20.00"]
        assert page.says("申诉已复核，维持原来的答复", "看过照片", "商家同意退¥20.00")
    assert visitor.open(f"/cases/{case_no}/appeal").status == 409
