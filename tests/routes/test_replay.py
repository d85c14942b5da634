"""The same form sent twice gets its first answer, also where the first has left too little for a second (INTERFACE)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from tests.support.applications import bought
from tests.support.order_facts import make_line, make_order
from tests.support.page_forms import multipart
from tests.support.presses import SHOP_ACTS, Press, someone
from tests.support.shopper import sign_in
from tests.support.staff import Office, open_office
from tests.support.staff_presses import STAFF_ACTS

S37 = pytest.mark.req("S37", "S40")
ACTS = {f"shop.{name}": acts for name, acts in SHOP_ACTS.items()} | {
    f"staff.{name}": acts for name, acts in STAFF_ACTS.items()
}
ROWS = [pytest.param(view, act, id=act.__name__) for view, acts in ACTS.items() for act in acts]
COMPUTE_ONLY = {
    *(
        "shop.cancel_quote",
        "shop.refund_quote",
        "shop.return_quote",
        "shop.reship_quote",
        "shop.repair_quote",
        "shop.exchange_quote",
        "shop.edit_quote",
        "shop.resubmit_quote",
    ),
    *("shop.contract_quote", "shop.withdraw_quote", "staff.decide_quote", "staff.inspect_quote"),
    "staff.looks_preview",
    *("staff.macro", "staff.macro_preview", "staff.notice_text_preview"),
    "staff.shop_section_rows",
}
COUNT_EVERY_TRY = {
    *("shop.sign_in", "shop.sign_in_code", "shop.sign_in_verify", "shop.find_order", "shop.password"),
    *("staff.sign_in", "staff.verify", "staff.company_enter", "staff.own_password", "staff.transfer_account"),
    *("staff.act", "staff.act_code", "staff.act_number", "staff.act_call_back"),
}
SAY_WHAT_IS = {
    *("shop.sign_out", "shop.behalf_end", "shop.language", "shop.notices_read", "shop.end_session", "shop.erasure"),
    *("shop.notice", "shop.notice_settings", "shop.unsubscribing"),
    *("staff.sign_out", "staff.language", "staff.shop", "staff.own_sessions", "staff.own_notices"),
    *("staff.draft", "staff.presence"),
    "callbacks.callback",
    "hooks.receive",
}
SPEND_WHAT_IS_SINGLE_USE = {"frame.start", "tabs.tab", "staff.join", "staff.own_recovery_codes"}
PROGRAMS = {
    "api.post_credit",
    "api.post_embed_session",
    "api.post_hold_answer",
    "api.post_orders_bulk",
    "api.post_refund_result",
    "api.post_parcel_status",
    "api.post_returned_benefits",
    "api.post_shipment",
}
"""By a key of their own: tests/api/test_once.py, of a refund's result tests/api/test_refund_results.py."""


@pytest.fixture
def office(app: Flask) -> Office:
    return open_office(app)


def view_of(office: Office, address: str) -> str:
    adapter = office.app.url_map.bind("localhost")
    endpoint, _values = adapter.match(address.partition("?")[0], method="POST")
    return str(endpoint)


@S37
def test_every_view_that_acts_gives_its_first_answer_again_and_is_pressed_here(office: Office) -> None:
    views = office.app.view_functions
    posts = {rule.endpoint for rule in office.app.url_map.iter_rules() if "POST" in (rule.methods or ())}
    posts = {name for name in posts if not name.startswith("embed.")}
    idempotent = {name for name in posts if getattr(views[name], "is_idempotent", False)}
    assert posts - idempotent == COMPUTE_ONLY | COUNT_EVERY_TRY | SAY_WHAT_IS | SPEND_WHAT_IS_SINGLE_USE | PROGRAMS
    assert idempotent == set(ACTS)


@S37
@pytest.mark.parametrize(("view", "act"), ROWS)
def test_what_is_sent_twice_is_answered_as_the_first_was_and_another_body_is_not(
    view: str, act: Callable[[Office], Press], office: Office
) -> None:
    press = act(office)
    browser = someone(office, press)
    page, which = browser.open(press.page), press.form or press.page
    assert page.status == 200
    if press.quoted:
        page = page.submit(which, fields=press.typed, button="quote")
        assert page.status == 200
    if press.first:
        page = page.submit(which, fields=press.first)
        assert page.status == 200
    form = page.form(which).filled(press.typed)
    assert view_of(office, form.address) == view
    body = multipart(form.data({}))
    first = browser.client.post(form.address, **body)
    assert first.status_code == press.status, first.text
    press.meanwhile()
    again = browser.client.post(form.address, **body)
    assert (again.status_code, again.location) == (press.status, first.location)
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
