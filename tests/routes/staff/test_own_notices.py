"""Mails to staff: at once, gathered by the hour or the day, or none, as each chooses on /staff/account."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from tests.routes.staff.test_deciding import applied
from tests.support.staff import Office, open_office

pytestmark = pytest.mark.req("S21")
MAIL = "agent@example.com"


@pytest.fixture
def office(app: Flask) -> Office:
    found = open_office(app)
    found.add("agent", mail=MAIL)
    return found


def to_agent(office: Office) -> list[str]:
    office.work()
    return [mail.subject for mail in office.mailer.sent if mail.to == MAIL]


def test_what_is_not_chosen_comes_at_once(office: Office) -> None:
    applied(office)
    assert to_agent(office) == ["需要处理：有新的申请或提问（订单TP20260001）"]


def test_what_is_gathered_comes_in_one_mail_once_and_nothing_makes_no_mail(office: Office) -> None:
    desk = office.desk("agent")
    page = desk.open("/staff/account").submit("/account/notices", new_case="hourly")
    assert "通知设置已保存" in page.text
    assert page.one("#notice-new_case option[selected]").get("value") == "hourly"
    cases = [applied(office), applied(office)]
    assert to_agent(office) == []
    office.clock.move(minutes=60)
    assert to_agent(office) == ["2件事等您处理"]
    body = office.mailer.sent[-1].body
    assert all(case_no in body and f"/staff/cases/{case_no}" in body for case_no in cases)
    assert "张" not in body
    office.clock.move(minutes=120)
    assert to_agent(office) == ["2件事等您处理"]


def test_off_is_silent_and_somebody_who_is_away_is_left_alone(office: Office) -> None:
    desk = office.desk("agent")
    desk.open("/staff/account").submit("/account/notices", new_case="off")
    applied(office)
    office.clock.move(minutes=60)
    assert to_agent(office) == []
    desk = office.desk("agent")
    desk.open("/staff/account").submit("/account/notices", new_case="daily")
    applied(office)
    office.work()
    until = (office.clock.now() + timedelta(days=9)).strftime("%Y-%m-%d %H:%M:%S.%f")
    with office.deps.database.writing() as connection:
        connection.exec_driver_sql(f"UPDATE staff SET away_until = '{until}'")
    office.clock.move(days=2)
    assert to_agent(office) == [] and len(office.rows("SELECT id FROM staff_note")) == 1


def test_a_note_says_whom_it_names_and_they_are_led_to_it(office: Office) -> None:
    office.add("supervisor", login="zhuguan", mail="zhuguan@example.com")
    case_no = applied(office)
    page = office.desk("agent").open(f"/staff/cases/{case_no}").submit("/note", body="@zhuguan 请看")
    assert page.one("[data-mentions]").text.strip() == "提到：zhuguan"
    office.work()
    mail = next(mail for mail in office.mailer.sent if "提到您" in mail.subject)
    assert mail.to == "zhuguan@example.com" and f"/staff/cases/{case_no}" in mail.body
