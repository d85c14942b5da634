"""POST /refunds/<number>/result: what the shop's own system says of a refund; and callbacks of rails over HTTP."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.domain.cancelling.decide import CancelAsk
from portal.domain.identity.access import Actor
from portal.domain.shops.settings import ShopSettings
from portal.models.refund import Refund
from portal.pages.shop.cancelling import cancel_page
from portal.schemas.api import ResultAnswer
from portal.services.cancelling.cancel_order import cancel_order
from portal.services.jobs.work_jobs import work_all_jobs
from portal.services.shops.api_tokens import add_token
from portal.services.shops.set_rail import set_rail
from tests.support.fake_rails import FakeRails
from tests.support.make import store_order
from tests.support.order_facts import make_order
from tests.support.rails import MERCHANT
from tests.support.signing_in import Place, place

pytestmark = pytest.mark.req("P12", "P14", "P27")


@pytest.fixture
def here(app: Flask) -> Place:
    """A shop with the merchant rail."""
    found = place(app)
    deps = app.extensions["portal"] = replace(found.deps, rails=FakeRails(found.clock))
    set_rail(config=MERCHANT, actor=operator(found), deps=deps)
    return found


def operator(here: Place) -> Actor:
    return Actor(kind="operator", shop_id=here.made.shop_id)


def refund(here: Place) -> str:
    """The number of one that the merchant's system was asked for."""
    store_order(here.made, make_order(no="A-1"))
    page = cancel_page(
        "A-1", choice=CancelAsk(), actor=here.made.shopper, settings=ShopSettings(), locale="zh", deps=here.deps
    )
    ask = CancelAsk(reason="changed_mind")
    cancel_order(order_no="A-1", ask=ask, shown=page.shown, actor=here.made.shopper, request_id="r-1", deps=here.deps)
    work_all_jobs(deps=here.deps)
    with here.deps.database.reading() as connection:
        return str(connection.execute(select(Refund.__table__.c.number)).scalar_one())


def say(here: Place, number: str, body: Any, token: str = "", **headers: str) -> Any:
    known = {"Authorization": f"Bearer {token or here.made.keys.token}"} | headers
    return here.app.test_client().post(f"/api/v1/refunds/{number}/result", json=body, headers=known)


def test_a_result_is_taken_once_and_again_and_under_its_key(here: Place) -> None:
    number, body = refund(here), {"state": "succeeded", "reference": "m-1", "unknown": 1}
    key = {"Idempotency-Key": "k-1"}
    for _ in range(2):
        answer = say(here, number, body, **key)
        assert (answer.status_code, answer.get_json()) == (200, {"refund": number, "state": "succeeded"})
        assert answer.get_json().keys() == ResultAnswer.__required_keys__
    assert say(here, number, {"state": "failed"}, **key).status_code == 422
    assert say(here, number, {"state": "failed", "message": "账户已注销"}).get_json()["state"] == "failed"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "state"),
        ({"state": "done"}, "state"),
        ({"state": "failed", "message": 7}, "message"),
        ({"state": "pending", "trace": "t" * 65}, "trace"),
        ({"state": "succeeded", "amount": "9.00"}, "currency"),
        ({"state": "succeeded", "amount": "9.001", "currency": "CNY"}, "amount"),
        ({"state": "succeeded", "amount": 9, "currency": "CNY"}, "amount"),
        ({"state": "succeeded", "amount": "9.00", "currency": "XXX"}, "currency"),
    ],
)
def test_what_is_no_result_is_named(here: Place, body: dict[str, Any], field: str) -> None:
    answer = say(here, "x", body)
    assert answer.status_code == 422 and answer.content_type == "application/problem+json"
    assert [error["field"] for error in answer.get_json()["errors"]] == [field]


def test_what_names_its_amount_has_moved_that_amount(here: Place) -> None:
    number, named = refund(here), {"state": "succeeded", "currency": "CNY"}
    assert say(here, number, named | {"amount": "9.99"}).get_json()["state"] == "pending"
    assert say(here, number, named | {"amount": "10.00"}).get_json()["state"] == "succeeded"


def test_it_takes_the_scope_and_a_refund_of_that_shop(here: Place) -> None:
    assert say(here, "nobody-1", {"state": "succeeded"}).status_code == 404
    token = add_token(actor=operator(here), scopes=("orders:read",), deps=here.deps)
    assert say(here, refund(here), {"state": "succeeded"}, token=token).status_code == 403


def test_a_callback_is_refused_with_400_or_has_the_rail_asked(here: Place) -> None:
    number, client = refund(here), here.app.test_client()
    body = f'{{"about": "refund", "number": "{number}"}}'
    address = "/callbacks/tepai/merchant"
    refused = client.post(address, data=body, headers={"Origin": "https://elsewhere.example"})
    assert (refused.status_code, refused.text) == (400, "failure")
    taken = client.post(address, data=body, headers={"Signed": "yes"})
    assert (taken.status_code, taken.text, taken.mimetype) == (200, "success", "text/plain")
    assert client.post(address, data=b"x" * 65_537, headers={"Signed": "yes"}).status_code == 413
    for gone in ("/callbacks/tepai/alipay", "/callbacks/nobody/merchant"):
        unheard = client.post(gone, data=body, headers={"Signed": "yes"})
        assert (unheard.status_code, unheard.text) == (400, "failure"), gone
    assert client.get(address).status_code == 405
