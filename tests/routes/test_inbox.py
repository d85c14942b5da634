"""A mail is looked at and confirmed by its sender, and dealt with by staff (S34)."""

from __future__ import annotations

import pytest
from flask import Flask

from portal.services.inbox.receive_mail import receive_mail
from tests.services.inbox.test_receive_mail import mail
from tests.support.applications import bought
from tests.support.inbox_presses import came
from tests.support.order_facts import make_line
from tests.support.page import Browserless
from tests.support.staff import Office, open_office

pytestmark = pytest.mark.req("S34")


@pytest.fixture
def shop(app: Flask) -> Office:
    return open_office(app)


def asked(shop: Office) -> str:
    number = shop.take(bought(make_line("1", 3, 30000)))
    receive_mail(mail(subject=number, text="杯子碎了 <script>"), deps=shop.deps)
    return f"/mail/{shop.rows('SELECT public_id FROM inbound_mail')[0]['public_id']}"


def test_whoever_has_the_link_sees_the_mail_confirms_it_and_is_led_to_the_case(shop: Office, app: Flask) -> None:
    visitor = Browserless(app.test_client())
    address = asked(shop)
    page = visitor.open(address)
    assert page.status == 200 and "杯子碎了" in page.text
    assert shop.rows("SELECT id FROM after_sales_case") == []
    done = page.submit(address)
    case_no = shop.rows("SELECT case_no FROM after_sales_case")[0]["case_no"]
    assert done.status == 200 and case_no in done.text and "来信已转给客服" in done.text
    assert page.submit(address).status in (200, 409)
    assert len(shop.rows("SELECT id FROM message")) == 1


def test_a_link_that_is_over_says_so(shop: Office, app: Flask) -> None:
    address = asked(shop)
    shop.clock.move(hours=21)
    assert Browserless(app.test_client()).open(address).status == 410
    assert Browserless(app.test_client()).open("/mail/" + "a" * 26).status == 404


def test_the_inbox_is_read_masked_and_a_number_that_is_none_is_told(app: Flask) -> None:
    office = open_office(app)
    desk = office.desk("agent")
    assert "没有等待处理的来信" in desk.open("/staff/inbox").text
    address = came(office)
    page = desk.open("/staff/inbox")
    assert "没有写订单号或申请编号" in page.text and "other@example.org" not in page.text
    page = desk.open(address)
    assert "other@example.org" not in page.text and "1个，在邮箱里查看" in page.text
    page = page.submit("/note", case_no="T1")
    assert page.status == 422 and "没有这个申请编号" in page.text
    assert page.submit("/note", case_no=office.waiting()).status == 200
    assert "没有等待处理的来信" in desk.open("/staff/inbox").text
