"""Customer and shop write to each other on the case (S41, P7)."""

from __future__ import annotations

import pytest
from flask import Flask

from portal.services.messages.write_message import message_customer, note_internally
from tests.adapters.pictures import encoded, photo
from tests.support.make import make_customer
from tests.support.page import Browserless
from tests.support.shopper import sign_in
from tests.support.signing_in import refusals
from tests.support.staff import Office, open_office

PHOTO = ("IMG_1.jpg", encoded(photo()), "image/jpeg")
OTHER = ("IMG_2.jpg", encoded(photo(40)), "image/jpeg")
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


@pytest.mark.req("S41", "P7", "S20")
def test_evidence_goes_with_a_message_and_stays_while_it_is_mended(office: Office, visitor: Browserless) -> None:
    case_no = office.waiting()
    sign_in(visitor)
    page = visitor.open(f"/cases/{case_no}").submit("/messages", evidence=PHOTO)
    assert (page.status, refusals(page)) == (422, ["required"])
    assert page.has("input[name=evidence_id]")
    page = page.submit("/messages", body="见照片。")
    assert page.path == f"/cases/{case_no}"
    address = page.one("#thread a").get("href")
    assert address and visitor.client.get(address).status_code == 200
    assert (
        office.desk("agent").open(f"/staff/cases/{case_no}").one("#evidence a[target]").get("href")
        == f"/staff{address}"
    )


@pytest.mark.req("S41", "P7", "S20")
def test_staff_send_files_and_note_others_that_the_customer_never_sees(office: Office, visitor: Browserless) -> None:
    case_no = office.waiting()
    sign_in(visitor)
    desk = office.desk("agent")
    page = desk.open(f"/staff/cases/{case_no}").submit("/message", evidence=PHOTO, button="upload")
    assert page.status == 200 and page.has("input[name=evidence_id]")
    page = page.submit("/message", body="请看说明图。")
    page = page.submit("/note", body="像是换过标签。", evidence=OTHER)
    told, noted = (part.get("href") for part in page.all("#evidence a[target]"))
    assert told and noted and desk.client.get(noted).status_code == 200
    answers = [visitor.client.get(address.removeprefix("/staff")).status_code for address in (told, noted)]
    assert answers == [200, 404]
    theirs = visitor.open(f"/cases/{case_no}")
    assert theirs.one("#thread").says("请看说明图。") and len(theirs.all("#thread a")) == 1


@S41
def test_messages_are_asked_for_again_every_half_minute_in_an_open_case(office: Office, visitor: Browserless) -> None:
    case_no = office.waiting()
    sign_in(visitor)
    page = visitor.open(f"/cases/{case_no}")
    link = page.one('#messages a[hx-trigger="click, every 30s"]')
    assert link.get("href") == f"/cases/{case_no}/messages"
