"""A form for anybody whose cookie is gone comes back with all that was typed, to be sent by one press (S40)."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from portal.models.declaration import Declaration
from portal.repos.unit_of_work import reading
from tests.support.page import Browserless, Page
from tests.support.staff import Office, open_office

pytestmark = pytest.mark.req("S40", "P24")
COOKIES = ("portal_visitor", "portal_asked")
SAID = {"name": "张三", "order_no": "TP1", "contact": "c1@example.com", "lines": "商品1\n“一件”"}
FORMS: dict[str, dict[str, str]] = {
    "/withdraw-contract": SAID,
    "/find-order": {"order_no": "TP1", "contact": "13800000001"},
    "/sign-in/code": {"login": "13800000001"},
}
BY_ADDRESS = {"/mail/<public_id>", "/unsubscribe/<token>"}
"""What its address says is all there is to send: pressed again, it is the same."""
WITH_SECRETS = {"/sign-in", "/sign-in/verify"}


@pytest.fixture
def office(app: Flask) -> Office:
    return open_office(app)


def without_cookie(page: Page, **typed: Any) -> Page:
    """`page`, filled in and sent by a browser that has lost its cookies since."""
    form = page.form(None, typed).filled(typed).pressed(None)
    for name in COOKIES:
        page.browser.client.delete_cookie(name)
    return page.browser.send(page, form, {})


@pytest.mark.parametrize("path", FORMS)
@pytest.mark.parametrize("htmx", [False, True])
def test_all_of_it_comes_back_and_does_what_it_would_have_done(path: str, htmx: bool, office: Office) -> None:
    typed = FORMS[path]
    there = Browserless(office.app.test_client()).open(path).submit(fields=typed)
    office.clock.move(minutes=5)  # until then no second code is sent
    page = without_cookie(Browserless(office.app.test_client(), htmx=htmx).open(path), **typed)
    assert page.status == 403 and page.one("[data-error]").get("data-error") == "again"
    assert page.says("填写的内容还在，请再提交一次")
    kept = page.form("[data-error] form").data({})
    assert {name: kept[name] for name in typed} == {name: [value] for name, value in typed.items()}
    done = page.submit("[data-error] form")
    assert (done.status, done.path, done.h1) == (there.status, there.path, there.h1)


def test_a_declaration_that_was_confirmed_without_its_cookie_is_made_by_the_next_press(office: Office) -> None:
    page = Browserless(office.app.test_client()).open("/withdraw-contract").submit(fields=SAID)
    page = without_cookie(page)
    with reading(office.deps) as work:
        assert list(work.connection.execute(Declaration.__table__.select())) == []
    done = page.submit("[data-error] form")
    assert done.path.startswith("/verify/") and done.status == 200


@pytest.mark.parametrize("path", sorted(WITH_SECRETS - {"/sign-in/verify"}))
def test_a_password_comes_back_to_nobody(path: str, office: Office) -> None:
    page = without_cookie(Browserless(office.app.test_client()).open(path), login="c-1", password="hunter2-hunter2")
    assert page.status == 403 and page.one("[data-error]").get("data-error") == "csrf"
    assert "hunter2" not in page.html and not page.has("[data-error] form")


def test_what_another_site_sends_does_not_come_back(office: Office) -> None:
    client = office.app.test_client()
    for headers in ({"Origin": "https://evil.example"}, {"Referer": "https://evil.example/"}, {}):
        answer = client.post("/withdraw-contract", data=SAID, headers=headers)
        assert answer.status_code == 403 and "c1@example.com" not in answer.text


def test_every_public_form_is_one_of_these(office: Office) -> None:
    views = office.app.view_functions
    posts = {
        rule.rule
        for rule in office.app.url_map.iter_rules()
        if rule.endpoint.startswith("shop.")
        and "POST" in (rule.methods or ())
        and getattr(views[rule.endpoint], "access", "public") == "public"
    }
    assert posts == set(FORMS) | WITH_SECRETS | BY_ADDRESS | {"/language"}
