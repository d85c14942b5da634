"""The same form sent twice gets its first answer, also where the first has left too little for a second (INTERFACE)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask

from portal.domain.applying.decide import CONDITIONS
from portal.domain.cases.case import LineFound
from portal.services.evidence.receive_files import receive_evidence
from portal.services.returning.receive_parcel import receive_goods
from tests.adapters.pictures import encoded, photo
from tests.routes.staff.test_deciding import applied
from tests.services.evidence.test_evidence import picture
from tests.support.applications import bought
from tests.support.order_facts import make_line, make_order
from tests.support.page import Browserless
from tests.support.page_forms import multipart
from tests.support.said import decide_case, inspect_goods, ship_order
from tests.support.shopper import sign_in
from tests.support.staff import Office, open_office

S37 = pytest.mark.req("S37", "S40")
PICTURE = ("scratch.jpg", encoded(photo()), "image/jpeg")
TICKED = {f"condition-{name}": True for name in CONDITIONS}


@dataclass
class Press:
    """A form filled in: where it is, which it is, what is typed, and what would be typed for something else.

    `quoted`: its sum is worked out first, as a confirmation asks. `meanwhile` happens between the two presses.
    """

    page: str
    typed: dict[str, Any]
    other: dict[str, Any]
    form: str = ""
    quoted: bool = False
    role: str = ""
    meanwhile: Callable[[], Any] = field(default=lambda: None)


@pytest.fixture
def office(app: Flask) -> Office:
    return open_office(app)


def cancel(office: Office) -> Press:
    number = office.take(make_order(make_line("1", 3, 3000)))
    typed = {"quantity-1": "2", "reason": "changed_mind"}
    return Press(f"/orders/{number}/cancel", typed, {"note": "快点"}, quoted=True)


def cancel_one_of_two_lines(office: Office) -> Press:
    number = office.take(make_order(make_line("1", 1, 3000), make_line("2", 1, 1000)))
    typed = {"quantity-1": "1", "quantity-2": "0", "reason": "changed_mind"}
    return Press(f"/orders/{number}/cancel", typed, {"quantity-2": "1"}, quoted=True)


def refund_of_one_line(office: Office) -> Press:
    number = office.take(bought(make_line("1", 2, 4000), make_line("2", 1, 1000)))
    typed = {"received": "yes", "reason": "quality", "quantity-1": "2", "quantity-2": "0", "evidence": PICTURE}
    return Press(f"/orders/{number}/refund", typed, {"description": "又坏了"})


def refund_in_euros(office: Office) -> Press:
    line = make_line("1", 2, 4000, currency="EUR")
    number = office.take(bought(line, currency="EUR", country="DE"), policy="eu")
    typed = {"received": "yes", "reason": "quality", "quantity-1": "2", "amount": "12.30"}
    return Press(f"/orders/{number}/refund", typed, {"amount": "12.29"})


def return_of_a_part(office: Office) -> Press:
    number = office.take(bought(make_line("1", 3, 30000)))
    typed = {"reason": "no_reason", "quantity-1": "2"} | TICKED
    return Press(f"/orders/{number}/return", typed, {"quantity-1": "1"})


def edit(office: Office) -> Press:
    case_no = applied(office, "return_refund", "other")
    typed = {"quantity-1": "1"}

    def decide() -> None:
        by = {"actor": office.made.staff("agent"), "request_id": "yes", "deps": office.deps}
        decide_case(case_no=case_no, decision="accept", **by)

    return Press(f"/cases/{case_no}/edit", typed, {"quantity-1": "2"}, meanwhile=decide)


def resubmit(office: Office) -> Press:
    return Press(f"/cases/{refused(office)}/resubmit", {"description": "序列号在照片里"}, {"description": "没有"})


def withdraw_a_part(office: Office) -> Press:
    case_no = applied(office)
    typed = {"quantity-1": "2", "reason": "mistake"}
    return Press(f"/cases/{case_no}/withdraw", typed, {"quantity-1": "1"}, quoted=True)


def withdraw(office: Office) -> Press:
    return Press(f"/cases/{applied(office)}/withdraw", {"reason": "mistake"}, {"reason": "resolved"})


def contract_in_part(office: Office) -> Press:
    line = make_line("1", 3, 5000, currency="EUR")
    number = office.take(bought(line, currency="EUR", country="DE"), policy="eu")
    return Press(f"/orders/{number}/contract-withdrawal", {"quantity-1": "2"}, {"name": "李四"}, quoted=True)


def ship_back(office: Office) -> Press:
    case_no = approved(office)
    typed = {"carrier": "SF", "tracking_no": "SF1000", "proof": PICTURE}
    by = {"actor": office.made.staff("warehouse"), "request_id": "here", "deps": office.deps}
    return Press(
        f"/cases/{case_no}/shipment",
        typed,
        {"tracking_no": "SF1001"},
        meanwhile=lambda: receive_goods(case_no=case_no, **by),
    )


def rejected(office: Office) -> Press:
    return Press(f"/cases/{partly_rejected(office)}/rejected", {"choice": "send_back"}, {"choice": "give_up"})


def appeal(office: Office) -> Press:
    typed = {"body": "照片很清楚", "evidence": PICTURE}
    return Press(f"/cases/{refused(office)}/appeal", typed, {"body": "请再看"})


def message(office: Office) -> Press:
    return Press(f"/cases/{applied(office)}/messages", {"body": "在吗"}, {"body": "还在吗"})


def question(office: Office) -> Press:
    return Press(f"/orders/{office.take()}/ask", {"body": "什么时候发货"}, {"body": "发货了吗"})


def address(office: Office) -> Press:
    number = office.take(make_order(make_line("1", 1, 3000)))
    by = {"actor": office.made.staff("warehouse"), "at": None, "is_delivered": False, "deps": office.deps}
    return Press(
        f"/orders/{number}/address",
        {"address": "新路1号"},
        {"address": "新路2号"},
        meanwhile=lambda: ship_order(order_no=number, carrier="SF", tracking_no="SF1", **by),
    )


def decide_in_part(office: Office) -> Press:
    typed = {"decision": "partly", "quantity-1": "2", "reason": "只有两件有问题"}
    page = f"/staff/cases/{applied(office)}"
    return Press(page, typed, {"quantity-1": "1"}, form="/decide", quoted=True, role="agent")


def hold(office: Office) -> Press:
    page = f"/staff/cases/{office.waiting()}"
    other = {"answer": "too_late", "left_at": "2026-11-20T11:55"}
    return Press(page, {"answer": "stopped"}, other, form="/hold", role="agent")


def inspect(office: Office) -> Press:
    case_no = received(office)
    typed = {"accept-1": "2", "resellable-1": "1", "reject-1": "1", "reason": "有划痕", "photos": PICTURE}
    page = f"/staff/cases/{case_no}"
    return Press(page, typed, {"reason": "有很多划痕"}, form="/inspect", quoted=True, role="warehouse")


def ask(office: Office) -> Press:
    return Press(
        f"/staff/cases/{applied(office)}", {"body": "请拍序列号"}, {"body": "请补照片"}, form="/ask", role="agent"
    )


def close(office: Office) -> Press:
    page = f"/staff/cases/{applied(office)}"
    return Press(page, {"reason": "电话里同意"}, {"reason": "邮件里同意"}, form="/close", role="agent")


def write(office: Office) -> Press:
    page = f"/staff/cases/{applied(office)}"
    return Press(page, {"body": "收到"}, {"body": "已收到"}, form="/message", role="agent")


def note(office: Office) -> Press:
    page = f"/staff/cases/{applied(office)}"
    return Press(page, {"body": "老客户"}, {"body": "新客户"}, form="/note", role="agent")


def refused(office: Office) -> str:
    case_no = applied(office)
    answer = {"decision": "refuse", "reason_code": "evidence", "reason": "照片看不清"}
    decide_case(case_no=case_no, actor=office.made.staff("agent"), request_id="no", deps=office.deps, **answer)
    return case_no


def approved(office: Office) -> str:
    return applied(office, "return_refund", "no_reason")


def received(office: Office) -> str:
    case_no = approved(office)
    by = {"actor": office.made.staff("warehouse"), "request_id": "here", "deps": office.deps}
    receive_goods(case_no=case_no, **by)
    return case_no


def partly_rejected(office: Office) -> str:
    case_no, actor = received(office), office.made.staff("warehouse")
    photos = receive_evidence(uploads=(picture(),), case_no=case_no, actor=actor, deps=office.deps).evidence
    found = (LineFound(line_id="1", received=3, accepted=2, rejected=1),)
    by = {"actor": actor, "request_id": "seen", "deps": office.deps}
    inspect_goods(case_no=case_no, found=found, reason="有划痕", photo_ids=[photos[0].id], **by)
    return case_no


ACTS = (
    cancel,
    cancel_one_of_two_lines,
    refund_of_one_line,
    refund_in_euros,
    return_of_a_part,
    edit,
    resubmit,
    withdraw_a_part,
    withdraw,
    contract_in_part,
    ship_back,
    rejected,
    appeal,
    message,
    question,
    address,
    decide_in_part,
    hold,
    inspect,
    ask,
    close,
    write,
    note,
)


def someone(office: Office, press: Press) -> Browserless:
    if press.role:
        return office.desk(press.role)
    shopper = office.newcomer()
    sign_in(shopper)
    return shopper


@S37
@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
def test_what_is_sent_twice_is_answered_as_the_first_was_and_another_body_is_not(
    act: Callable[[Office], Press], office: Office
) -> None:
    press = act(office)
    browser = someone(office, press)
    page, which = browser.open(press.page), press.form or press.page
    assert page.status == 200
    if press.quoted:
        page = page.submit(which, fields=press.typed, button="计算金额")
        assert page.status == 200
    form = page.form(which).filled(press.typed)
    body = multipart(form.data({}))
    first = browser.client.post(form.address, **body)
    assert first.status_code == 303, first.text
    press.meanwhile()
    again = browser.client.post(form.address, **body)
    assert (again.status_code, again.location) == (303, first.location)
    other = multipart(form.data({}) | {name: [value] for name, value in press.other.items()})
    assert browser.client.post(form.address, **other).status_code == 422
    assert browser.client.post(form.address, **body).location == first.location


@S37
def test_a_form_without_quantities_means_what_it_meant_the_first_time(office: Office) -> None:
    number = office.take(bought(make_line("1", 2, 4000), make_line("2", 1, 1000)))
    browser = office.newcomer()
    sign_in(browser)
    path = f"/orders/{number}/refund"
    data = browser.open(path).form(path).filled({"received": "yes", "reason": "quality"}).data({})
    body = multipart({name: value for name, value in data.items() if not name.startswith("quantity-")})
    answers = [browser.client.post(path, **body) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].location == answers[1].location


@S37
def test_the_lines_of_a_repeated_form_may_come_in_another_order(office: Office) -> None:
    number = office.take(bought(make_line("1", 2, 4000), make_line("2", 2, 1000)))
    browser = office.newcomer()
    sign_in(browser)
    path = f"/orders/{number}/refund"
    typed = {"received": "yes", "reason": "quality", "quantity-1": "1", "quantity-2": "2"}
    data = browser.open(path).form(path).filled(typed).data({})
    turned = {name: data[name] for name in reversed(data)}
    answers = [browser.client.post(path, **multipart(sent)) for sent in (data, turned)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].location == answers[1].location


@S37
def test_a_form_that_has_not_acted_is_never_read_as_it_came(office: Office) -> None:
    number = office.take(make_order(make_line("1", 3, 3000)))
    browser = office.newcomer()
    sign_in(browser)
    path = f"/orders/{number}/cancel"
    data = browser.open(path).form(path).filled({"quantity-1": "3", "reason": "changed_mind"}).data({})
    body = multipart(data | {"quantity-1": ["4"]})
    assert [browser.client.post(path, **body).status_code for _ in range(2)] == [422, 422]
    assert browser.open(f"/orders/{number}").one("article[data-order]").get("data-state") == "paid"
