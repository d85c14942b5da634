"""The desk of an application: what policy suggests, each answer with its effect, and the answer (S42, N2, N3)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest

from portal.domain.applying.decide import CONDITIONS
from portal.domain.cases.ask import ApplicationAsk
from portal.domain.orders.order import Line
from portal.services.applying.apply_for import apply_for
from portal.services.evidence.receive_files import receive_evidence
from tests.adapters.pictures import encoded, photo
from tests.services.evidence.test_evidence import upload
from tests.support.applications import bought
from tests.support.make import make_shop
from tests.support.order_facts import make_line
from tests.support.page import Browserless, Page
from tests.support.said import decide_case
from tests.support.shopper import sign_in
from tests.support.signing_in import refusals
from tests.support.staff import Office

S42 = pytest.mark.req("S42")


def forms_of(page: Page) -> list[str]:
    """The acts of the forms in the page's main part."""
    return [urlsplit(form.address).path.rpartition("/")[2] for form in page.forms if form.is_in_main]


def applied(office: Office, kind: Any = "refund_only", reason: str = "quality", **values: Any) -> str:
    """An application for three units of 100.00; the case number."""
    number = office.take(
        bought(make_line("1", 3, 30000), make_line("2", 1, 1000)), made=values.pop("made", office.made)
    )
    asked = {"units": (("1", 3),), "received": True, "conditions": CONDITIONS} | values
    evidence = asked.pop("evidence", ())
    return apply_for(
        order_no=number,
        ask=ApplicationAsk(kind=kind, reason=reason, **asked),
        evidence_ids=evidence,
        actor=office.made.shopper,
        request_id=f"apply-{number}",
        deps=office.deps,
    ).case_no


@pytest.mark.req("S42", "S21")
def test_the_queue_says_what_policy_suggests_with_the_amount(office: Office) -> None:
    granted, judged = applied(office, "return_refund", "other"), applied(office, "refund_only", "quality")
    page = office.desk("agent").open("/staff/cases")
    assert [row.get("data-case") for row in page.all("tr[data-case]")] == [judged, granted]
    row = page.one(f'tr[data-case="{granted}"]')
    assert row.says("退货退款", "建议同意") and row.amount("refund") == "300.00"
    assert page.one(f'tr[data-case="{judged}"]').says("优先处理", "需要人工判断")


@pytest.mark.req("S42", "N2", "N3", "N4")
def test_the_desk_shows_the_suggestion_and_what_each_answer_does(office: Office) -> None:
    case_no = applied(office, "return_refund", "other", conditions=("complete",))
    page = office.desk("agent").open(f"/staff/cases/{case_no}")
    said = page.one(".suggestion")
    assert said.says("规则建议：可以同意", "SHOP-7", "有商品状态客户没有确认", "到时没有答复，申请自动通过")
    assert [part.get("data-unticked") for part in page.all("[data-unticked]")] == ["as_received", "packaging"]
    assert page.one("#accept-effect").amount("refund") == "300.00"
    assert page.one("#accept-effect").says("客户会收到退货单号")
    assert page.one("#refuse-effect").says("申诉")
    assert len(page.queries) <= 18


@pytest.mark.req("S42", "S29")
def test_accepting_pays_what_was_shown(office: Office, htmx: bool) -> None:
    case_no = applied(office)
    page = office.desk("agent", htmx=htmx).open(f"/staff/cases/{case_no}").submit("/decide", decision="accept")
    assert page.path == f"/staff/cases/{case_no}" and page.state == "refunding"
    assert "已同意" in page.text
    assert [row["amount_minor"] for row in office.rows("SELECT amount_minor FROM refund")] == [30000]


@pytest.mark.req("S42", "P4", "P13")
def test_a_part_is_quoted_before_it_is_granted(office: Office, htmx: bool) -> None:
    case_no = applied(office)
    page = office.desk("agent", htmx=htmx).open(f"/staff/cases/{case_no}")
    page = page.submit("/decide", fields={"decision": "partly", "quantity-1": "2"}, button="quote")
    assert page.status == 200 and page.state == "submitted"
    assert page.one("#decide-quote").amount("refund") == "200.00"
    page = page.submit("/decide", fields={"decision": "partly", "quantity-1": "2", "reason": "只有两件有问题"})
    assert page.state == "refunding"
    assert "只有两件有问题" in page.text
    assert [row["amount_minor"] for row in office.rows("SELECT amount_minor FROM refund")] == [20000]


