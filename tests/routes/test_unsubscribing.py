"""不再接收这类邮件: a button in the mail and a header for mail programs, for what the law does not owe (S15)."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from flask import Flask

from portal.repos.unit_of_work import reading, unit_of_work
from portal.services.jobs.work_jobs import work_all_jobs
from tests.support.page import Browserless
from tests.support.staff import Office, open_office

pytestmark = pytest.mark.req("S15")
REFUND = {
    "order_no": "TP1",
    "amount": {"minor": 100, "currency": "CNY"},
    "provider": "alipay",
    "account": "",
}


@pytest.fixture
def front(app: Flask) -> Office:
    return open_office(app)


def mail(front: Office, kind: str = "refund_succeeded") -> str:
    """Where the mail that was just sent is stopped, "" for nowhere."""
    with unit_of_work(front.deps) as work:
        told = REFUND if kind == "refund_succeeded" else {"order_no": "TP1"}
        work.notices.add(front.made.shop_id, front.made.shopper.id, kind, dict(told), order_no="TP1")
    work_all_jobs(deps=front.deps)
    return str(front.mailer.sent[-1].unsubscribe)


def off(front: Office) -> list[str] | None:
    with reading(front.deps) as work:
        return work.accounts.get(front.made.shopper.id, front.made.shop_id).notices_off


def path_of(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}"


def test_looking_stops_nothing_and_the_button_does_without_signing_in(front: Office, visitor: Browserless) -> None:
    page = visitor.open(path_of(mail(front)))
    assert page.status == 200 and page.says("退款到账") and off(front) is None
    page = page.submit("main form")
    assert page.status == 200 and page.one("[data-stopped]").get("data-stopped") == "yes"
    assert off(front) == ["mail:refunds"]
    before = len(front.mailer.sent)
    mail(front)
    assert len(front.mailer.sent) == before, "no mail of that group any more"


def test_a_mail_provider_stops_them_with_one_post_that_has_no_form_of_ours(front: Office) -> None:
    address = path_of(mail(front))
    client = front.app.test_client()
    for _ in range(2):
        answer = client.post(
            address, data={"List-Unsubscribe": "One-Click"}, headers={"Origin": "https://mail.example"}
        )
        assert answer.status_code == 200
    assert off(front) == ["mail:refunds"]


def test_what_is_always_sent_cannot_be_stopped_and_the_mail_does_not_offer_it(front: Office) -> None:
    assert mail(front, "address_changed") == ""
    assert "unsubscribe" not in front.mailer.sent[-1].html


@pytest.mark.parametrize("token", ["x", "v1.AAAA", "v1." + "A" * 300])
def test_a_token_that_we_have_not_sealed_is_no_page(token: str, front: Office, visitor: Browserless) -> None:
    assert visitor.open(f"/unsubscribe/{token}").status == 404
    address = path_of(mail(front))
    broken = re.sub(r"/unsubscribe/(.{9})", lambda found: f"/unsubscribe/{found[1][:-1]}_", address)
    assert visitor.open(broken).status in (200, 404) and off(front) is None
