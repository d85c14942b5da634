"""/orders/<no>/ask: a question from the form to the answer (S41)."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.adapters.pictures import encoded, photo
from tests.support.applications import bought
from tests.support.make import make_customer
from tests.support.order_facts import make_line
from tests.support.page import Browserless
from tests.support.shopper import sign_in
from tests.support.signing_in import refusals
from tests.support.staff import Office, open_office

S41 = pytest.mark.req("S41")
PHOTO = ("IMG_1.jpg", encoded(photo()), "image/jpeg")


@pytest.fixture
def office(app: Flask) -> Office:
    return open_office(app)


@S41
def test_a_question_is_asked_answered_and_asked_on(office: Office, visitor: Browserless) -> None:
    order_no = office.take(bought(make_line("1", 1, 30000)))
    sign_in(visitor)
    page = visitor.open(f"/orders/{order_no}").follow("向客服提问")
    page = page.submit("/ask", evidence=PHOTO)
    assert (page.status, refusals(page)) == (422, ["required"]) and page.has("input[name=evidence_id]")
    page = page.submit("/ask", body="怎么安装？")
    assert page.path.startswith("/cases/T") and page.state == "submitted"
    assert page.one("#messages").says("怎么安装？") and page.has("#thread a[href^='/evidence/']")
    assert "待客服答复" in page.text and not page.actions & {"edit", "withdraw"}
    case_no = page.path.removeprefix("/cases/")
    assert visitor.open("/cases").one(f'[data-case="{case_no}"]').says("提问")
    assert visitor.open(f"/orders/{order_no}").has(f'[data-case="{case_no}"]')

    desk = office.desk("agent")
    row = desk.open("/staff/cases").one(f'tr[data-case="{case_no}"]')
    assert row.says("提问", "需要回复", "待答复")
    theirs = desk.open(f"/staff/cases/{case_no}")
    assert theirs.one("#question").says("写留言就是答复") and not theirs.has("#decide")
    theirs = theirs.submit("/message", body="见说明书第3页。")
    assert theirs.state == "completed" and "已答复" in theirs.text

    page = page.reload()
    assert page.state == "completed" and "客服已答复，还有问题可以继续留言" in page.text
    assert page.submit("/messages", body="没有说明书。").state == "submitted"
    assert case_no in visitor.open(f"/orders/{order_no}/ask").text


@S41
def test_another_customers_order_cannot_be_asked_about(office: Office, visitor: Browserless) -> None:
    order_no = office.take(bought(make_line("1", 1, 30000)))
    make_customer(office.deps, office.made.shop_id, 2)
    sign_in(visitor, "c-2")
    assert visitor.open(f"/orders/{order_no}/ask").status == 404
