"""`Idempotency-Key`: honoured on every POST of the machine API, kept with the effect (INTERFACE)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from tests.support.feed import fed_order
from tests.support.signing_in import Place, place

pytestmark = pytest.mark.req("P12")
Body = dict[str, Any]
SHIPMENTS = "/api/v1/orders/O-1/shipments"
CREDIT = "/api/v1/customers/c-1/credit"
POSTS: dict[str, tuple[str, Body, Body]] = {
    "api.post_shipment": (
        SHIPMENTS,
        {"carrier": "SF", "tracking_no": "SF1", "lines": [{"line": "1", "quantity": 1}]},
        {"carrier": "SF", "tracking_no": "SF2", "lines": [{"line": "1", "quantity": 1}]},
    ),
    "api.post_credit": (
        CREDIT,
        {"number": "gift-1", "kind": "credit", "amount": "1.00"},
        {"number": "gift-2", "kind": "credit", "amount": "1.00"},
    ),
    "api.post_embed_session": ("/api/v1/embed/sessions", {"customer": "c-1"}, {"customer": "c-1", "path": "/cases"}),
}
"""By view: the address, a body, and another one that would act as well."""


ELSEWHERE = {
    "api.post_hold_answer": "test_holds",
    "api.post_orders_bulk": "test_bulk",
    "api.post_parcel_status": "test_parcels",
    "api.post_refund_result": "test_refund_results",
    "api.post_returned_benefits": "test_benefits",
}
"""Those that need more than an order, and where they are sent twice."""


def test_every_post_is_sent_twice_somewhere(app: Flask) -> None:
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("api.")]
    posts = {rule.endpoint for rule in rules if "POST" in (rule.methods or ())}
    assert posts == POSTS.keys() | ELSEWHERE.keys()


@pytest.fixture
def post(app: Flask) -> Callable[..., Any]:
    here: Place = place(app)
    token = {"Authorization": f"Bearer {here.made.keys.token}"}
    assert app.test_client().put("/api/v1/orders/O-1", json=fed_order(number="O-1"), headers=token).status_code == 201

    def posted(address: str, body: Body, key: str | None = "k-1") -> Any:
        headers = token | ({"Idempotency-Key": key} if key is not None else {})
        return app.test_client().post(address, json=body, headers=headers)

    return posted


@pytest.mark.parametrize("view", POSTS)
def test_the_same_key_gets_the_first_answer_and_with_another_body_none(post: Any, view: str) -> None:
    address, body, other = POSTS[view]
    first = post(address, body)
    assert first.status_code in (200, 201), first.text
    again = post(address, body)
    assert (again.status_code, again.get_json()) == (first.status_code, first.get_json())
    refused = post(address, other)
    assert (refused.status_code, refused.get_json()["reason"]) == (422, "reused")
    assert post(address, other, key="k-2").status_code in (200, 201)


def test_a_key_belongs_to_its_address(post: Any) -> None:
    _, body, _ = POSTS["api.post_credit"]
    assert post(CREDIT, body).status_code == 201
    refused = post(SHIPMENTS, POSTS["api.post_shipment"][1])
    assert (refused.status_code, refused.get_json()["reason"]) == (422, "reused")


def test_what_was_refused_is_not_kept_under_its_key(post: Any) -> None:
    spend = {"number": "s-1", "kind": "spend", "amount": "1.00"}
    assert post(CREDIT, spend).status_code == 409
    assert post(CREDIT, POSTS["api.post_credit"][1], key="k-2").status_code == 201
    assert post(CREDIT, spend).status_code == 201


@pytest.mark.parametrize("key", ["", "k" * 256, "schlüssel"])
def test_a_key_that_cannot_be_kept_is_named(post: Any, key: str) -> None:
    refused = post(CREDIT, POSTS["api.post_credit"][1], key=key)
    assert refused.status_code == 422
    assert refused.get_json()["errors"][0]["field"] == "Idempotency-Key"


def test_without_a_key_a_request_acts_by_what_it_says(post: Any) -> None:
    body = POSTS["api.post_credit"][1]
    assert post(CREDIT, body, key=None).get_json()["result"] == "created"
    assert post(CREDIT, body, key=None).get_json()["result"] == "unchanged"
