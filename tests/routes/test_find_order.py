"""A guest's way to one order, and no further (P11; TRAPS T31, T32)."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.support.make import store_order
from tests.support.order_facts import make_order
from tests.support.signing_in import Place, place, refusals

FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
P11 = pytest.mark.req("P11")
PHONE = "+8613800000001"


@pytest.fixture
def here(app: Flask) -> Place:
    found = place(app)
    store_order(found.made, make_order(no="A-1"))
    store_order(found.made, make_order(no="A-2"))
    return found


@P11
@pytest.mark.parametrize(("contact", "address"), [("13800000001", PHONE), ("c1@example.com", "c1@example.com")])
def test_number_contact_and_code_open_this_order_and_no_other(contact: str, address: str, here: Place) -> None:
    guest = here.newcomer()
    page = guest.open("/find-order").submit(order_no=" A-1 ", contact=contact)
    page = page.submit(code=here.code_sent_to(address))
    assert page.path == "/orders/A-1" and page.status == 200
    assert guest.open("/orders/A-2").status == 404
    assert guest.open("/orders").path == "/sign-in"
    assert guest.open("/account").path == "/sign-in"


@P11
@pytest.mark.parametrize(("order_no", "contact"), [("A-1", "13900000000"), ("A-404", "13800000001"), ("A-1", "x")])
def test_what_does_not_fit_looks_the_same_and_sends_nothing(order_no: str, contact: str, here: Place) -> None:
    right = here.newcomer().open("/find-order").submit(order_no="A-1", contact=PHONE)
    wrong = here.newcomer().open("/find-order").submit(order_no=order_no, contact=contact)
    assert (wrong.status, wrong.text) == (right.status, right.text)
    assert here.codes_sent() == 1
    page = wrong.submit(code="123456")
    assert (page.status, set(refusals(page))) == (422, {"wrong_code"})


@P11
def test_the_page_says_when_another_code_can_be_asked_for_until_then(here: Place) -> None:
    page = here.newcomer().open("/find-order").submit(order_no="A-1", contact=PHONE)
    assert page.one("time[data-time='resend']").get("datetime").startswith("2026-11-20T12:01:00")
    here.clock.move(seconds=30)
    again = page.submit(code="000000")
    assert again.one("time[data-time='resend']").get("datetime").startswith("2026-11-20T12:01:00")
    here.clock.move(seconds=31)
    assert not again.submit(code="000000").all("time[data-time='resend']")


@P11
@pytest.mark.parametrize("order_no", ["ａ－１", "a-1", " A -\u3000 1 ", "\u200eA-1\u200f"])
def test_a_number_may_be_typed_in_any_width_case_and_with_blanks(order_no: str, here: Place) -> None:
    guest = here.newcomer()
    page = guest.open("/find-order").submit(order_no=order_no, contact="13800000001".translate(FULL_WIDTH))
    assert page.submit(code=here.code_sent_to(PHONE)).path == "/orders/A-1"
