"""A refund of which nobody could be asked, on its page: a person looks it up, and says that it has arrived or not."""

from __future__ import annotations

import pytest

from tests.support.shopper import sign_in
from tests.support.staff import Office
from tests.support.staff_presses import parked_refund

pytestmark = pytest.mark.req("S12", "N7")


def test_one_that_was_found_is_settled_and_its_customer_reads_its_number(office: Office, htmx: bool) -> None:
    number = parked_refund(office)
    page = office.desk("agent", login="agent-2", htmx=htmx).open("/staff/refunds")
    row = page.one(f'[data-refund="{number}"]')
    assert row.says("结果不明") and "马上再试" not in row.text
    page = page.follow("核实后处理")
    assert page.says("先到支付机构或商城的后台查这笔款", number)
    missing = page.submit("/parked", outcome="arrived")
    assert missing.status == 422 and missing.says("请填写查到的退款流水号")
    page = missing.submit("/parked", outcome="arrived", reference="NB20261120")
    assert page.path == "/staff/refunds" and page.says("退款记为已退出", "所有退款都在正常进行", "没有要人工处理的事项")
    shopper = office.newcomer()
    sign_in(shopper)
    assert shopper.open("/orders/TP20260001").says("NB20261120")


def test_one_that_was_never_paid_is_sent_once_more(office: Office) -> None:
    number = parked_refund(office)
    page = office.desk("agent", login="agent-2").open(f"/staff/refunds/{number}/parked")
    page = page.submit("/parked", outcome="not_paid")
    assert page.path == "/staff/refunds" and page.says("退款已排到最前")
    office.work()
    office.rail.settle()
    office.clock.move(seconds=70)
    office.work()
    said = page.browser.open(f"/staff/refunds/{number}/parked")
    assert said.says("不用再核实") and not [form for form in said.forms if form.matches("/parked")]
    assert [row["state"] for row in office.rows("SELECT state FROM refund")] == ["succeeded"]
