"""`portal customers sessions`: where a customer is signed in, and signed out by an operator."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask

from portal.cli.audit import audit
from portal.cli.customers import customers
from portal.domain.errors import NotFound
from portal.domain.identity.access import Actor
from portal.repos.unit_of_work import reading, unit_of_work
from portal.services.identity.sessions import open_session
from tests.support.make import make_customer
from tests.support.page import Browserless
from tests.support.signing_in import Place, place

pytestmark = pytest.mark.req("S42")


@pytest.fixture
def here(app: Flask) -> Place:
    return place(app)


@pytest.fixture
def run(app: Flask) -> Any:
    return lambda *words: app.test_cli_runner().invoke(customers, words)


def listed(run: Any, login: str = "c-1") -> list[list[str]]:
    """The columns of each line."""
    result = run("sessions", "--shop", "tepai", login)
    assert result.exit_code == 0, result.output
    return [line.split("\t") for line in result.stdout.splitlines()]


def is_in(browser: Browserless) -> bool:
    return browser.open("/orders").path == "/orders"


def framed(here: Place, *orders: str) -> None:
    """A session of the shop's frame that reaches these orders alone."""
    actor = Actor(kind="shopper", shop_id=here.made.shop_id, id=here.made.customer_id, only=orders)
    with unit_of_work(here.deps) as work:
        open_session(work, actor=actor, old_token="", locale="zh-CN", place="frame", deps=here.deps)


def ended_in_the_trail(here: Place) -> list[dict[str, Any]]:
    with reading(here.deps) as work:
        rows = work.connection.exec_driver_sql("SELECT text FROM event WHERE kind = 'operator:session:ended'")
        return [json.loads(text)["data"] for (text,) in rows]


def test_live_sessions_are_listed_newest_first_with_what_they_reach(here: Place, run: Any) -> None:
    here.signed_in()
    framed(here, "O-1", "O-2")
    assert [(place, orders) for _, place, *_, orders in listed(run)] == [("frame", "O-1,O-2"), ("tab", "all orders")]
    opened, seen, until = listed(run)[0][2:5]
    assert opened == seen < until and opened.endswith("Z")


def test_what_is_over_or_idle_or_another_customers_is_not_listed(here: Place, run: Any) -> None:
    make_customer(here.deps, here.made.shop_id, 2)
    here.signed_in()
    assert listed(run, "c-2") == []
    here.clock.move(minutes=31)
    assert listed(run) == []


def test_one_is_signed_out_and_the_others_stay(here: Place, run: Any) -> None:
    lent, own = here.signed_in(), here.signed_in()
    (_, first) = [row[0] for row in listed(run)]
    result = run("sessions", "--shop", "tepai", "c-1", "--end", first)
    assert result.stdout == "c-1: sessions ended: 1\n"
    assert (is_in(lent), is_in(own)) == (False, True)
    assert ended_in_the_trail(here) == [{"customer": here.made.customer_id, "sessions": [int(first)]}]


def test_all_are_signed_out_in_tabs_and_frames(here: Place, run: Any) -> None:
    browser = here.signed_in()
    framed(here, "O-1")
    assert "sessions ended: 2" in run("sessions", "--shop", "tepai", "c1@example.com", "--end-all").stdout
    assert not is_in(browser) and listed(run) == []
    assert "sessions ended: 0" in run("sessions", "--shop", "tepai", "c-1", "--end-all").stdout
    assert here.app.test_cli_runner().invoke(audit, ["verify"]).exit_code == 0


@pytest.mark.parametrize("number", ["0", "-1", "999999"])
def test_a_number_that_is_not_theirs_ends_nothing(number: str, here: Place, run: Any) -> None:
    make_customer(here.deps, here.made.shop_id, 2)
    browser = here.signed_in()
    mine = listed(run)[0][0]
    assert isinstance(run("sessions", "--shop", "tepai", "c-1", "--end", mine, "--end", number).exception, NotFound)
    assert isinstance(run("sessions", "--shop", "tepai", "c-2", "--end", mine).exception, NotFound)
    assert is_in(browser) and ended_in_the_trail(here) == []


def test_one_and_all_are_not_asked_for_together(here: Place, run: Any) -> None:
    browser = here.signed_in()
    assert run("sessions", "--shop", "tepai", "c-1", "--end", "1", "--end-all").exit_code == 2
    assert is_in(browser)


def test_an_erased_customer_has_no_sessions_and_gets_no_password(here: Place, run: Any) -> None:
    browser = here.signed_in()
    assert run("erase", "--shop", "tepai", "--yes", "c-1").exit_code == 0
    assert not is_in(browser)
    for login in ("c-1", f"erased-{here.made.customer_id}"):
        assert isinstance(run("sessions", "--shop", "tepai", login).exception, NotFound)
        assert isinstance(run("sessions", "--shop", "tepai", login, "--end-all").exception, NotFound)
        given = here.app.test_cli_runner().invoke(
            customers, ["password", "--shop", "tepai", login, "--password-stdin"], input="seven green lanterns\n"
        )
        assert isinstance(given.exception, NotFound)


@pytest.mark.parametrize("words", [("nobody", "--shop", "tepai"), ("c-1", "--shop", "elsewhere")])
def test_nobody_of_that_name_is_said(words: tuple[str, ...], here: Place, run: Any) -> None:
    assert run("sessions", *words).exit_code == 1
