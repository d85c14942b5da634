"""下载全部记录: one file with all that is kept of a case for its customer (S38, N9)."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from zipfile import ZipFile

import pytest
from flask import Flask
from lxml import html

from tests.adapters.pictures import encoded, photo
from tests.browser.test_desk import contract
from tests.routes.staff.test_deciding import applied
from tests.routes.test_pickup import booked
from tests.support.make import make_customer
from tests.support.page import Browserless
from tests.support.shopper import sign_in
from tests.support.staff import Office, open_office

S38 = pytest.mark.req("S38", "N9")
IN_CLEAR = ("张三", "c1@example.com", "+8613800000001", "13800000001", "王小明", "13800000009", "西湖边2号")
PHOTO = ("序列号.jpg", encoded(photo()), "image/jpeg")


@pytest.fixture
def office(app: Flask) -> Office:
    return open_office(app)


def record_of(browser: Browserless, address: str) -> ZipFile:
    answer = browser.client.get(address)
    assert (answer.status_code, answer.content_type, answer.is_streamed) == (200, "application/zip", True)
    archive = ZipFile(io.BytesIO(answer.data))
    assert archive.testzip() is None
    return archive


def booked_return(office: Office) -> str:
    """A courier fetches the goods from somebody who has a name, a phone and an address."""
    return booked(office, office.newcomer())[0]


def text_of(archive: ZipFile) -> str:
    """All of it that can be read."""
    return "\n".join(archive.read(name).decode() for name in archive.namelist() if name.endswith((".json", ".html")))


@S38
def test_the_record_has_everything_but_what_staff_note_for_themselves(office: Office, visitor: Browserless) -> None:
    case_no = applied(office, note="杯子有裂纹")
    sign_in(visitor)
    visitor.open(f"/cases/{case_no}").submit("/messages", body="请看照片。", evidence=PHOTO)
    desk = office.desk("agent")
    page = desk.open(f"/staff/cases/{case_no}").submit("/note", body="像是第二次了。", evidence=PHOTO)
    page.submit("/decide", fields={"decision": "refuse", "reason_code": "evidence", "reason": "看不清序列号"})
    link = visitor.open(f"/cases/{case_no}").links["下载全部记录"]
    with record_of(visitor, link) as archive:
        names = archive.namelist()
        pages = {name: archive.read(f"index.{name}.html").decode() for name in ("zh", "en")}
        facts = json.loads(archive.read("record.json"))
        pictures = [name for name in names if name.startswith("evidence/")]
        assert len(pictures) == 1 and archive.read(pictures[0])[:3] == b"\xff\xd8\xff"
    for phrase in (
        "仅退款",
        "杯子有裂纹",
        "请看照片。",
        "商家未同意",
        "凭证看不清或不完整",
        "看不清序列号",
        "¥300.00",
        "SHOP-7",
    ):
        assert phrase in pages["zh"], phrase
    assert "Refund only" in pages["en"] and "Not approved" in pages["en"] and "退款明细" not in pages["en"]
    tree = html.document_fromstring(pages["en"])
    assert pictures[0] in tree.xpath("//a/@href") and tree.get("lang") == "en"
    assert "像是第二次了" not in json.dumps(facts, ensure_ascii=False) + pages["zh"]
    assert facts["case"]["case_no"] == case_no and facts["decisions"][0]["decision"]["rules"]
    assert facts["files"][0]["path"] == pictures[0] and len(facts["files"]) == 1


@S38
def test_a_refund_has_the_number_by_which_its_page_asks_to_quote_it(office: Office, visitor: Browserless) -> None:
    case_no = applied(office)
    office.desk("agent").open(f"/staff/cases/{case_no}").submit("/decide", fields={"decision": "accept"})
    sign_in(visitor)
    page = visitor.open(f"/cases/{case_no}")
    number = page.one("section[data-refund] [data-copy]").get("data-copy") or ""
    with record_of(visitor, page.links["下载全部记录"]) as archive:
        assert f'退款编号 <span class="code">{number}</span>' in archive.read("index.zh.html").decode()


@S38
def test_a_record_is_its_customers_and_that_of_staff_who_read_cases(office: Office, visitor: Browserless) -> None:
    case_no = applied(office)
    make_customer(office.deps, office.made.shop_id, 2)
    sign_in(visitor, "c-2")
    assert visitor.client.get(f"/cases/{case_no}/record.zip").status_code == 404
    desk = office.desk("auditor")
    link = desk.open(f"/staff/cases/{case_no}", tab="history").links["下载全部记录"]
    with record_of(desk, link) as archive:
        assert "record.json" in archive.namelist()


@pytest.mark.req("S38", "S42", "N9")
@pytest.mark.parametrize("made", [booked_return, contract], ids=["a courier comes", "a declaration"])
def test_in_the_record_that_staff_take_nobody_is_named_in_clear(made: Callable[[Office], str], office: Office) -> None:
    case_no = made(office)
    office.work()
    own, desk = office.newcomer(), office.desk("warehouse")
    sign_in(own)
    theirs = text_of(record_of(own, f"/cases/{case_no}/record.zip"))
    seen = text_of(record_of(desk, f"/staff/cases/{case_no}/record.zip"))
    known = [one for one in IN_CLEAR if one in theirs]
    assert len(known) >= 2 and not [one for one in IN_CLEAR if one in seen]
    assert "c***@example.com" in seen


@S38
def test_a_file_that_was_erased_is_left_out_and_the_rest_is_whole(office: Office, visitor: Browserless) -> None:
    case_no = applied(office)
    sign_in(visitor)
    visitor.open(f"/cases/{case_no}").submit("/messages", body="请看照片。", evidence=PHOTO)
    keys = [key for key, _ in office.deps.store.keys("")] or [
        row["key"] for row in office.rows("SELECT key FROM evidence_file")
    ]
    office.deps.store.delete(keys)
    with record_of(visitor, f"/cases/{case_no}/record.zip") as archive:
        assert not [name for name in archive.namelist() if name.startswith("evidence/")]
