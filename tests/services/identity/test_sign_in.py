"""Throttles and one-time codes hold under parallel guesses, on both databases (SECURITY, one-time codes)."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask

from portal.domain.errors import Invalid, TooMany
from portal.services.identity.find_order import ask_for_order_code, open_order_with_code
from portal.services.identity.sign_in import Caller, ask_for_code, sign_in, sign_in_with_code
from portal.services.identity.visits import VisitedShop, find_visit, get_shop
from portal.services.jobs.sweep import sweep
from tests.support.make import make_customer, store_order
from tests.support.order_facts import make_order
from tests.support.queries import counted
from tests.support.signing_in import PASSWORD, Place, place

PHONE = "+8613800000001"


@pytest.fixture
def here(database: str, portal_on: Callable[..., Flask]) -> Place:
    return place(portal_on(database))


def at(here: Place) -> dict[str, Any]:
    return {"shop": shop_of(here), "caller": Caller(address="192.0.2.1"), "deps": here.deps}


def shop_of(here: Place) -> VisitedShop:
    return get_shop(key="tepai", deps=here.deps)


def from_(address: str) -> dict[str, Any]:
    return {"caller": Caller(address=address)}


def outcomes(tries: list[Callable[[], Any]]) -> list[str]:
    """What became of each, all at once: in, wrong or wait."""

    def one(attempt: Callable[[], Any]) -> str:
        try:
            attempt()
        except Invalid:
            return "wrong"
        except TooMany:
            return "wait"
        return "in"

    with ThreadPoolExecutor(12) as pool:
        return list(pool.map(one, tries))


def row_count(here: Place, table: str) -> int:
    with here.deps.database.reading() as connection:
        return int(connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one())


@pytest.mark.req("S1")
def test_of_sixty_parallel_guesses_of_a_password_ten_learn_that_they_are_wrong(here: Place) -> None:
    guesses = [lambda n=n: sign_in(login="c-1", password=f"guess {n}", **at(here)) for n in range(60)]
    said = outcomes(guesses)
    assert (said.count("wrong"), said.count("in")) == (10, 0)
    with pytest.raises(TooMany):
        sign_in(login="c-1", password=PASSWORD, **at(here))


@pytest.mark.req("S2")
def test_of_sixty_parallel_guesses_of_a_code_five_count_and_the_right_one_after_them_is_too_late(here: Place) -> None:
    ask_for_code(login="c-1", **at(here))
    code = here.code_sent_to(PHONE)
    wrong = [f"{n:06d}" for n in range(60) if f"{n:06d}" != code]
    said = outcomes([lambda n=n: sign_in_with_code(login="c-1", code=n, **at(here)) for n in wrong])
    assert "in" not in said
    with here.deps.database.reading() as connection:
        assert connection.exec_driver_sql("SELECT tries FROM one_time_code").scalar_one() == 5
    here.clock.move(minutes=4)
    with pytest.raises((Invalid, TooMany)):
        sign_in_with_code(login="c-1", code=code, **at(here))


@pytest.mark.req("S2")
def test_a_code_lets_in_once_however_many_send_it_at_the_same_moment(here: Place) -> None:
    ask_for_code(login="c-1", **at(here))
    code = here.code_sent_to(PHONE)
    said = outcomes([lambda: sign_in_with_code(login="c-1", code=code, **at(here))] * 5)
    assert said.count("in") == 1
    assert row_count(here, "session") == 1


@pytest.mark.req("S2")
def test_parallel_asking_sends_one_code(here: Place) -> None:
    said = outcomes([lambda: ask_for_code(login="c-1", **at(here))] * 8)
    assert (said.count("in"), said.count("wait")) == (1, 7)
    assert here.codes_sent() == 1


@pytest.mark.req("S2")
def test_a_new_code_replaces_the_one_before_and_old_codes_end_after_five_minutes(here: Place) -> None:
    ask_for_code(login="c-1", **at(here))
    first = here.code_sent_to(PHONE)
    with pytest.raises(TooMany) as too_soon:
        ask_for_code(login="c-1", **at(here))
    assert too_soon.value.seconds == 60
    here.clock.move(seconds=60)
    ask_for_code(login="c-1", **at(here))
    second = here.code_sent_to(PHONE)
    assert first != second
    with pytest.raises(Invalid):
        sign_in_with_code(login="c-1", code=first, **at(here))
    here.clock.move(minutes=5)
    with pytest.raises(Invalid):
        sign_in_with_code(login="c-1", code=second, **at(here))


def seconds_to_wait(here: Place) -> int | None:
    """Until another code may be sent; None where this one was."""
    try:
        ask_for_code(login="c-1", **at(here))
    except TooMany as wait:
        return wait.seconds
    return None


@pytest.mark.req("S2")
def test_three_codes_an_hour_and_ten_a_day_go_to_one_destination(here: Place) -> None:
    sent = 0
    for _ in range(24 * 6):
        seconds = seconds_to_wait(here)
        assert seconds is None or seconds > 0
        sent += seconds is None
        here.clock.move(minutes=10)
    assert sent == 10
    assert here.codes_sent() <= 10


@pytest.mark.req("S2")
def test_twenty_codes_an_hour_leave_for_one_neighbourhood_whoever_they_are_for(here: Place) -> None:
    for n in range(20):
        ask_for_code(login=f"nobody-{n}", **at(here) | from_(f"192.0.2.{n}"))
    with pytest.raises(TooMany):
        ask_for_code(login="c-1", **at(here) | from_("192.0.2.250"))
    ask_for_code(login="c-1", **at(here) | from_("198.51.100.1"))


@pytest.mark.req("S2")
def test_two_names_of_one_person_get_one_code_a_minute_and_nothing_says_so(here: Place) -> None:
    ask_for_code(login="c-1", **at(here))
    ask_for_code(login=PHONE, **at(here))
    ask_for_code(login="c-404", **at(here))
    assert here.codes_sent() == 1
    assert row_count(here, "one_time_code") == row_count(here, "job") == 3


@pytest.mark.req("S2")
def test_a_code_is_for_its_purpose_and_its_person_only(here: Place) -> None:
    make_customer(here.deps, here.made.shop_id, 2)
    ask_for_code(login="c-1", **at(here))
    code = here.code_sent_to(PHONE)
    for wrong in ({"login": "c-2"}, {"login": "c-1", "purpose": "verify"}):
        with pytest.raises(Invalid):
            sign_in_with_code(code=code, **wrong, **at(here))
    with pytest.raises(Invalid):
        open_order_with_code(order_no="A-1", contact=PHONE, code=code, **at(here))
    assert sign_in_with_code(login="c-1", code=code, **at(here))


def test_neither_code_nor_address_is_readable_in_the_database(here: Place) -> None:
    ask_for_code(login="c-1", **at(here))
    with here.deps.database.reading() as connection:
        stored = [
            dict(row)
            for table in ("job", "one_time_code", "failure", "event")
            for row in connection.exec_driver_sql(f"SELECT * FROM {table}").mappings()
        ]
    code = here.code_sent_to(PHONE)
    text = json.dumps(stored, default=str)
    assert code not in text and "13800000001" not in text


@pytest.mark.req("S1")
def test_a_session_is_stored_hashed_and_its_opening_is_an_event_with_ids_only(here: Place) -> None:
    token = sign_in(login="c-1", password=PASSWORD, **at(here))
    assert token
    with here.deps.database.reading() as connection:
        stored = connection.exec_driver_sql("SELECT token_hash FROM session").scalar_one()
        text = connection.exec_driver_sql("SELECT text FROM event WHERE kind = 'shopper:session:opened'").scalar_one()
    assert token not in (stored, text)
    assert json.loads(text)["data"] == {"session": 1}
    visit = find_visit(token=token, hosts=("localhost", "localhost"), path_key=None, query_key="", deps=here.deps)
    assert visit.session and visit.session.actor == here.made.shopper


@pytest.mark.req("S1")
def test_a_hundred_failures_from_one_address_make_it_wait_whatever_the_accounts(here: Place) -> None:
    for n in range(100):
        with pytest.raises(Invalid):
            sign_in(login=f"nobody-{n}", password="x", **at(here))
    with pytest.raises(TooMany):
        sign_in(login="c-1", password=PASSWORD, **at(here))
    assert sign_in(login="c-1", password=PASSWORD, **at(here) | from_("198.51.100.1"))


def test_a_host_of_a_shop_decides_before_the_session(here: Place) -> None:
    from portal.models.shop import ShopHost
    from tests.support.make import make_shop

    other = make_shop(here.deps, "another", name="另一家")
    with here.deps.database.writing() as connection:
        connection.execute(ShopHost.__table__.insert().values(host="help.another.example", shop_id=other.shop_id))
    token = sign_in(login="c-1", password=PASSWORD, **at(here)) or ""
    seen = {
        host: find_visit(token=token, hosts=(f"{host}:8000", host), path_key=None, query_key="tepai", deps=here.deps)
        for host in ("localhost", "help.another.example")
    }
    assert (seen["localhost"].way, seen["localhost"].session is not None) == ("session", True)
    assert seen["help.another.example"].shop and seen["help.another.example"].shop.key == "another"
    assert seen["help.another.example"].session is None


def test_asking_for_an_order_that_is_not_there_looks_like_asking_for_one_that_is(here: Place) -> None:
    ask_for_order_code(order_no="A-404", contact=PHONE, **at(here))
    assert here.codes_sent() == 0
    assert row_count(here, "one_time_code") == 1


@pytest.mark.req("P11", "N8")
def test_an_order_that_is_there_costs_the_work_of_one_that_is_not(here: Place) -> None:
    """Statements instead of the clock: nobody learns from the time which orders there are, or whose (TRAPS T32)."""
    store_order(here.made, make_order(no="A-1"))
    store_order(here.made, make_order(no="A-2"), customer_id=None)
    asked, checked = [], []
    for order_no, contact in (("A-1", PHONE), ("A-1", "13900000000"), ("A-404", PHONE), ("A-2", PHONE)):
        with counted() as statements:
            ask_for_order_code(order_no=order_no, contact=contact, **at(here))
        asked.append([statement.split()[:3] for statement in statements])
        here.clock.move(hours=1)
        with counted() as statements, pytest.raises(Invalid):
            open_order_with_code(order_no=order_no, contact=contact, code="no", **at(here))
        checked.append([statement.split()[:3] for statement in statements])
    assert asked[0] == asked[1] == asked[2] == asked[3]
    assert checked[0] == checked[1] == checked[2] == checked[3]


@pytest.mark.req("P11", "N8")
def test_of_sixty_parallel_guesses_of_an_orders_code_five_count(here: Place) -> None:
    store_order(here.made, make_order(no="A-1"))
    ask_for_order_code(order_no="A-1", contact=PHONE, **at(here))
    code = here.code_sent_to(PHONE)
    wrong = [f"{n:06d}" for n in range(60) if f"{n:06d}" != code]
    guess = {"order_no": "A-1", "contact": PHONE, **at(here)}
    assert "in" not in outcomes([lambda n=n: open_order_with_code(code=n, **guess) for n in wrong])
    with here.deps.database.reading() as connection:
        assert connection.exec_driver_sql("SELECT tries FROM one_time_code").scalar_one() == 5
    here.clock.move(minutes=4)
    with pytest.raises((Invalid, TooMany)):
        open_order_with_code(code=code, **guess)


def test_what_is_over_is_swept_and_what_still_counts_is_kept(here: Place) -> None:
    sign_in(login="c-1", password=PASSWORD, **at(here))
    ask_for_code(login="c-1", **at(here))
    with pytest.raises(Invalid):
        sign_in(login="c-1", password="wrong horse", **at(here))
    tables = ("session", "one_time_code", "failure")
    left = []
    for hours in (0, 1, 11.5, 13):
        here.clock.move(hours=hours)
        sweep(deps=here.deps)
        left.append([row_count(here, table) for table in tables])
    assert left == [[1, 1, 4], [1, 1, 4], [0, 1, 4], [0, 0, 0]]
