"""ASVS 5.0 V7, sessions; how they end is walked in tests/routes/test_sign_in.py."""

from __future__ import annotations

import pytest

from tests.support.signing_in import PASSWORD, Place
from tests.support.staff import open_office

pytestmark = pytest.mark.req("S1", "N8")


def token_of(browser: object) -> str:
    return next(cookie.value for cookie in browser.client._cookies.values() if cookie.key == "portal")  # type: ignore[attr-defined]


def test_v7_2_3_no_two_tokens_are_alike_and_each_has_256_bits(here: Place) -> None:
    tokens = {token_of(here.signed_in()) for _ in range(20)}
    assert len(tokens) == 20 and min(map(len, tokens)) >= 43


def test_v7_2_4_a_token_that_was_there_before_signing_in_is_never_kept(here: Place) -> None:
    somebody = here.newcomer()
    somebody.client.set_cookie("portal", "planted" * 8)
    somebody.open("/sign-in").submit(login="c-1", password=PASSWORD)
    first = token_of(somebody)
    assert first != "planted" * 8
    somebody.open("/account/password").submit(old_password=PASSWORD, password="a new passphrase")
    assert token_of(somebody) != first


def test_v7_4_1_and_v7_4_4_every_page_offers_to_sign_out_and_that_ends_it(here: Place) -> None:
    somebody = here.signed_in()
    token = token_of(somebody)
    assert "/sign-out" in somebody.client.get("/orders").text + somebody.client.get("/account").text
    somebody.open("/account").submit("/sign-out")
    copy = here.newcomer()
    copy.client.set_cookie("portal", token)
    assert copy.open("/account").path == "/sign-in"


def test_v7_5_1_a_new_password_needs_the_old_one(here: Place) -> None:
    page = here.signed_in().open("/account/password").submit(old_password="wrong horse", password="a new passphrase")
    assert page.status == 422


def test_v7_5_3_staff_see_personal_details_only_after_saying_why(app: object) -> None:
    """What reveals most asks again, and each time: the reason is in the audit trail."""
    office = open_office(app)  # type: ignore[arg-type]
    case_no = office.waiting()
    desk = office.desk("agent")
    page = desk.open(f"/staff/cases/{case_no}")
    assert "+8613800000001" not in page.response.text
    shown = page.submit(f"/staff/cases/{case_no}/unmask", reason="客户来电核对地址")
    assert shown.status == 200
    assert "+8613800000001" not in here_again(desk, case_no)


def here_again(desk: object, case_no: str) -> str:
    desk.open(f"/staff/cases/{case_no}")  # type: ignore[attr-defined]
    return str(desk.open(f"/staff/cases/{case_no}").response.text)  # type: ignore[attr-defined]
