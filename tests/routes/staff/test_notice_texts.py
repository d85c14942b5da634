"""通知文字: the shop's own words, tried on a case, kept version by version, and given back (S15)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from portal.repos.unit_of_work import unit_of_work
from tests.routes.test_quotes import case_of
from tests.support.page import Browserless
from tests.support.signing_in import refusals
from tests.support.staff import Office

pytestmark = pytest.mark.req("S15")
REFUND = {"amount": {"minor": 100, "currency": "CNY"}, "provider": "alipay", "account": "alipay"}
REFUSED = {"reason_code": "evidence", "reason": "看不清", "complaint_line": "12315"}
TYPED = {"subject": "退款{amount}到了", "body": "订单{order_no}的退款已退出。"}
PAGE = "/staff/settings/notices/refund_succeeded/zh"


@pytest.fixture
def admin(office: Office, htmx: bool) -> Browserless:
    return office.desk("admin", htmx=htmx)


def tell(office: Office, kind: str = "refund_succeeded", **params: Any) -> Any:
    order_no = office.take()
    with unit_of_work(office.deps) as work:
        told = {"order_no": order_no} | (REFUND if kind == "refund_succeeded" else params)
        work.notices.add(office.made.shop_id, office.made.shopper.id, kind, told, order_no=order_no)
    office.work()
    return office.mailer.sent[-1]


def test_a_notice_goes_out_in_the_shops_words_once_they_are_kept(office: Office, admin: Browserless) -> None:
    assert "退款¥1.00已退出" in tell(office).subject
    page = admin.open("/staff/settings/notices")
    assert page.tree.xpath("//tr[@data-kind='refund_succeeded']//a/@href")[0] == PAGE
    page = admin.open(PAGE).submit("main form", fields=TYPED, button="保存")
    assert page.one("[data-own]").get("data-own") == "yes" and page.says("第1版")
    mail = tell(office)
    assert mail.subject == "退款¥1.00到了" and "的退款已退出。\n\n" in mail.body
    assert "客服不会索要密码" in mail.body and "退款¥1.00到了" in mail.html
    page = admin.open(PAGE).submit("form[action$='/ours']")
    assert page.one("[data-own]").get("data-own") == "no" and page.says("第2版")
    assert "退款¥1.00已退出" in tell(office).subject
    rows = office.rows("SELECT text FROM event WHERE kind = 'staff:notice_text:kept' ORDER BY id")
    assert [json.loads(row["text"])["data"]["version"] for row in rows] == [1, 2]


def test_what_the_law_owes_follows_the_shops_words(office: Office, admin: Browserless) -> None:
    typed = {"subject": "关于{case_no}", "body": "您好，结果如下。"}
    page = admin.open("/staff/settings/notices/application_refused/zh")
    assert page.all("[data-keeps]")
    page.submit("main form", fields=typed, button="保存")
    told = {"case_no": "T1", "appeal_by": "2026-12-01T00:00:00+00:00", **REFUSED}
    body = tell(office, "application_refused", **told).body
    assert body.startswith("您好，结果如下。\n\n") and "看不清" in body and "12315" in body


def test_what_is_wrong_is_said_at_its_field_and_nothing_is_kept(office: Office, admin: Browserless) -> None:
    page = admin.open(PAGE).submit("main form", fields=TYPED | {"body": "{price}"}, button="保存")
    assert (page.status, refusals(page)) == (422, ["unknown_field"]) and page.says("{price}")
    assert page.one("#text-subject").get("value") == TYPED["subject"]
    page = page.submit("main form", fields={"body": "好", "case": "T20261120ZZZZZZZZ"}, button="试看")
    assert (page.status, refusals(page)) == (422, ["no_case"])
    assert not office.rows("SELECT 1 FROM notice_text")


def test_who_was_slower_is_told_and_may_save_again(office: Office, admin: Browserless) -> None:
    page = admin.open(PAGE)
    admin.open(PAGE).submit("main form", fields=TYPED, button="保存")
    page = page.submit(f"[action='{PAGE}']", fields=TYPED | {"subject": "另一个标题"}, button="保存")
    assert page.status == 409
    page = page.submit(f"[action='{PAGE}']", button="保存")
    assert page.says("第2版") and page.says("另一个标题")


@pytest.mark.parametrize("path", ["sign_in_code/zh", "contract_withdrawn/zh", "refund_succeeded/fr", "nothing/zh"])
def test_what_is_ours_alone_has_no_page(path: str, admin: Browserless) -> None:
    assert admin.open(f"/staff/settings/notices/{path}").status == 404


def test_it_is_tried_on_a_case_that_was_really_told_of_and_nothing_is_kept(office: Office, admin: Browserless) -> None:
    case_no = case_of(office)
    path = "/staff/settings/notices/application_received/zh"
    typed = {"subject": "收到{case_no}", "body": "{shop}会在{deadline}前答复。", "case": case_no.lower()}
    page = admin.open(path).submit("main form", fields=typed, button="试看")
    preview = page.one("[data-preview]").text
    assert f"收到{case_no}" in preview and "特派商城会在" in preview and "{" not in preview
    assert f"/cases/{case_no}" in preview and "客服不会索要密码" in preview
    assert page.one("#text-subject").get("value") == "收到{case_no}"
    assert not office.rows("SELECT 1 FROM notice_text")
