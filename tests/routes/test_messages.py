"""Customer and shop write to each other on the case (S41, P7)."""

from __future__ import annotations

import pytest
from flask import Flask

from portal.services.write_message import message_customer, note_internally
from tests.make import make_customer
from tests.page import Browserless
from tests.shopper import sign_in
from tests.signing_in import refusals
from tests.staff import Office, open_office

S41 = pytest.mark.req("S41", "P7")


@pytest.fixture
def office(app: Flask) -> Office:
    return open_office(app)


@S41
def test_a_customer_reads_what_the_shop_wrote_and_answers(office: Office, visitor: Browserless) -> None:
    case_no = office.waiting()
    sign_in(visitor)
    staff = office.made.staff("agent")
    before = visitor.open(f"/cases/{case_no}")
    office.add("agent")
    message_customer(case_no=case_no, body="包裹还在仓库。", actor=staff, request_id="m1", deps=office.deps)
    note_internally(case_no=case_no, body="客户很急。", actor=staff, request_id="n1", deps=office.deps)
    page = before.reload()
    assert "包裹还在仓库。" in page.text and "客户很急。" not in page.html
    page = page.submit("/messages", body="好的，\n请尽快。")
    assert page.path == f"/cases/{case_no}"
    assert [part.get("data-message") for part in page.all("[data-message]")] == ["shop", "customer"]
    assert "留言已发送" in page.text
    desk = office.desk("agent", login="agent-2")
    assert desk.open(f"/staff/cases/{case_no}").text.count("请尽快。") == 1


@S41
@pytest.mark.parametrize(("body", "code"), [("  ", "required"), ("长" * 1001, "too_long")])
def test_a_message_that_cannot_be_taken_stays_as_typed(
    body: str, code: str, office: Office, visitor: Browserless
) -> None:
    case_no = office.waiting()
    sign_in(visitor)
    page = visitor.open(f"/cases/{case_no}").submit("/messages", body=body)
    assert (page.status, refusals(page)) == (422, [code])
    assert body.strip() in page.html
    assert page.submit("/messages", body="好的。").path == f"/cases/{case_no}"


@S41
def test_the_same_message_is_written_once_and_nobody_elses_case_is_there(office: Office, visitor: Browserless) -> None:
    case_no = office.waiting()
    sign_in(visitor)
    page = visitor.open(f"/cases/{case_no}")
    for _ in range(2):
        done = page.submit("/messages", body="好的。")
    assert len(done.all("[data-message]")) == 1
    make_customer(office.deps, office.made.shop_id, 2)
    other = office.newcomer()
    sign_in(other, "c-2")
    assert other.open(f"/cases/{case_no}/messages").status == 404
