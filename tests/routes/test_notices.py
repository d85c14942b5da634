"""消息: a line each, read when it is opened; what is sent is the customer's choice, within what the law owes."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from portal.models.job import Notice
from portal.repos.unit_of_work import reading, unit_of_work
from tests.support.make import make_customer
from tests.support.page import Browserless, Page
from tests.support.shopper import Shopfront, sign_in

S15 = pytest.mark.req("S15")
TOLD: dict[str, dict[str, Any]] = {
    "refund_succeeded": {
        "order_no": "TP1",
        "amount": {"minor": 100, "currency": "CNY"},
        "provider": "alipay",
        "account": "",
    },
    "address_changed": {"order_no": "TP1"},
}


def tell(front: Shopfront, kind: str = "address_changed", customer_id: int | None = None) -> int:
    """The number of a notice to the shop's customer, about an order of theirs, or to another."""
    order_no = "" if customer_id else front.take()
    with unit_of_work(front.deps) as work:
        about = customer_id or front.made.shopper.id
        work.notices.add(front.made.shop_id, about, kind, TOLD[kind], order_no=order_no)
    with reading(front.deps) as work:
        return int(work.connection.execute(select(Notice.id).order_by(Notice.id.desc()).limit(1)).scalar_one())


def is_mailed(front: Shopfront, number: int) -> bool:
    with reading(front.deps) as work:
        return work.connection.execute(select(Notice.mailed_at).where(Notice.id == number)).scalar_one() is not None


def unread(page: Page) -> int:
    return len(page.all(".notice-list .new"))


@S15
def test_a_new_notice_is_a_button_and_read_once_it_was_opened(front: Shopfront, shopper: Browserless) -> None:
    first, second = tell(front), tell(front)
    page = shopper.open("/notices")
    assert unread(page) == 2 and page.one("nav .count").text.startswith("2")
    page = page.submit(f"/notices/{first}")
    assert page.path == f"/notices/{first}" and page.says("收货信息") and page.has("a[href^='/orders/']")
    page = shopper.open("/notices")
    assert [row.get("data-notice-no") for row in page.all(".new")] == [str(second)]
    assert page.one(f"[data-notice-no='{first}'] a").get("href") == f"/notices/{first}"


@S15
def test_only_looking_at_a_notice_does_not_mark_it(front: Shopfront, shopper: Browserless) -> None:
    number = tell(front)
    assert shopper.open(f"/notices/{number}").status == 200
    assert unread(shopper.open("/notices")) == 1
    assert unread(shopper.open("/notices").submit("/notices/read")) == 0


@S15
def test_anothers_notice_is_not_there(front: Shopfront, shopper: Browserless) -> None:
    other = make_customer(front.deps, front.made.shop_id, 2)
    theirs, mine = tell(front, customer_id=other), tell(front)
    assert [shopper.open(f"/notices/{number}").status for number in (theirs, 10**17)] == [404, 404]
    page = shopper.open("/notices")
    assert page.submit(f"/notices/{mine}", forged={}).status == 200
    visitor = Browserless(front.app.test_client())
    sign_in(visitor, "c-2")
    assert unread(visitor.open("/notices")) == 1


@S15
def test_what_is_switched_off_is_not_sent_that_way_and_stands_in_the_portal(
    front: Shopfront, shopper: Browserless
) -> None:
    page = shopper.open("/notices/settings")
    owed = page.one("[data-owed]")
    assert owed.says("不能关闭") and all(box.get("disabled") is not None for box in owed.all("input"))
    page = page.submit(mail=["progress", "reminders", "messages"], text=[])
    assert page.path == "/notices/settings" and page.says("通知设置已保存")
    assert not page.has("#mail-refunds[checked]") and page.has("#mail-progress[checked]")
    muted, owed = tell(front, "refund_succeeded"), tell(front, "address_changed")
    front.work()
    assert (is_mailed(front, muted), is_mailed(front, owed)) == (False, True)
    assert unread(shopper.open("/notices")) == 2


@S15
def test_the_language_is_chosen_there_for_pages_and_notices(front: Shopfront, shopper: Browserless) -> None:
    page = shopper.open("/notices/settings").submit(locale="en")
    assert page.h1 == "Notification settings" and page.says("cannot be switched off")
    with reading(front.deps) as work:
        assert work.accounts.get(front.made.shopper.id, front.made.shop_id).locale == "en"
