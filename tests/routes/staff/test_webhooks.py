"""/staff/webhooks: an endpoint added, tested, rotated, replayed and removed; secrets seen once."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from portal.ports import WebhookAnswer
from portal.services.webhooks.feed import feed_webhooks
from tests.support.page import Page
from tests.support.staff import Office, open_office
from tests.support.webhook_presses import LIST, URL, added, with_delivery

pytestmark = pytest.mark.req("P12", "N8")


@pytest.fixture
def office(app: Flask) -> Office:
    return open_office(app)


def deliver(office: Office) -> None:
    feed_webhooks(deps=office.deps)
    office.work()


def secret_on(page: Page) -> str:
    return str(page.one("[data-secret]").text)


def test_an_administrator_adds_one_and_its_secret_is_seen_once(office: Office) -> None:
    office.add("admin", login="zong", mail="zong@example.com")
    admin = office.desk("admin")
    assert admin.open("/staff/settings").one("[data-section=webhooks] a").get("href") == LIST
    page = admin.open(LIST)
    assert page.has(".empty") and "退款" in page.text
    typed = {"url": f"{URL}?key=of-the-shop", "kinds": "case:*，\nrefund:succeeded", "code": office.next_code()}
    made = page.submit(LIST, fields=typed)
    secret = secret_on(made)
    assert re.fullmatch(r"whsec_[A-Za-z0-9+/]{43}=", secret)
    page = admin.open(LIST)
    (row,) = page.all("[data-webhook]")
    assert row.get("data-state") == "on" and "of-the-shop" not in page.html and secret not in page.html
    page = admin.open(f"{LIST}/{row.get('data-webhook')}")
    assert "refund:succeeded case:*" in page.text and secret not in page.html and "of-the-shop" not in page.html
    office.work()
    (mail,) = office.mailer.sent
    assert mail.to == "zong@example.com" and "hooks.example" in mail.body
    assert secret not in mail.body and "of-the-shop" not in mail.body
    assert "添加了接收事件的地址" in office.desk("auditor").open("/staff/audit").text


def test_what_was_typed_wrong_is_said_and_nothing_is_added(office: Office) -> None:
    admin = office.desk("admin")
    for typed, error in (
        ({"url": "http://shop.example", "kinds": ""}, "#url-error"),
        ({"url": URL, "kinds": "refund:lost"}, "#kinds-error"),
        ({"url": "", "kinds": ""}, "#url-error"),
    ):
        page = admin.open(LIST).submit(LIST, fields=typed | {"code": office.next_code()})
        assert page.status == 422 and page.has(error), typed
        assert page.one("#url").get("value") == typed["url"]
    page = admin.open(LIST).submit(LIST, fields={"url": URL, "kinds": "", "code": "000000"})
    assert page.status == 422 and page.has("#webhook-code-error")
    assert office.rows("SELECT id FROM webhook_endpoint") == []


def test_a_test_shows_what_was_answered_and_deliveries_what_came_of_each(office: Office) -> None:
    admin, path = office.desk("admin"), f"{LIST}/{added(office)}"
    office.webhooks.answer = lambda _call: WebhookAnswer(problem="refused", status=500, said="<b>no</b>", took=31)
    page = admin.open(path).submit("/test")
    assert "测试事件已发出" in page.text and page.one("[data-answer]").get("data-answer") == "refused"
    assert "HTTP 500" in page.text and "<b>no</b>" in page.text and "31毫秒" in page.text
    deliver(office)
    page = admin.open(path)
    assert page.one("[data-webhook]").get("data-state") == "failing"
    assert {row.get("data-state") for row in page.all("[data-delivery]")} == {"waiting"}
    office.webhooks.answer = lambda _call: None
    page.submit("/enable")
    office.clock.move(minutes=2)
    deliver(office)
    page = admin.open(path)
    assert page.one("[data-webhook]").get("data-state") == "on"
    assert {row.get("data-state") for row in page.all("[data-delivery]")} == {"done"}
    before = len(office.webhooks.calls)
    page = page.submit("/deliveries/1/replay")
    deliver(office)
    assert "已安排重发" in page.text and len(office.webhooks.calls) > before


def test_the_given_up_are_seen_and_sent_again_and_so_is_what_came_after_a_cursor(office: Office) -> None:
    admin, path = office.desk("admin"), f"{LIST}/{with_delivery(office, 'dead')}"
    page = admin.open(path, list="dead")
    assert len(page.all("[data-delivery]")) == 1 and page.one("[data-webhook]").text
    assert not admin.open(path, list="waiting").all("[data-delivery]")
    page = page.submit("/replay-dead")
    deliver(office)
    assert not admin.open(path, list="dead").all("[data-delivery]")
    sent = len(office.webhooks.calls)
    assert admin.open(path).submit("/replay-after", after="soon").has("#after-error")
    assert admin.open(path).submit("/replay-after", after="0-999999999").has("#after-error")
    admin.open(path).submit("/replay-after", after="0-0")
    deliver(office)
    assert len(office.webhooks.calls) > sent
    for odd in ("x", "-1", "9" * 30, "1'"):
        assert admin.open(path, before=odd, list=odd).status == 200


def test_a_new_secret_is_seen_once_and_a_removed_address_is_gone(office: Office) -> None:
    admin, path = office.desk("admin"), f"{LIST}/{added(office)}"
    page = admin.open(path).submit("/rotate", code="000000")
    assert page.status == 422 and page.has("#rotate-code-error")
    made = page.submit("/rotate", code=office.next_code())
    assert secret_on(made).startswith("whsec_") and "原来的密钥" in admin.open(path).text
    page = admin.open(f"{path}/remove").submit("/remove")
    assert "地址已移除" in page.text and page.has(".empty")
    assert admin.open(path).status == 404


def test_an_auditor_reads_and_acts_on_nothing_and_others_see_nothing(office: Office) -> None:
    path = f"{LIST}/{with_delivery(office, 'dead')}"
    auditor = office.desk("auditor")
    for page in (auditor.open(LIST), auditor.open(path)):
        assert page.status == 200 and not page.all("main form")
    for role in ("agent", "supervisor", "warehouse"):
        assert office.desk(role).open(LIST).status == 403
