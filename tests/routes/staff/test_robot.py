"""/staff/settings/robot: where notices are posted, never shown again, with a code of this moment."""

from __future__ import annotations

import pytest
from flask import Flask

from portal.ports import RobotAnswer
from tests.support.staff import Office, open_office

pytestmark = pytest.mark.req("S21", "N8")
PATH, FORM = "/staff/settings/robot", "[action$='/settings/robot']"
URL = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=0123456789abcdef"


@pytest.fixture
def office(app: Flask) -> Office:
    return open_office(app)


def test_an_administrator_sets_it_tries_it_and_ends_it_and_others_are_told(office: Office) -> None:
    office.add("admin", login="zong", mail="zong@example.com")
    admin = office.desk("admin")
    page = admin.open("/staff/settings")
    assert page.one("[data-section=robot] a").get("href") == PATH
    page = admin.open(PATH)
    assert page.one("[data-robot]").get("data-robot") == "off" and not page.has("[action$='/try']")
    typed = {"form_of": "wecom", "url": URL, "kinds": ["appeal", "refund_failed"], "code": office.next_code()}
    page = page.submit(PATH, fields=typed)
    assert "群机器人已保存" in page.text
    assert page.one("[data-address]").text == "qyapi.weixin.qq.com …cdef" and "0123456789" not in page.html
    assert [box.get("value") for box in page.all("input[name=kinds][checked]")] == ["refund_failed", "appeal"]
    office.robots.answers = [RobotAnswer(problem="refused", status=200, said='{"errcode":93000} <b>')]
    page = page.submit("/try")
    assert page.one("[data-answer]").get("data-answer") == "refused" and '{"errcode":93000} <b>' in page.text
    page = page.submit("/try")
    assert page.one("[data-answer]").get("data-answer") == "" and len(office.robots.posted) == 1
    page = page.submit(PATH, form_of="off")
    assert "已停用" in page.text and page.one("[data-robot]").get("data-robot") == "off"
    office.work()
    assert [mail.to for mail in office.mailer.sent if "群机器人" in mail.subject] == ["zong@example.com"] * 2
    assert office.desk("auditor").open("/staff/audit").text.count("修改了群机器人") >= 1


def test_without_a_code_of_this_moment_nothing_changes_and_what_was_typed_stays(office: Office) -> None:
    admin = office.desk("admin")
    page = admin.open(PATH).submit(PATH, form_of="wecom", url=URL, code="000000")
    assert page.status == 422 and page.has("#robot-code-error") and page.one("#url").get("value") == URL
    page = page.submit(PATH, form_of="wecom", url=URL, code="")
    assert page.status == 422
    page = page.submit(PATH, form_of="wecom", url="http://robot.example", code=office.next_code())
    assert page.status == 422 and page.has("#url-error")
    assert office.rows("SELECT shop_id FROM robot") == []


def test_an_auditor_reads_and_does_not_change_it(office: Office) -> None:
    page = office.desk("auditor").open(PATH)
    assert page.status == 200 and not page.has("[action$='/settings/robot']")
    assert office.desk("agent").open(PATH).status == 403