@S42
@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ({}, "required"),
        ({"decision": "partly"}, "not_less"),
        ({"decision": "partly", "amount": "300.01"}, "above_computed"),
        ({"decision": "partly", "amount": "much"}, "not_an_amount"),
        ({"decision": "partly", "amount": "-1"}, "too_small"),
        ({"decision": "partly", "quantity-1": "4"}, "too_many"),
        ({"decision": "partly", "quantity-1": "-1"}, "negative"),
        ({"decision": "partly", "quantity-1": "0"}, "none_chosen"),
        ({"decision": "refuse", "reason_code": "evidence"}, "required"),
    ],
)
def test_an_answer_that_cannot_be_taken_says_so_at_its_field(typed: dict[str, str], code: str, office: Office) -> None:
    case_no = applied(office)
    page = office.desk("agent").open(f"/staff/cases/{case_no}")
    page = page.submit("/decide", fields=typed | ({"reason": "照片看不清"} if "reason_code" not in typed else {}))
    assert (page.status, refusals(page), page.state) == (422, [code], "submitted")
    assert "reason_code" in typed or "照片看不清" in page.html
    assert all(f'value="{value}"' in page.html for value in typed.values())


@pytest.mark.req("S39", "S42")
def test_refusing_says_why_and_the_customer_reads_it(office: Office, htmx: bool) -> None:
    case_no = applied(office)
    page = office.desk("supervisor", htmx=htmx).open(f"/staff/cases/{case_no}")
    page = page.submit("/decide", fields={"decision": "refuse", "reason_code": "evidence", "reason": "看不清序列号"})
    assert page.state == "rejected"
    assert page.one("#decide").says("不同意", "凭证看不清或不完整", "看不清序列号")


@pytest.mark.req("S42", "S36")
def test_asking_for_more_hands_the_case_to_the_customer(office: Office, htmx: bool) -> None:
    case_no = applied(office)
    page = office.desk("agent", htmx=htmx).open(f"/staff/cases/{case_no}")
    assert page.submit("/ask", body=" ").status == 422
    page = page.submit("/ask", body="请拍一张标签")
    assert page.state == "needs_info" and "已请客户补充" in page.text
    assert "请拍一张标签" in page.text
    assert not [form for form in page.forms if form.address.endswith("/ask")]
    assert page.submit("/decide", decision="accept").state == "refunding"


@pytest.mark.req("S42", "N6")
def test_what_changed_meanwhile_is_said_and_what_was_typed_stays(office: Office, htmx: bool) -> None:
    case_no = applied(office)
    agent = office.desk("agent", htmx=htmx)
    page = agent.open(f"/staff/cases/{case_no}")
    with office.deps.database.writing() as connection:
        connection.exec_driver_sql("UPDATE payment SET refunded_minor = 10000")
    page = page.submit("/decide", fields={"decision": "accept", "reason": "同意"})
    assert (page.status, page.state, page.errors) == (409, "submitted", ["changed"])
    assert page.one("#accept-effect").amount("refund") == "210.00" and "同意</textarea>" in page.html
    other = agent.open(f"/staff/cases/{case_no}")
    assert page.submit("/decide", decision="accept").state == "refunding"
    other = other.submit("/decide", fields={"decision": "refuse", "reason": "看不清"})
    assert (other.status, other.state) == (409, "refunding")
    assert "这份申请已经有答复" in other.text and "看不清" in other.text


@S42
def test_a_colleague_who_notes_something_disturbs_no_answer(office: Office) -> None:
    case_no = applied(office)
    agent = office.desk("agent")
    page = agent.open(f"/staff/cases/{case_no}")
    agent.open(f"/staff/cases/{case_no}").submit("/note", body="客户很急")
    for _ in range(2):
        assert page.submit("/decide", decision="accept").state == "refunding"
    assert len(office.rows("SELECT id FROM refund")) == 1


@S42
def test_who_only_reads_sees_the_suggestion_and_no_form(office: Office) -> None:
    case_no = applied(office)
    page = office.desk("auditor").open(f"/staff/cases/{case_no}")
    assert page.has(".suggestion") and forms_of(page) == ["presence"]


@S42
def test_money_collected_at_the_door_is_not_promised_back(office: Office) -> None:
    case_no = applied(office)
    with office.deps.database.writing() as connection:
        connection.exec_driver_sql("UPDATE orders SET payment_terms = 'cod'")
    page = office.desk("agent").open(f"/staff/cases/{case_no}")
    assert page.one(".suggestion").says("货到付款的钱没有原路可退")
    assert not page.has("#accept-effect") and page.has("#refuse-effect")


