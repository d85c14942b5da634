"""/orders/<no>/urge and /cases/<no>/urge: one press a day, to the right desk, with what was promised (S41)."""

from __future__ import annotations

import pytest
from flask import Flask

from portal.domain.identity.access import Actor
from portal.services.cases.urge_case import urge_case
from portal.services.messages.ask_customer import ask_customer
from tests.routes.staff.test_deciding import applied
from tests.services.cancelling.test_races import at_once
from tests.support.embedding import enter
from tests.support.make import make_customer
from tests.support.order_facts import make_line, make_order
from tests.support.page import Browserless
from tests.support.said import decide_case
from tests.support.shopper import sign_in
from tests.support.signing_in import Place
from tests.support.staff import Office, open_office

pytestmark = pytest.mark.req("S41")


@pytest.fixture
def office(app: Flask) -> Office:
    return open_office(app)


def test_an_order_that_waits_is_urged_once_a_day_and_staff_see_it(office: Office, visitor: Browserless) -> None:
    number = office.take(make_order(make_line("1", 1, 3000)))
    sign_in(visitor)
    page = visitor.open(f"/orders/{number}").act("urge")
    due = page.one("#urge-panel time[data-time=deadline]").get("datetime")
    assert page.says("一天一次", "到时没有发货，可以直接取消订单") and due
    page = page.submit(f"/orders/{number}/urge")
    assert page.path == f"/orders/{number}" and page.one("[data-notice=shipment_urged]").says("已转告仓库", "前发货")
    assert page.one("#history").says("催发货")
    again = page.act("urge")
    assert again.says("今天已经转告过仓库，明天可以再催") and not again.has("#urge-panel button.primary")
    seen = office.desk("agent").open(f"/staff/orders/{number}")
    assert seen.says("客户催发货") and seen.has("[data-mark=urged]")
    assert office.desk("supervisor").open("/staff/refunds").one("[data-task=urged_to_ship]").says(number, "自动结束")
    office.clock.move(hours=13)
    page = sign_in(visitor, path=f"/orders/{number}/urge")
    assert page.path == f"/orders/{number}/urge" and page.has("#urge-panel button.primary")


def test_one_that_is_late_is_told_that_it_may_be_cancelled(office: Office, visitor: Browserless) -> None:
    number = office.take(make_order(make_line("1", 1, 3000)))
    office.clock.move(days=4)
    sign_in(visitor)
    page = visitor.open(f"/orders/{number}/urge")
    assert page.says("已经超过", "可以取消订单")
    assert page.submit(f"/orders/{number}/urge").one("[data-notice]").says("承诺的发货时间已经过了")


def test_what_does_not_wait_for_the_shop_is_answered_with_409(office: Office, visitor: Browserless) -> None:
    unpaid = office.take(make_order(status="awaiting_payment"))
    sign_in(visitor)
    assert "urge" not in visitor.open(f"/orders/{unpaid}").actions
    assert visitor.open(f"/orders/{unpaid}/urge").status == 409


def test_a_case_that_waits_for_the_shop_is_urged_and_marked_in_the_queue(office: Office, visitor: Browserless) -> None:
    office.add("agent", "kefu", mail="kefu@shop.example")
    office.add("agent", "other", mail="other@shop.example")
    case_no = applied(office)
    desk = office.desk("agent", login="kefu")
    desk.open(f"/staff/cases/{case_no}").submit("/claim")
    office.work()
    office.mailer.sent.clear()
    sign_in(visitor)
    page = visitor.open(f"/cases/{case_no}").act("urge")
    assert page.says("商家最晚", "一天一次")
    page = page.submit(f"/cases/{case_no}/urge")
    assert page.path == f"/cases/{case_no}" and page.one("[data-notice=case_urged]").says("已转告处理这份申请的客服")
    assert page.act("urge").says("今天已经转告过客服")
    office.work()
    assert [mail.to for mail in office.mailer.sent if "客户催处理" in mail.subject] == ["kefu@shop.example"]
    assert desk.open("/staff/cases").one(f'tr[data-case="{case_no}"]').says("客户催处理")


def test_the_mark_goes_with_the_answer_and_a_case_that_waits_for_its_customer_is_not_urged(
    office: Office, visitor: Browserless
) -> None:
    case_no, by = applied(office, "refund_only", "quality"), {"actor": office.made.shopper, "deps": office.deps}
    assert not urge_case(case_no=case_no, request_id="one", **by).is_again
    asked = {"actor": office.made.staff("agent"), "request_id": "ask", "deps": office.deps}
    ask_customer(case_no=case_no, body="请拍标签", **asked)
    sign_in(visitor)
    page = visitor.open(f"/cases/{case_no}")
    assert "urge" not in page.actions and visitor.open(f"/cases/{case_no}/urge").status == 409
    assert not office.desk("agent").open("/staff/cases?state=all").says("客户催处理")
    page.submit("/messages", body="好的")
    assert not urge_case(case_no=case_no, request_id="two", **by).is_again


def test_an_application_that_is_answered_is_urged_no_more(office: Office, visitor: Browserless) -> None:
    case_no = applied(office, "refund_only", "quality")
    by = {"actor": office.made.staff("agent"), "request_id": "yes", "deps": office.deps}
    decide_case(case_no=case_no, decision="accept", **by)
    sign_in(visitor)
    assert visitor.open(f"/cases/{case_no}/urge").status == 409


def test_many_presses_of_one_case_at_once_are_one_event(office: Office) -> None:
    case_no, by = applied(office), {"actor": office.made.shopper, "deps": office.deps}
    done = at_once([lambda n=n: urge_case(case_no=case_no, request_id=f"click-{n}", **by) for n in range(20)])
    assert [one.is_again for one in done].count(False) == 1
    assert office.rows("SELECT count(*) AS n FROM event WHERE kind = 'shopper:case:urged'")[0]["n"] == 1


def test_nobody_urges_what_is_somebody_elses(office: Office, visitor: Browserless) -> None:
    number, case_no = office.take(make_order()), applied(office)
    make_customer(office.deps, office.made.shop_id, 2)
    sign_in(visitor, "c-2")
    assert visitor.open(f"/orders/{number}/urge").status == visitor.open(f"/cases/{case_no}/urge").status == 404
    guest = Actor(kind="guest", shop_id=office.made.shop_id, order_no=number)
    assert guest.key == f"guest:{number}"


def test_it_is_pressed_in_a_frame_too(office: Office, visitor: Browserless) -> None:
    number = office.take(make_order(make_line("1", 1, 3000)))
    enter(Place(office.app, office.made, office.clock, office.mailer, office.texts), visitor)
    page = visitor.open(f"/embed/tepai/orders/{number}").act("urge").submit(f"/embed/tepai/orders/{number}/urge")
    assert page.path == f"/embed/tepai/orders/{number}" and page.has("[data-notice=shipment_urged]")
