"""Another way for a refund, on its page: two people, an account that is shown on demand, what it was paid under."""

from __future__ import annotations

import pytest

from tests.support.shopper import sign_in
from tests.support.staff import Office
from tests.support.staff_presses import TRANSFER, failed_refund

pytestmark = pytest.mark.req("S44", "N7")


def test_it_goes_through_two_people_and_is_told_to_its_customer(office: Office, htmx: bool) -> None:
    number = failed_refund(office)
    desk = office.desk("agent", login="agent-2", htmx=htmx)
    page = desk.open("/staff/refunds").follow("换一种方式退")
    assert page.says("账户已注销", "客户同意后才能换", "商户退款单号", number)
    page = page.submit("/transfer", fields=TRANSFER)
    assert page.path == "/staff/refunds" and page.says("已提交审批")
    own = desk.open(f"/staff/refunds/{number}/transfer")
    assert "6222000012345678" not in own.text and own.says("****5678", "电话里同意")
    assert not [form for form in own.forms if form.matches("/answer")]
    boss = office.desk("supervisor", htmx=htmx)
    waiting = boss.open("/staff/approvals").one(f'tr[data-refund="{number}"]')
    assert waiting.says("银行卡", "****5678", "agent-2") and "6222" not in waiting.text
    (quote_no,) = (row["quote_no"] for row in office.rows("SELECT quote_no FROM refund"))
    page = boss.open("/staff/approvals").follow(quote_no)
    assert page.path == f"/staff/refunds/{number}/transfer"
    assert "6222000012345678" not in page.text
    page = page.submit("/transfer/account")
    assert page.one("[data-shown]").says("张三", "6222000012345678")
    page = boss.open(f"/staff/refunds/{number}/transfer").submit("/transfer/answer", answer="approve")
    assert page.says("已批准", "待付款") and not boss.open("/staff/approvals").all("tr[data-refund]")
    page = desk.open(f"/staff/refunds/{number}/transfer").submit("/transfer/paid", reference="NB20261120")
    assert page.says("退款已完成", "所有退款都在正常进行")
    shopper = office.newcomer()
    sign_in(shopper)
    said = shopper.open("/orders/TP20260001")
    assert said.says("您提供的账户", "****5678", "NB20261120") and "6222" not in said.text


def test_what_is_missing_stands_at_its_field(office: Office) -> None:
    number = failed_refund(office)
    page = office.desk("agent", login="agent-2").open(f"/staff/refunds/{number}/transfer")
    page = page.submit("/transfer", fields=TRANSFER | {"consent": "", "account": ""})
    assert (page.status, page.errors) == (422, ["required", "required"])
    assert office.rows("SELECT id FROM transfer") == []
