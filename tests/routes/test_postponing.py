"""/orders/<no>/later: another day to be shipped to by, said before it is confirmed, and back again (S17)."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.support.embedding import enter
from tests.support.make import make_customer
from tests.support.order_facts import make_line, make_order
from tests.support.page import Browserless
from tests.support.shopper import sign_in
from tests.support.signing_in import Place, refusals
from tests.support.staff import Office, open_office

pytestmark = pytest.mark.req("S17")
DAY = "2026-11-30"


@pytest.fixture
def office(app: Flask) -> Office:
    return open_office(app)


def test_a_later_day_is_agreed_shown_and_taken_back(office: Office, visitor: Browserless) -> None:
    number = office.take(make_order(make_line("1", 1, 3000)))
    sign_in(visitor)
    page = visitor.open(f"/orders/{number}").act("later")
    assert page.says("过了那一天还没有发货才算超时", "可以选11月23日到12月22日之间的一天")
    field = page.one("input[name=date]")
    assert (field.get("type"), field.get("min"), field.get("max")) == ("date", "2026-11-23", "2026-12-22")
    page = page.submit(f"/orders/{number}/later", date=DAY, note="出差，月底回来")
    assert page.path == f"/orders/{number}" and page.one("[data-notice=shipping_postponed]").says("11月30日24:00前发货")
    assert page.one("[data-later]").says("约定11月30日24:00前发货")
    assert page.one("#standing").says("12月1日前发货") and "urge" not in page.actions
    assert page.one("#history").says("申请晚一点发货")
    staff = office.desk("agent").open(f"/staff/orders/{number}")
    assert staff.one("[data-later]").says("客户申请晚一点发货，约定11月30日24:00前", "出差，月底回来")
    page = page.act("later")
    assert page.says("现在约定", "出差，月底回来")
    page = visitor.send(page, page.form(fields=["revoke"]).pressed(None), {})
    assert page.one("[data-notice=shipping_restored]").says("按原来的时间发货") and not page.has("[data-later]")
    assert page.one("#standing").says("前发货") and "urge" in page.actions


@pytest.mark.parametrize(
    ("typed", "code"),
    [("", "required"), ("30/11/2026", "not_a_date"), ("2026-11-22", "out_of_range"), ("2027-01-30", "out_of_range")],
)
def test_a_day_that_is_none_or_not_on_offer_is_said_at_the_field(
    office: Office, visitor: Browserless, typed: str, code: str
) -> None:
    number = office.take(make_order(make_line("1", 1, 3000)))
    sign_in(visitor)
    page = visitor.open(f"/orders/{number}/later").submit(f"/orders/{number}/later", date=typed, note="出差")
    assert (page.status, refusals(page)) == (422, [code])
    assert page.form(f"/orders/{number}/later").data({})["note"] == ["出差"]


def test_what_is_being_packed_cannot_be_put_off(office: Office, visitor: Browserless) -> None:
    number = office.take(make_order(status="picking"))
    sign_in(visitor)
    assert "later" not in visitor.open(f"/orders/{number}").actions
    page = visitor.open(f"/orders/{number}/later")
    assert page.status == 409 and page.says("发货时间不能再改")


def test_somebody_elses_order_cannot_be_put_off(office: Office, visitor: Browserless) -> None:
    number = office.take(make_order())
    make_customer(office.deps, office.made.shop_id, 2)
    sign_in(visitor, "c-2")
    assert visitor.open(f"/orders/{number}/later").status == 404


def test_it_is_agreed_in_a_frame_too(office: Office, visitor: Browserless) -> None:
    number = office.take(make_order(make_line("1", 1, 3000)))
    enter(Place(office.app, office.made, office.clock, office.mailer, office.texts), visitor)
    path = f"/embed/tepai/orders/{number}"
    page = visitor.open(path).act("later").submit(f"{path}/later", date=DAY)
    assert page.path == path and page.has("[data-notice=shipping_postponed]")
