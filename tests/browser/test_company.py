"""用企业账号登录 in a real browser, with the provider on another site: there is where strict cookies stay away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from tests.browser.test_staff_desk import look
from tests.support.browsers import Live, Screen
from tests.support.company import DESK, Company
from tests.support.oidc_issuer import Issuer, issuer_serving
from tests.support.staff import PASSWORD, open_office


@pytest.fixture
def company(app: Flask, live: Live, tmp_path: Path) -> Iterator[Company]:
    with issuer_serving(Issuer(shows_page=True), host="localhost") as issuer:
        office = open_office(app)
        app.extensions["portal"] = replace(office.deps, base_url=live.url)
        yield Company(office, issuer, tmp_path)


@pytest.mark.req("P28")
def test_staff_come_in_with_a_company_account(company: Company, live: Live, screen: Screen) -> None:
    company.set_up('[second_factor]\namr = ["otp"]')
    company.office.add("agent")
    company.be("agent-1", amr=["otp"])
    page = screen.open(f"{live.url}/staff/orders")
    look(screen)
    page.click("[data-company]")
    page.click("#allow")
    page.wait_for_url("**/staff/sign-in/company/enter")
    look(screen)
    page.fill("[name=code]", "000000")
    page.click("main form button")
    page.wait_for_selector("[data-error=wrong_code]")
    page.fill("[name=code]", company.office.code())
    page.click("main form button")
    page.wait_for_url("**/staff/orders")
    page.click("footer form[action$=sign-out] button")
    page.click("[data-company]")
    page.click("#allow")
    page.wait_for_url("**/staff/sign-in/company/enter")
    assert not page.query_selector("[name=code]"), "linked, and the provider has seen the second factor"
    look(screen)
    page.click("main form button")
    page.wait_for_url("**/staff/cases")


@pytest.mark.req("P28")
def test_a_newcomer_sets_up_an_authenticator_and_a_stranger_is_told_why_not(
    company: Company, live: Live, screen: Screen
) -> None:
    company.set_up(f'provision = true\npasswords = ["boss"]\n{DESK}')
    company.be("li.ming", "all-staff")
    page = screen.open(f"{live.url}/staff/sign-in")
    look(screen)
    page.click("summary")
    page.fill("[name=login]", "li.ming")
    page.fill("[name=password]", PASSWORD)
    page.click("details button")
    page.wait_for_selector("[data-error=wrong_login]")
    look(screen)
    page.click("[data-company]")
    page.click("#allow")
    page.wait_for_selector("[data-error=no_role]")
    look(screen)
    company.be("li.ming", "desk")
    page.click("text=换一个企业账号")
    page.click("#allow")
    page.wait_for_selector("[data-secret]")
    look(screen)