@pytest.mark.req("S42", "S20")
def test_evidence_is_looked_through_on_the_desk_and_by_nobody_else(office: Office) -> None:
    order_no = office.take(bought(make_line("1", 3, 30000)))
    actor = office.made.shopper
    given = {"actor": actor, "order_no": order_no, "deps": office.deps}
    sent = receive_evidence(uploads=[upload(encoded(photo()))], **given).evidence
    ask = ApplicationAsk(kind="refund_only", reason="quality", units=(("1", 1),))
    ids = [file.id for file in sent]
    apply_for(order_no=order_no, ask=ask, evidence_ids=ids, actor=actor, request_id="a", deps=office.deps)
    case_no = office.rows("SELECT case_no FROM after_sales_case")[0]["case_no"]
    desk = office.desk("warehouse")
    page = desk.open(f"/staff/cases/{case_no}")
    address = page.one("#evidence a[target]").get("href")
    assert address == f"/staff/evidence/{ids[0]}"
    picture = desk.client.get(address)
    assert (picture.status_code, picture.content_type) == (200, "image/jpeg")
    make_shop(office.deps, key="two", name="二号店")
    stranger = office.newcomer()
    office.enter(stranger, office.add("supervisor", "elsewhere", ("two",)))
    assert stranger.client.get(address).status_code == 404


@S42
def test_the_command_and_the_desk_answer_with_the_same_service(office: Office) -> None:
    case_no = applied(office)
    page = office.desk("agent").open(f"/staff/cases/{case_no}")
    decide_case(
        case_no=case_no, decision="accept", actor=office.made.staff("agent"), request_id="cli", deps=office.deps
    )
    assert page.submit("/decide", decision="accept").status == 409


@S42
def test_a_part_is_granted_with_a_reason_and_told_as_granted(office: Office, visitor: Browserless) -> None:
    case_no = applied(office)
    page = office.desk("agent").open(f"/staff/cases/{case_no}")
    typed = {"decision": "partly", "amount": "20.00"}
    assert refusals(page.submit("/decide", fields=typed)) == ["required"]
    quoted = page.submit("/decide", fields=typed, button="quote")
    assert quoted.one("#decide-quote").says("商家同意退¥20.00，您申请的是¥300.00")
    page = page.submit("/decide", fields=typed | {"reason": "只是包装破损"})
    assert page.state == "refunding" and page.says("商家同意退¥20.00，您申请的是¥300.00")
    sign_in(visitor)
    for after in (lambda: None, office.work):
        after()
        shown = visitor.open(f"/cases/{case_no}")
        assert shown.one("#standing").says("部分通过", "商家同意退¥20.00，您申请的是¥300.00")
        assert shown.says("只是包装破损", "商家同意了一部分，退款¥20.00")
        for untrue in ("您申请¥20.00", "处理结果：已成功", "申请已通过"):
            assert untrue not in shown.text
    listed = visitor.open("/cases").one(f"[data-case={case_no}]")
    assert listed.says("商家同意退¥20.00，您申请的是¥300.00") and not listed.says("已成功")


@S42
@pytest.mark.parametrize(
    ("line", "offered"),
    [
        (make_line("1", 3, 30000), set()),
        (make_line("1", 3, 30000, tags=("custom",)), {"restricted"}),
    ],
)
def test_a_refusal_has_one_of_the_codes_that_apply(office: Office, line: Line, offered: set[str]) -> None:
    ask = ApplicationAsk(kind="refund_only", reason="quality", units=(("1", 3),), conditions=CONDITIONS)
    made = {"actor": office.made.shopper, "request_id": "apply", "deps": office.deps}
    case_no = apply_for(order_no=office.take(bought(line)), ask=ask, **made).case_no
    page = office.desk("agent").open(f"/staff/cases/{case_no}")
    codes = {choice.get("value") for choice in page.all("[name=reason_code]")}
    assert codes == {"state", "evidence", "wrong_info", "other"} | offered
    refused = page.submit("/decide", fields={"decision": "refuse", "reason": "看不清"})
    assert (refused.status, refusals(refused), refused.state) == (422, ["required"], "submitted")
    forged = page.submit("/decide", forged={"decision": "refuse", "reason": "看不清", "reason_code": "fee_unpaid"})
    assert (forged.status, refusals(forged)) == (422, ["not_offered"])


@S42
def test_the_list_does_not_call_a_case_done_whose_refund_came_back(office: Office, visitor: Browserless) -> None:
    case_no = applied(office)
    office.desk("agent").open(f"/staff/cases/{case_no}").submit("/decide", decision="accept")
    with office.deps.database.writing() as connection:
        connection.exec_driver_sql("UPDATE after_sales_case SET state = 'completed'")
        connection.exec_driver_sql("UPDATE refund SET state = 'failed'")
    sign_in(visitor)
    for path in (f"/cases/{case_no}", "/cases"):
        page = visitor.open(path)
        assert page.says("退款未成功，处理中") and not page.says("处理结果：已成功"), path
