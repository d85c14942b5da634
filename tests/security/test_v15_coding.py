"""ASVS 5.0 V15, secure coding; races are in tests/services/cancelling/test_races.py and tests/faults (15.4.2)."""

from __future__ import annotations

import pytest

from tests.support.shopper import Shopfront
from tests.support.signing_in import Place

pytestmark = pytest.mark.req("N8")


def test_v15_3_3_fields_that_no_form_has_change_nothing(here: Place, front: Shopfront) -> None:
    number = front.take()
    somebody = here.signed_in()
    page = somebody.open(f"/orders/{number}/address")
    form = {
        name: (page.tree.xpath(f"//*[@name='{name}']/@value") or [""])[0]
        for name in ("csrf_token", "request_id", "shown")
    }
    form |= {"name": "李四", "phone": "13800000009", "region": "上海市", "address": "南京路1号", "postcode": "200000"}
    extra = {
        "customer_id": "2",
        "shop_id": "2",
        "state": "delivered",
        "total_minor": "0",
        "status": "delivered",
        "role": "admin",
    }
    answer = somebody.client.post(
        f"/orders/{number}/address", data=form | extra, headers={"Origin": "http://localhost"}
    )
    assert answer.status_code in (303, 422)
    with here.deps.database.reading() as connection:
        row = connection.exec_driver_sql("SELECT customer_id, shop_id, state, total_minor FROM orders").one()
    assert row[:3] == (here.made.customer_id, here.made.shop_id, "paid") and row[3] > 0


def test_v15_3_7_a_field_sent_twice_counts_once(here: Place, front: Shopfront) -> None:
    somebody = here.signed_in()
    answer = somebody.client.get("/orders?state=cancelled&state=all&q=a&q=b&after=x&after=y")
    assert answer.status_code in (200, 303, 404)


def test_v15_3_4_the_address_that_is_throttled_is_the_callers_own(here: Place) -> None:
    somebody = here.newcomer()
    token = somebody.client.get("/sign-in").text.partition('name="csrf_token" value="')[2].partition('"')[0]
    statuses = []
    for number in range(12):
        headers = {"Origin": "http://localhost", "X-Forwarded-For": f"198.51.100.{number}"}
        form = {"csrf_token": token, "login": "c-1", "password": "wrong horse"}
        statuses.append(somebody.client.post("/sign-in", data=form, headers=headers).status_code)
    assert statuses[-1] == 429
