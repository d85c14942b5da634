"""Flask-Login over our own sessions: who `current_user` is, and what leads to sign-in."""

from __future__ import annotations

import pytest
from flask import Flask
from flask_login import current_user

from portal.web.request.current import visit
from tests.support.signing_in import Place, place


@pytest.fixture
def here(app: Flask) -> Place:
    return place(app)


@pytest.mark.req("S1")
def test_current_user_is_who_the_session_belongs_to(here: Place) -> None:
    browser = here.signed_in()
    cookie = browser.client.get_cookie("portal")
    assert cookie is not None
    with here.app.test_request_context("/orders", headers={"Cookie": f"portal={cookie.value}"}):
        visit()
        assert current_user.is_authenticated
        assert current_user.actor.kind == "shopper" and current_user.actor.id == here.made.customer_id
        assert current_user.get_id() == current_user.actor.key


@pytest.mark.req("S1")
def test_without_a_session_nobody_is_signed_in(here: Place) -> None:
    with here.app.test_request_context("/orders"):
        visit()
        assert not current_user.is_authenticated


@pytest.mark.req("S1")
def test_a_guarded_page_leads_to_sign_in_and_back(here: Place) -> None:
    answer = here.app.test_client().get("/orders")
    assert (answer.status_code, answer.location) == (303, "/sign-in?next=/orders")
    answer = here.app.test_client().get("/staff/cases")
    assert (answer.status_code, answer.location) == (303, "/staff/sign-in?next=/staff/cases")


@pytest.mark.req("N8")
@pytest.mark.parametrize("name", ["remember_token", "", ";"])
def test_a_cookie_to_be_remembered_by_means_nothing(name: str, here: Place) -> None:
    forged = {"Cookie": f"{name}=1|{'0' * 128}"}
    assert here.app.test_client(use_cookies=False).get("/orders", headers=forged).status_code == 303
    browser = here.signed_in()
    browser.client.set_cookie("remember_token", f"1|{'0' * 128}")
    assert browser.open("/orders").status == 200
