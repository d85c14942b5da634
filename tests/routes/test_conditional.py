"""A page that has not changed costs one query (ARCHITECTURE law 10)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask
from lxml import html as lxml_html
from werkzeug.test import TestResponse

from tests.support.full_shop import FullShop
from tests.support.shopper import sign_in
from tests.support.signing_in import PASSWORD, Place, place
from tests.support.staff import open_office


@pytest.fixture
def here(app: Flask) -> Place:
    return place(app)


@pytest.mark.req("S3")
def test_an_unchanged_page_is_answered_304_by_the_session_query_alone(here: Place) -> None:
    from tests.support.queries import counted

    client = here.signed_in().client
    first = client.get("/orders")
    assert first.headers["Cache-Control"] == "private, no-cache"
    with counted() as statements:
        again = client.get("/orders", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data, len(statements)) == (304, b"", 1)
    assert again.headers["ETag"] == first.headers["ETag"]
    assert again.headers["Content-Security-Policy"]


@pytest.mark.req("S3")
@pytest.mark.parametrize(
    "change", ["customer", "shop", "hour", "language", "fragment", "query", "notice", "session", "customer of another"]
)
def test_whatever_a_page_depends_on_changes_its_tag(change: str, here: Place) -> None:
    somebody = here.signed_in()
    client = somebody.client
    tag = client.get("/orders").headers["ETag"]
    path, headers = "/orders", {"If-None-Match": tag}
    match change:
        case "customer" | "shop":
            with here.deps.database.writing() as connection:
                connection.exec_driver_sql(f"UPDATE {change} SET version = version + 1")
        case "hour":
            here.clock.move(minutes=20)
            assert client.get(path, headers=headers).status_code == 304
            here.clock.move(minutes=25)
            client.get("/account")
            here.clock.move(minutes=20)
        case "language":
            somebody.open("/account").submit("/language")
        case "fragment":
            headers["HX-Request"] = "true"
        case "query":
            path = "/orders?state=to_ship"
        case "notice":
            somebody.open("/account")
            with here.deps.database.writing() as connection:
                connection.exec_driver_sql(
                    "INSERT INTO notice (shop_id, customer_id, order_no, case_no, kind, params, created_at) "
                    "VALUES (1, 1, '', '', 'order_expired', '{}', '2026-11-20 04:00:00')"
                )
        case "session":
            somebody.open("/sign-in").submit(login="c-1", password=PASSWORD)
        case "customer of another":
            client = here.signed_in().client
    assert client.get(path, headers=headers).status_code == 200


def test_a_page_that_shows_a_notice_once_is_not_kept(here: Place) -> None:
    somebody = here.signed_in()
    tag = somebody.client.get("/orders").headers["ETag"]
    page = somebody.open("/account/password")
    token = page.tree.xpath("//input[@name='csrf_token']/@value")[0]
    typed = {"csrf_token": token, "old_password": PASSWORD, "password": "a new passphrase"}
    assert somebody.client.post("/account/password", data=typed).status_code == 303
    shown = somebody.client.get("/orders", headers={"If-None-Match": tag})
    assert shown.status_code == 200 and "ETag" not in shown.headers
    assert "密码已修改" in shown.text
    assert "密码已修改" not in somebody.client.get("/orders").text


@pytest.mark.req("S3", "N5")
def test_no_copy_of_a_page_outlives_what_it_says_of_time(app: Flask) -> None:
    """The clock walks over the hours of a deadline, its end and midnight."""
    office = open_office(app)
    shop = FullShop(office, datetime(2026, 11, 18, 9, 7, tzinfo=UTC))
    shop.fill()
    reader = office.newcomer()
    sign_in(reader)
    paths = [f"/orders/{shop.orders['unpaid']}", f"/cases/{shop.cases['packing']}", "/orders", "/cases"]
    kept = {path: reader.client.get(path) for path in paths}
    answers = []
    for _ in range(30):
        office.clock.move(minutes=22)
        for path in paths:
            again = reader.client.get(path, headers={"If-None-Match": kept[path].headers["ETag"]})
            answers.append(again.status_code)
            if again.status_code == 304:
                assert text_of(reader.client.get(path)) == text_of(kept[path]), office.clock.now()
            else:
                kept[path] = again
    assert {200, 304} == set(answers)


def text_of(page: TestResponse) -> str:
    return lxml_html.fromstring(page.data).xpath("string(//main)")
