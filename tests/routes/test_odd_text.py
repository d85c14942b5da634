"""What no browser sends but anybody can: it is not there, or not understood, and never an error of ours (SECURITY)."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.support.page import Browserless
from tests.support.shopper import open_shop, sign_in

ODD = {"nul": "a%00b", "huge": "1" + "0" * 30, "long": "x" * 3000, "not utf-8": "%ED%A0%80", "cursor": "9" * 25 + "-1"}


@pytest.fixture
def app(database: str, portal_on) -> Flask:
    return portal_on(database)


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD.keys())
def test_odd_addresses_lead_nowhere_and_break_nothing(app: Flask, odd: str) -> None:
    front = open_shop(app)
    client = app.test_client()
    sign_in(Browserless(client))
    pages = "/orders/{} /orders/{}/cancel /cases/{} /evidence/{} /orders?after={} /orders?q={} /orders?state={}"
    more = "/cases?after={} /notices?after={} /help/{} /sign-in?shop={} /sign-in?next={} /embed/{}/orders"
    statuses = {page: client.get(page.format(odd)).status_code for page in f"{pages} {more}".split()}
    bearer = {"Authorization": f"Bearer {front.made.keys.token}"}
    for page in ("/api/v1/orders/{}", "/api/v1/events?after={}"):
        statuses[page] = client.get(page.format(odd), headers=bearer).status_code
    assert {page: status for page, status in statuses.items() if status >= 500} == {}
