"""Nothing typed is lost: a form sent without its session is seen again after signing in, files and all (S40)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from portal.web.answers.stashed_form import NEVER
from tests.support.make import make_customer
from tests.support.page import Browserless, Page
from tests.support.page_forms import Form
from tests.support.presses import PICTURE, SHOP_ACTS, Press, appeal, declare, mail, message, refund_of_one_line, someone
from tests.support.shopper import PASSWORD as SHOPPERS
from tests.support.staff import PASSWORD, Office, open_office
from tests.support.staff_presses import STAFF_ACTS, inspect, note

S40 = pytest.mark.req("S40", "N1")
FEW = (refund_of_one_line, message, inspect, note)
ACTS = [act for acts in (*SHOP_ACTS.values(), *STAFF_ACTS.values()) for act in acts if act not in (declare, mail)]
"""But for the declaration that anybody may make, and a mail that its sender confirms: nobody signs in for these
(tests/routes/test_public_forms.py)."""
ROWS = [
    *(pytest.param(act, "gone", id=act.__name__) for act in ACTS),
    *(pytest.param(act, way, id=f"{act.__name__} {way}") for act in FEW for way in ("over", "another")),
]


@pytest.fixture
def office(app: Flask) -> Office:
    return open_office(app)


def lose(office: Office, browser: Browserless, press: Press, way: str) -> None:
    """over: the session's time has passed; gone: the browser was closed; another: signed in anew in another tab."""
    name = "portal_staff" if press.role else "portal"
    if way == "over":
        office.clock.move(hours=13)
    else:
        browser.client.delete_cookie(name)
    if way == "another":
        sign_in_again(office, browser.open("/staff/cases" if press.role else "/orders"), press)


def sign_in_again(office: Office, page: Page, press: Press) -> Page:
    if not press.role:
        return page.submit(login="c-1", password=SHOPPERS)
    office.clock.move(seconds=30)
    return page.submit(login=f"{press.role}-1", password=PASSWORD).submit(code=office.code())


def fill(browser: Browserless, press: Press) -> tuple[Page, Form]:
    page, which = browser.open(press.page), press.form or press.page
    if press.quoted:
        page = page.submit(which, fields=press.typed, button="quote")
    return page, page.form(which).filled(press.typed).pressed(None)


@S40
@pytest.mark.parametrize(("act", "way"), ROWS)
def test_what_was_typed_is_there_after_signing_in_and_does_what_it_would_have_done(
    act: Callable[[Office], Press], way: str, office: Office
) -> None:
    press = act(office)
    browser = someone(office, press)
    page, form = fill(browser, press)
    lose(office, browser, press, way)
    answer = browser.send(page, form, {})
    if way == "over":
        assert answer.path.endswith("/sign-in")
    else:
        assert answer.status == 403
        answer = answer.follow("继续" if way == "another" else "登录")
    if way != "another":
        answer = sign_in_again(office, answer, press)
    assert answer.path.endswith("/resume") and "选择的文件要重新选" not in answer.text
    kept = answer.form(form.address).data({})
    for name, value in press.typed.items():
        if name in NEVER:
            assert name not in kept
        elif value is PICTURE:
            assert len(kept[f"{name}_id"]) == 1
        else:
            assert kept[name] == ["1" if value is True else str(value)] or value is True


@S40
@pytest.mark.parametrize("act", [refund_of_one_line, appeal, message])
def test_a_long_text_and_a_photo_are_sent_after_all(act: Callable[[Office], Press], office: Office) -> None:
    press = act(office)
    browser = someone(office, press)
    page, form = fill(browser, press)
    long = {name: "很长的说明" * 80 for name in ("body", "description") if name in form.names}
    form = form.filled(long)
    browser.client.delete_cookie("portal")
    answer = browser.send(page, form, {}).follow("登录").submit(login="c-1", password=SHOPPERS)
    done = answer.submit(form.address)
    assert done.status == 200 and done.path.startswith("/cases/")
    assert all(text[:40] in done.html for text in long.values())


@S40
def test_whoever_signs_in_next_sees_only_what_is_about_their_own_order(office: Office) -> None:
    make_customer(office.deps, office.made.shop_id, 2)
    press = message(office)
    browser = someone(office, press)
    page, form = fill(browser, press)
    browser.client.delete_cookie("portal")
    answer = browser.send(page, form, {}).follow("登录").submit(login="c-2", password=SHOPPERS)
    assert answer.path == "/orders" and "在吗" not in answer.html


@S40
def test_what_another_site_sends_is_kept_for_nobody(office: Office) -> None:
    press = message(office)
    browser = someone(office, press)
    _page, form = fill(browser, press)
    browser.client.delete_cookie("portal")
    for headers in ({"Origin": "https://evil.example"}, {}):
        answer = browser.client.post(form.address, data=form.data({}), headers=headers)
        assert answer.status_code == 403 and browser.client.get_cookie("portal_kept") is None


@S40
def test_a_network_cannot_fill_the_store_with_forms_that_nobody_sent(office: Office) -> None:
    press = message(office)
    browser = someone(office, press)
    page, form = fill(browser, press)
    form = form.filled({"body": "很长" * 400})
    browser.client.delete_cookie("portal")
    answers = [browser.send(page, form.filled({"body": "很长的说明" * 200}), {}) for _ in range(32)]
    assert {answer.status for answer in answers} == {403}
    assert "填写的内容还在" in answers[0].text and "填写的内容还在" not in answers[-1].text
