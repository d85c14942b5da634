"""Nobody locks anybody out, and nobody guesses on: what counts, where, and what is said (INTERFACE, sign-in)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from portal.domain.errors import Invalid, TooMany
from portal.services.identity.sign_in import ask_for_code, sign_in, sign_in_with_code
from portal.services.identity.throttle import Caller
from portal.services.identity.visits import get_shop
from tests.support.page import Browserless
from tests.support.signing_in import PASSWORD, Place, place

pytestmark = pytest.mark.req("S1", "N4")
PHONE, MAIL = "13800000001", "c1@example.com"


@pytest.fixture
def here(app: Flask) -> Place:
    return place(app)


def attempt(here: Place, login: str = "c-1", password: str = "wrong horse", address: str = "192.0.2.1") -> str:
    """in, wrong or wait."""
    shop = get_shop(key="tepai", deps=here.deps)
    return said(
        lambda: sign_in(login=login, password=password, shop=shop, caller=Caller(address=address), deps=here.deps)
    )


def said(act: Callable[[], Any]) -> str:
    try:
        act()
    except Invalid:
        return "wrong"
    except TooMany:
        return "wait"
    return "in"


def test_what_fails_from_one_network_keeps_nobody_out_elsewhere(here: Place) -> None:
    assert [attempt(here) for _ in range(11)] == ["wrong"] * 10 + ["wait"]
    assert attempt(here, password=PASSWORD) == "wait"
    assert attempt(here, password=PASSWORD, address="192.0.2.2") == "in"


@pytest.mark.parametrize("login", [PHONE, MAIL])
def test_the_accounts_own_counter_is_silent_so_no_two_names_are_told_to_be_one_person(login: str, here: Place) -> None:
    for _ in range(11):
        attempt(here)
    assert attempt(here, login) == attempt(here, "13800000099") == "wrong"
    assert attempt(here, login, PASSWORD) == "wrong"
    assert attempt(here, login, PASSWORD, address="192.0.2.2") == "in"


def test_all_names_of_an_account_together_have_ten_tries_of_which_one_could_be_right(here: Place) -> None:
    for login in ("c-1", PHONE, MAIL):
        for _ in range(4):
            assert attempt(here, login) == "wrong"
    assert attempt(here, "c-1", PASSWORD) == "wrong"
    here.clock.move(minutes=15, seconds=1)
    assert attempt(here, "c-1", PASSWORD) == "in"


def test_a_network_has_a_hundred_an_hour_over_all_accounts(here: Place) -> None:
    tried = [attempt(here, f"c-{number // 5}") for number in range(101)]
    assert tried == ["wrong"] * 100 + ["wait"]
    assert attempt(here, "c-1", PASSWORD, address="192.0.2.2") == "in"
    here.clock.move(hours=1, seconds=1)
    assert attempt(here, "c-1", PASSWORD) == "in"


def test_a_network_of_ipv6_is_its_64(here: Place) -> None:
    for number in range(10):
        assert attempt(here, address=f"2001:db8:1:2::{number}") == "wrong"
    assert attempt(here, address="2001:db8:1:2:ffff::1") == "wait"
    assert attempt(here, address="2001:db8:1:3::1") == "wrong"


@pytest.mark.parametrize("login", ["c-1", "c-none"])
def test_beyond_three_hundred_a_day_answers_come_slowly_whether_there_is_an_account(login: str, here: Place) -> None:
    for number in range(300):
        assert attempt(here, login, address=f"192.0.2.{number // 9}") == "wrong"
    assert here.clock.rested == 0
    assert attempt(here, login, address="198.51.100.1") == "wrong"
    assert here.clock.rested > 0
    if login == "c-1":
        assert attempt(here, login, PASSWORD, address="198.51.100.2") == "in"


def test_codes_have_a_bucket_of_their_own(here: Place) -> None:
    shop, caller = get_shop(key="tepai", deps=here.deps), Caller(address="192.0.2.1")
    for _ in range(11):
        attempt(here)
    ask_for_code(login="c-1", shop=shop, caller=caller, deps=here.deps)
    code = here.code_sent_to("+8613800000001")
    assert said(lambda: sign_in_with_code(login="c-1", code=code, shop=shop, caller=caller, deps=here.deps)) == "in"


def from_network(browser: Browserless, address: str) -> Browserless:
    browser.client.environ_base["REMOTE_ADDR"] = address
    return browser


def test_a_browser_that_signed_in_before_is_let_in_whatever_others_got_wrong_in_its_network(here: Place) -> None:
    mine = here.signed_in()
    mine.client.delete_cookie("portal")
    for _ in range(11):
        attempt(here, address="127.0.0.1")
    others = here.newcomer().open("/sign-in").submit(login="c-1", password=PASSWORD)
    assert others.status == 429
    assert mine.open("/sign-in").submit(login="c-1", password=PASSWORD).path == "/orders"


def test_such_a_browser_has_ten_tries_of_its_own_and_none_for_other_accounts(here: Place) -> None:
    mine = here.signed_in()
    mine.client.delete_cookie("portal")
    for number in range(10):
        page = from_network(mine, f"192.0.2.{number}").open("/sign-in").submit(login="c-1", password="wrong horse")
        assert page.status == 422
    assert mine.open("/sign-in").submit(login="c-1", password=PASSWORD).status == 429
    for _ in range(10):
        attempt(here, "c-9", address="192.0.2.200")
    assert from_network(mine, "192.0.2.200").open("/sign-in").submit(login="c-9", password="x").status == 429


def test_the_cookie_that_knows_a_browser_is_sealed_and_names_nobody(here: Place) -> None:
    mine = here.signed_in()
    cookie = mine.client.get_cookie("portal_known")
    assert cookie is not None and "c-1" not in cookie.value
    stranger = here.newcomer()
    stranger.client.set_cookie("portal_known", cookie.value[:-2] + "xx")
    for _ in range(11):
        attempt(here, address="127.0.0.1")
    assert stranger.open("/sign-in").submit(login="c-1", password=PASSWORD).status == 429
