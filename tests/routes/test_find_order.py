"""A guest's way to one order, and no further (P11; TRAPS T31, T32)."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.support.make import store_order
from tests.support.order_facts import make_order
from tests.support.signing_in import Place, place, refusals

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
