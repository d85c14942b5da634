"""代客操作: staff act in a customer's place on the customer's own pages, once it is shown who calls (S43)."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from portal.domain.identity.access import Actor
from portal.domain.identity.behalf import OWN_ACTS
from portal.models.order import Order
from portal.services.team.end_access import disable_member, sign_out_member
from portal.web.security.behalf import MAY, OWN
from tests.support.applications import bought
from tests.support.make import make_shop
from tests.support.order_facts import make_line, make_order
from tests.support.page import Browserless, Page
from tests.support.staff import Office, open_office

pytestmark = pytest.mark.req("S43", "S34")
ACT = "/staff/customers/1/act"
CODE = re.compile(r"(\d{6})")


@pytest.fixture
def office(app: Flask) -> Office:
    return open_office(app)


def read_code(office: Office) -> str:
    office.work()
    return str(CODE.search(office.texts.sent[-1].body)[1])


def acting(office: Office, order_no: str = "", role: str = "agent") -> tuple[Browserless, Page]:
    """Somebody of the staff in the place of the first customer."""
    desk = office.desk(role)
    address = f"{ACT}?order_no={order_no}" if order_no else ACT
    page = desk.open(address).submit("#code-phone")
    return desk, page.submit("/act", code=read_code(office), reason="after_sales")


def test_a_caller_is_found_by_whatever_they_say_of_themselves_and_shown_masked(office: Office) -> None:
    number = office.take()
    desk = office.desk("agent")
    for said in ("张三", "13800000001", "0001", "C1@example.com", "c-1", number):
        page = desk.open("/staff/customers", q=said)
        assert [row.get("data-customer") for row in page.all("[data-customer]")] == ["1"], said
        assert "张*" in page.text and "张三" not in page.text.replace(said, "")
    assert not desk.open("/staff/customers", q="李四").all("[data-customer]")
    assert not desk.open("/staff/customers").all("[data-customer]")


def test_a_phone_call_ends_in_a_case_as_the_page_does_and_is_never_logged_as_the_customer(office: Office) -> None:
    number = office.take(bought(make_line("1", 2, 5000), at=office.clock.now() - timedelta(days=1)))
    desk, page = acting(office, number)
    assert page.has("[data-behalf]") and "您正在代客户张*操作" in page.text
    form = page.act("refund")
    case = form.submit(f"/orders/{number}/refund", reason="quality", received="yes", description="碎了")
    case_no = case.one("article[data-case]").get("data-case")
    assert "客服代您提交" in case.text and case.has("[data-behalf]")
    (row,) = office.rows("SELECT opened_by, proof_id, customer_id FROM after_sales_case")
    assert (row["opened_by"], row["customer_id"]) == ("staff:1", 1) and row["proof_id"]
    acts = office.rows("SELECT kind, actor, behalf, text FROM event WHERE order_id IS NOT NULL")
    submitted = [event for event in acts if event["kind"].endswith(":application:submitted")]
    assert [(event["kind"], event["actor"], event["behalf"]) for event in submitted] == [
        ("staff:application:submitted", "staff:1", "shopper:1")
    ]
    assert f'"proof":{row["proof_id"]}' in submitted[0]["text"]
    assert not [event for event in acts if event["actor"] == "shopper:1"]
    desk_page = desk.open(f"/staff/cases/{case_no}")
    assert "客服代客户提交" in desk_page.text and "agent-1" in desk_page.one("[data-proof]").text
    assert "138****0001" in desk_page.one("[data-proof]").text
    told = {notice["kind"] for notice in office.rows("SELECT kind FROM notice WHERE customer_id = 1")}
    assert {"behalf_started", "application_received"} <= told


def test_the_customer_sees_who_did_it(office: Office) -> None:
    number = office.take()
    desk, _ = acting(office, number)
    desk.open(f"/orders/{number}/ask").submit(f"/orders/{number}/ask", body="什么时候发货")
    office.app.extensions["portal"].clock.move(minutes=1)
    shopper = office.newcomer()
    shopper.open("/sign-in").submit(login="c-1", password="correct horse")
    case_no = office.rows("SELECT case_no FROM after_sales_case")[0]["case_no"]
    page = shopper.open(f"/cases/{case_no}")
    assert "客服代您提交" in page.text and "客服代您办理" in page.text
    assert "客服开始代您办理" in shopper.open("/notices").text
    assert not page.has("[data-behalf]")


def test_nobody_reads_a_code_but_who_called_and_it_lets_nobody_sign_in(office: Office) -> None:
    office.take()
    desk = office.desk("agent")
    page = desk.open(ACT).submit("#code-phone")
    code = read_code(office)
    assert code not in page.html and office.texts.sent[-1].to == "+8613800000001"
    assert "念给客服" in office.texts.sent[-1].body
    other = office.desk("supervisor")
    page = other.open(f"{ACT}?sent=phone").submit("/act", code=code, reason="other")
    assert page.status == 422 and page.has("[data-error=wrong]")
    assert not other.open("/orders").has("[data-behalf]")


def test_guesses_are_few_and_a_code_is_good_once(office: Office) -> None:
    office.take()
    desk = office.desk("agent")
    page = desk.open(ACT).submit("#code-phone")
    code = read_code(office)
    wrong = "000000" if code != "000000" else "111111"
    for _ in range(5):
        page = page.submit("/act", code=wrong, reason="other")
        assert page.status == 422
    assert page.submit("/act", code=code, reason="other").status == 422
    assert desk.open(ACT).submit("#code-phone").status == 429


def test_the_form_that_began_it_leads_there_again(office: Office) -> None:
    office.take()
    desk = office.desk("agent")
    page = desk.open(ACT).submit("#code-phone")
    form = page.form("/act").filled({"code": read_code(office), "reason": "other"})
    first, second = (desk.client.post(form.address, data=form.data({})) for _ in range(2))
    assert (first.status_code, second.status_code, second.location) == (303, 303, first.location)
    assert desk.open("/orders").has("[data-behalf]")
    assert len(office.rows("SELECT id FROM behalf")) == 1


def test_who_calls_back_asks_what_no_label_tells_and_a_wrong_answer_ends_it(office: Office) -> None:
    office.take()
    desk = office.desk("agent")
    page = desk.open(ACT)
    assert "13800000001" not in page.html
    assert "+8613800000001" in page.submit("/act/number").one("[data-shown]").text
    said = {"reason": "progress", "channel": "phone"}
    for answers, code in (
        ({"goods": "right"}, "too_few"),
        ({"recipient": "right", "region": "right"}, "label_only"),
        ({"goods": "right", "amount": "right", "placed": "wrong"}, "answered_wrong"),
    ):
        refused = desk.open(ACT).submit("/act/call-back", **said, **answers)
        assert refused.status == 422 and refused.has(f"[data-error={code}]"), code
    page = desk.open(ACT).submit("/act/call-back", **said, goods="right", amount="right", note="声音一致")
    assert page.has("[data-behalf]")
    kinds = [
        event["kind"] for event in office.rows("SELECT kind FROM event WHERE kind LIKE 'staff:behalf:%' ORDER BY id")
    ]
    assert kinds == ["staff:behalf:number_seen", "staff:behalf:refused", "staff:behalf:started"]
    kept = desk.open("/staff/customers/1")
    assert "回拨核实 138****0001" in kept.text and "声音一致" in kept.text
    assert "声音" not in "".join(event["text"] for event in office.rows("SELECT text FROM event"))


REFUSED = {
    "/account": "data",
    "/account/password": "password",
    "/account/data": "data",
    "/notices": "notices",
    "/notices/settings": "notices",
    "/sign-in": "sign_in",
    "/withdraw-contract": "contract_withdrawal",
    "/orders/TP20260001/pay": "payment",
    "/orders/TP20260001/contract-withdrawal": "contract_withdrawal",
    "/cases/T20261120ZZZZZZZZ/fee": "payment",
    "/cases/T20261120ZZZZZZZZ/payout": "payout",
    "/cases/T20261120ZZZZZZZZ/rejected": "rejected",
}


def test_what_a_customer_does_alone_is_refused_with_a_sentence(office: Office) -> None:
    office.take()
    desk, _ = acting(office)
    for address, what in REFUSED.items():
        page = desk.open(address)
        assert (page.status, page.has(f"[data-error=own_{what}]")) == (403, True), address
    assert "这一步要由客户本人办理" in page.text and page.has("[data-behalf]")


def test_of_every_page_it_is_said_whether_staff_may_come_there_for_a_customer(office: Office) -> None:
    rules = office.app.url_map.iter_rules()
    pages = {rule.endpoint.removeprefix("shop.") for rule in rules if rule.endpoint.startswith("shop.")}
    assert pages <= MAY | set(OWN), "may staff do it, or is it in OWN_ACTS?"
    assert set(OWN.values()) == OWN_ACTS and not MAY & set(OWN)


def test_personal_values_stay_masked_and_an_address_is_typed_anew(office: Office) -> None:
    number = office.take()
    desk, page = acting(office, number)
    assert "张三" not in page.html and "13800000001" not in page.html
    unpacked = office.take(make_order(make_line("1", 1, 500)))
    page = desk.open(f"/orders/{unpacked}/address")
    assert page.status == 200 and "张三" not in page.html and not page.one("#phone").get("value")


def test_it_ends_by_its_button_and_a_copied_cookie_is_worth_nothing(office: Office) -> None:
    office.take()
    desk, page = acting(office)
    token = desk.client.get_cookie("portal_behalf").value
    back = page.submit("/behalf/end")
    assert back.path == "/staff/customers/1" and "已结束代客操作" in back.text
    assert desk.client.get_cookie("portal_behalf") is None
    thief = office.newcomer()
    thief.client.set_cookie("portal_behalf", token)
    assert thief.client.get("/orders").location.startswith("/staff/customers")
    assert office.rows("SELECT id FROM behalf WHERE ended_at IS NULL") == []


def _sign_out(office: Office, desk: Browserless) -> None:
    desk.open("/staff/cases").submit("/staff/sign-out")


def _disable(office: Office, _desk: Browserless) -> None:
    office.add("admin")
    admin = Actor(kind="staff", shop_id=office.made.shop_id, id=2, role="admin")
    disable_member(login="agent-1", actor=admin, request_id="out", deps=office.deps)


def _sign_out_elsewhere(office: Office, _desk: Browserless) -> None:
    office.add("admin")
    admin = Actor(kind="staff", shop_id=office.made.shop_id, id=2, role="admin")
    sign_out_member(login="agent-1", actor=admin, request_id="out", deps=office.deps)


def _change(statement: str):  # type: ignore[no-untyped-def]
    def change(office: Office, _desk: Browserless) -> None:
        with office.deps.database.writing() as connection:
            connection.exec_driver_sql(statement)

    return change


def _idle(office: Office, _desk: Browserless) -> None:
    office.clock.move(minutes=16)


@pytest.mark.parametrize(
    "end",
    [
        *(_sign_out, _disable, _sign_out_elsewhere, _idle),
        pytest.param(_change("UPDATE staff SET role = 'warehouse'"), id="another role"),
        pytest.param(_change("DELETE FROM staff_shop"), id="no shop"),
        pytest.param(_change("UPDATE customer SET erased_at = '2026-11-20 12:00:00'"), id="customer erased"),
    ],
)
def test_it_ends_with_whatever_ends_the_session_of_staff(end, office: Office) -> None:  # type: ignore[no-untyped-def]
    office.take()
    desk, page = acting(office)
    token = desk.client.get_cookie("portal_behalf").value
    assert page.has("[data-behalf]")
    end(office, desk)
    desk.client.set_cookie("portal_behalf", token)
    answer = desk.client.get("/orders")
    assert (answer.status_code, answer.location) == (303, "/staff/customers")


def test_work_on_a_customers_pages_keeps_the_desk_open_but_an_hour_is_the_most(office: Office) -> None:
    office.take()
    desk, _ = acting(office)
    for _ in range(5):
        office.clock.move(minutes=11)
        assert desk.open("/orders").has("[data-behalf]")
    assert desk.open("/staff/cases").status == 200
    office.clock.move(minutes=6)
    assert desk.client.get("/orders").location == "/staff/customers"


def test_a_guests_order_is_acted_on_by_its_number(office: Office) -> None:
    number = office.take(customer_id=None)
    with office.deps.database.writing() as connection:
        connection.execute(update(Order.__table__).values(extra={"contact": {"phone": "+8613900000009"}}))
    desk = office.desk("agent")
    address = desk.open(f"/staff/orders/{number}").links["代客操作"]
    page = desk.open(address).submit("#code-phone")
    page = page.submit("/act", code=read_code(office), reason="cancel")
    assert office.texts.sent[-1].to == "+8613900000009"
    assert f"您正在代订单{number}的客户操作" in page.text
    assert page.path == f"/orders/{number}"
    page.submit("/behalf/end")
    (event,) = office.rows("SELECT actor, behalf FROM event WHERE kind = 'staff:behalf:started'")
    assert (event["actor"], event["behalf"]) == ("staff:1", f"guest:{number}")


def test_another_shops_customers_are_not_there(office: Office) -> None:
    other = make_shop(office.deps, "zweite", name="第二家")
    theirs = office.rows(f"SELECT id FROM customer WHERE shop_id = {other.shop_id}")[0]["id"]
    desk = office.desk("agent")
    assert desk.open(f"/staff/customers/{theirs}").status == 404
    assert desk.open(f"/staff/customers/{theirs}/act").status == 404
    found = desk.open("/staff/customers", q="c1@example.com")
    assert [row.get("data-customer") for row in found.all("[data-customer]")] == ["1"]
