"""账户: where one is signed in, what is kept, and the wish to be deleted."""

from __future__ import annotations

import json

import pytest
from flask import Flask

from tests.support.make import make_customer
from tests.support.page import Browserless
from tests.support.signing_in import PASSWORD, Place, place

S1 = pytest.mark.req("S1")


@pytest.fixture
def here(app: Flask) -> Place:
    return place(app)


@S1
def test_another_device_is_signed_out_from_the_account_and_this_one_is_not_offered(here: Place) -> None:
    mine, lent = here.signed_in(), here.signed_in()
    page = mine.open("/account")
    assert len(page.all("[data-session]")) == 2 and len(page.all("form[action='/account/sessions']")) == 1
    page = page.submit("/account/sessions")
    assert page.path == "/account" and page.says("已退出那里的登录") and len(page.all("[data-session]")) == 1
    assert lent.open("/account").path == "/sign-in" and mine.open("/account").path == "/account"


@S1
@pytest.mark.parametrize("number", ["999", "-1", "x"])
def test_only_ones_own_sessions_are_ended(here: Place, number: str) -> None:
    make_customer(here.deps, here.made.shop_id, 2)
    mine, other = here.signed_in(), here.newcomer()
    other.open("/sign-in").submit(login="c-2", password=PASSWORD)
    theirs = other.open("/account").one("[data-session]").get("data-session")
    here.signed_in()
    page = mine.open("/account")
    assert page.submit("/account/sessions", forged={"session": number}).status == 404
    assert page.submit("/account/sessions", forged={"session": theirs}).status == 404
    assert page.submit("/account/sessions", forged={"session": None}).path == "/account"
    assert other.open("/account").path == "/account"


@pytest.mark.req("N9")
def test_everything_that_is_kept_of_a_customer_is_one_file_for_them_alone(here: Place) -> None:
    make_customer(here.deps, here.made.shop_id, 2)
    mine = here.signed_in()
    answer = mine.client.get(mine.open("/account").links["下载我的数据"])
    assert answer.headers["Content-Disposition"] == 'attachment; filename="my-data.json"'
    kept = json.loads(answer.data)
    assert kept["customer"]["external_id"] == "c-1" and "c-2" not in answer.text
    assert "password_hash" not in answer.text


@pytest.mark.req("N9")
def test_the_wish_to_be_deleted_becomes_one_task_of_staff_and_deletes_nothing(here: Place) -> None:
    mine: Browserless = here.signed_in()
    for _ in range(2):
        page = mine.open("/account").submit("/account/erasure")
    assert page.path == "/account" and page.says("已告诉商家")
    with here.deps.database.reading() as connection:
        tasks = connection.exec_driver_sql("SELECT kind, detail FROM staff_task").all()
    assert [task[0] for task in tasks] == ["erasure_asked"] and "c-1" in str(tasks[0][1])
    assert asked_for(here) == (1, 1)


@pytest.mark.req("N9")
def test_a_wish_that_staff_were_done_with_is_told_to_them_again(here: Place) -> None:
    mine: Browserless = here.signed_in()
    mine.open("/account").submit("/account/erasure")
    with here.deps.database.writing() as connection:
        connection.exec_driver_sql("UPDATE staff_task SET done_at = created_at")
    assert asked_for(here) == (0, 1)
    mine.open("/account").submit("/account/erasure")
    assert asked_for(here) == (1, 2)


def asked_for(here: Place) -> tuple[int, int]:
    """Open tasks, and events of wishes to be deleted."""
    with here.deps.database.reading() as connection:
        tasks = connection.exec_driver_sql("SELECT count(*) FROM staff_task WHERE done_at IS NULL").scalar_one()
        kind = "shopper:erasure:asked"
        events = connection.exec_driver_sql("SELECT count(*) FROM event WHERE kind = ?", (kind,)).scalar_one()
    return tasks, events
