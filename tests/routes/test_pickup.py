"""/cases/<no>/pickup: who pays is said before it is booked; the case's page shows the booking (P16)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from portal.domain.policy.pack import Amounts, FeeRule, FeeRules
from portal.repos.unit_of_work import unit_of_work
from tests.routes.staff.test_deciding import applied
from tests.support.embedding import enter
from tests.support.make import make_customer
from tests.support.packs import PACKS
from tests.support.page import Browserless, Page
from tests.support.presses import fetched
from tests.support.shopper import sign_in
from tests.support.signing_in import Place, refusals
from tests.support.staff import Office, open_office

pytestmark = pytest.mark.req("P16")


@pytest.fixture
def office(app: Flask) -> Office:
    return open_office(app)


def choose(page: Page, case_no: str, **typed: Any) -> Page:
    first = page.all("input[name=slot]")[0].get("value")
    return page.submit(f"/cases/{case_no}/pickup", **{"slot": first} | typed)


def booked(office: Office, visitor: Browserless) -> tuple[str, Page]:
    case_no = fetched(office)
    sign_in(visitor)
    page = choose(visitor.open(f"/cases/{case_no}").act("pickup"), case_no)
    return case_no, page


def test_a_courier_is_booked_shown_on_the_case_and_called_off(office: Office, visitor: Browserless) -> None:
    case_no = fetched(office)
    sign_in(visitor)
    page = visitor.open(f"/cases/{case_no}")
    assert page.one("[data-pickup]").says("取件费由您在取件时付给快递员")
    page = page.act("pickup")
    assert page.says("寄回运费由您承担：取件费¥12.00，取件时付给快递员")
    form = page.form(f"/cases/{case_no}/pickup").data({})
    assert (form["name"], form["address"] != [""]) == (["张三"], True)
    page = choose(page, case_no)
    assert page.path == f"/cases/{case_no}" and page.one("[data-notice=pickup_booked]").says("快递公司确认后会通知您")
    assert page.one('[data-pickup="requested"]').says("上门取件待确认", "张*", "¥12.00，取件时付给快递员", "包好")
    office.work()
    page = visitor.open(f"/cases/{case_no}")
    assert page.one('[data-pickup="booked"]').says("顺丰速运的快递员会按约定的时间上门", "前可以改时间或取消，不收费")
    assert page.one("#case").says("快递公司确认上门取件")
    staff = office.desk("agent").open(f"/staff/cases/{case_no}")
    assert staff.one('[data-pickup="booked"]').says("已约上门取件：顺丰速运")
    page = page.act("pickup")
    page = visitor.send(page, page.form(fields=["revoke"]).pressed(None), {})
    assert page.one("[data-notice=pickup_called_off]") and page.one("[data-pickup]").says(
        "取件费由您在取件时付给快递员"
    )


def test_where_the_shop_bears_return_freight_nothing_is_paid(office: Office, visitor: Browserless) -> None:
    fetched(office)
    case_no = applied(office, "return_refund", "quality")
    sign_in(visitor)
    page = visitor.open(f"/cases/{case_no}")
    assert page.one("[data-pickup]").says("运费由商家承担，您不用付")
    page = page.act("pickup")
    assert page.says("寄回运费由商家承担，取件不收费") and not page.says("¥12.00")
    assert choose(page, case_no).one("[data-pickup]").says("您不用付，由商家承担")


def test_another_time_is_chosen(office: Office, visitor: Browserless) -> None:
    _, page = booked(office, visitor)
    page = page.act("pickup")
    last = page.all("input[name=slot]")[-1].get("value")
    page = page.submit(fields={"slot": last})
    office.work()
    assert len(office.couriers.coming) == 1 and page.one("[data-notice=pickup_booked]")


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ({"name": ""}, "required"),
        ({"phone": "电话"}, "phone"),
        ({"address": ""}, "required"),
    ],
)
def test_what_cannot_be_booked_is_said_at_the_field(
    office: Office, visitor: Browserless, typed: dict[str, str], code: str
) -> None:
    case_no = fetched(office)
    sign_in(visitor)
    page = choose(visitor.open(f"/cases/{case_no}/pickup"), case_no, **typed)
    assert (page.status, refusals(page)) == (422, [code])


def test_a_time_has_to_be_chosen(office: Office, visitor: Browserless) -> None:
    case_no = fetched(office)
    sign_in(visitor)
    page = visitor.open(f"/cases/{case_no}/pickup").submit(f"/cases/{case_no}/pickup")
    assert (page.status, refusals(page)) == (422, ["required"])


def test_a_price_that_changed_meanwhile_is_shown_first(office: Office, visitor: Browserless) -> None:
    case_no = fetched(office)
    sign_in(visitor)
    page = visitor.open(f"/cases/{case_no}/pickup")
    office.couriers.price = 1500
    assert choose(page, case_no).status == 409 and office.couriers.coming == []
    assert visitor.open(f"/cases/{case_no}/pickup").says("取件费¥15.00")


def test_a_carrier_that_is_away_is_said_and_the_case_stays_readable(office: Office, visitor: Browserless) -> None:
    case_no = fetched(office)
    office.couriers.is_down = True
    sign_in(visitor)
    page = visitor.open(f"/cases/{case_no}").act("pickup")
    assert page.says("现在联系不上快递公司") and not page.has("input[name=slot]")


def test_a_shop_without_couriers_does_not_speak_of_them(office: Office, visitor: Browserless) -> None:
    case_no = applied(office, "return_refund", "no_reason")
    sign_in(visitor)
    assert not visitor.open(f"/cases/{case_no}").has("[data-pickup]")
    assert visitor.open(f"/cases/{case_no}/pickup").status == 404


def test_somebody_elses_goods_are_not_fetched(office: Office, visitor: Browserless) -> None:
    case_no = fetched(office)
    make_customer(office.deps, office.made.shop_id, 2)
    sign_in(visitor, "c-2")
    assert visitor.open(f"/cases/{case_no}/pickup").status == 404


def test_goods_that_are_here_are_not_fetched(office: Office, visitor: Browserless) -> None:
    fetched(office)
    case_no = applied(office)
    sign_in(visitor)
    page = visitor.open(f"/cases/{case_no}/pickup")
    assert page.status == 409 and page.says("现在不能预约或更改上门取件")


def test_it_is_booked_in_a_frame_too(office: Office, visitor: Browserless) -> None:
    case_no = fetched(office)
    enter(Place(office.app, office.made, office.clock, office.mailer, office.texts), visitor)
    path = f"/embed/tepai/cases/{case_no}"
    page = visitor.open(path).act("pickup")
    office.clock.move(seconds=5)
    page = page.submit(f"{path}/pickup", slot=page.all("input[name=slot]")[0].get("value"))
    assert page.path == path and page.has('[data-pickup="requested"]')


def test_it_is_said_in_english_too(office: Office, visitor: Browserless) -> None:
    case_no, _ = booked(office, visitor)
    with unit_of_work(office.deps) as work:
        work.connection.exec_driver_sql("UPDATE customer SET locale = 'en'")
    assert visitor.open(f"/cases/{case_no}").one("[data-pickup]").says("Waiting for the carrier")


@pytest.mark.req("S31")
def test_what_withdrawing_costs_while_the_courier_is_on_the_way_is_said_before_it_is_confirmed(
    office: Office, visitor: Browserless
) -> None:
    rule = FeeRule(how="charged", fixed=Amounts((("*", Decimal("8.00")),)))
    with unit_of_work(office.deps) as work:
        work.policies.ensure(office.made.shop_id, replace(PACKS["cn"], fees=FeeRules(pickup=rule)), by="test")
    case_no, _ = booked(office, visitor)
    office.work()
    office.clock.set(datetime.fromisoformat(office.rows("SELECT cancel_by FROM pickup")[0]["cancel_by"] + "+00:00"))
    sign_in(visitor)
    page = visitor.open(f"/cases/{case_no}").act("withdraw")
    assert page.says("撤销需要支付¥8.00", "的上门取件已安排，快递员已经出发，现在取消取件需付费")
    page = page.submit(f"/cases/{case_no}/withdraw", reason="changed_mind")
    page = page.act("fee")
    assert page.says("上门取件已安排，现在取消取件需付费") and not page.has("input[value=cod]")
    page = page.submit("/fee", method="alipay")
    assert page.one("#case").get("data-state") == "withdrawn" and page.one("[data-notice]").says("撤销成功")
