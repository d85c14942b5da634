"""The description of the machine API: it names every address, and says what the API really takes and gives."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from flask import Flask

from portal.schemas.openapi import openapi
from portal.schemas.operations import NDJSON, OPERATIONS
from portal.schemas.order import read_order
from tests.support.feed import fed_order, fed_parcel
from tests.support.signing_in import Place, place

pytestmark = pytest.mark.req("P12")


@pytest.fixture
def here(app: Flask) -> Place:
    return place(app)


def described(app: Flask) -> dict[str, Any]:
    answer = app.test_client().get("/api/v1/openapi.json")
    assert answer.status_code == 200 and answer.content_type == "application/json"
    found: dict[str, Any] = answer.get_json()
    return found


def test_every_address_of_the_api_is_described_and_no_other(app: Flask, here: Place) -> None:
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("api.")]
    there = {
        (method.lower(), re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule.removeprefix("/api/v1")))
        for rule in rules
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    } - {("get", "/openapi.json")}
    paths = described(app)["paths"]
    assert there == {(method, path) for path, methods in paths.items() for method in methods}


def test_every_reference_leads_to_a_schema_and_every_schema_is_referred_to() -> None:
    document = openapi()
    named = set(re.findall(r"#/components/schemas/(\w+)", str(document)))
    assert named == document["components"]["schemas"].keys()
    assert document["openapi"].startswith("3.1")


WITHOUT_TOKEN = {("get", "/products/{sku}/options")}


def test_every_operation_asks_for_a_token_and_says_what_goes_wrong(app: Flask, here: Place) -> None:
    open_to_all = set()
    for path, methods in described(app)["paths"].items():
        for method, operation in methods.items():
            answers = operation["responses"]
            if operation["security"]:
                ((scope,),) = (next(iter(one.values())) for one in operation["security"])
                assert scope and {"401", "403"} <= answers.keys()
            else:
                open_to_all.add((method, path))
            for status, answer in answers.items():
                good = NDJSON if path == "/orders/bulk" else "application/json"
                media = good if status.startswith("2") else "application/problem+json"
                assert list(answer["content"]) == [media], status
    assert open_to_all == WITHOUT_TOKEN


def test_the_description_of_an_order_has_every_field_that_is_read() -> None:
    schemas = openapi()["components"]["schemas"]
    order = fed_order(shipments=[fed_parcel()])
    assert not isinstance(read_order(order), tuple)
    assert order.keys() <= schemas["OrderBody"]["properties"].keys()
    assert set(schemas["OrderBody"]["required"]) == {
        "number",
        "placed_at",
        "updated_at",
        "currency",
        "status",
        "lines",
    }
    assert schemas["LineBody"]["properties"]["unit_price"]["type"] == "string"


BODIES = {
    "/orders/{number}": fed_order(number="O-1"),
    "/orders/bulk": fed_order(number="O-2"),
    "/orders/{number}/shipments": {
        "id": "s-1",
        "carrier": "SF",
        "tracking_no": "SF1",
        "shipped_at": "2026-11-03T10:00:00+08:00",
        "delivered_at": None,
        "lines": [{"line": "1", "quantity": 2}],
    },
    "/products/{sku}": {"price": "59.90", "on_sale": True, "offers": [{"title": "两件九折", "min_quantity": 2}]},
    "/customers/{customer}/credit": {"number": "gift-1", "kind": "credit", "amount": "1.00"},
    "/embed/sessions": {"customer": "c-1", "orders": ["O-1"], "locale": "en", "path": "/orders"},
}


ELSEWHERE = {"/refunds/{refund}/result": "tests/api/test_refund_results.py"}
"""What takes more than an order to be answered well."""


@pytest.mark.parametrize(
    "one", [one for one in OPERATIONS if one.path not in ELSEWHERE], ids=lambda one: f"{one.method} {one.path}"
)
def test_what_is_described_is_what_is_answered(app: Flask, here: Place, one: Any) -> None:
    client, token = app.test_client(), {"Authorization": f"Bearer {here.made.keys.token}"}
    if one.method != "put":
        assert client.put("/api/v1/orders/O-1", json=BODIES["/orders/{number}"], headers=token).status_code == 201
        assert client.put("/api/v1/products/S-1", json=BODIES["/products/{sku}"], headers=token).status_code == 201
    address = f"/api/v1{one.path}"
    for name, value in {"number": "O-1", "sku": "S-1", "customer": "c-1"}.items():
        address = address.replace(f"{{{name}}}", value)
    given = {"data": json.dumps(BODIES[one.path]), "content_type": one.media} if one.body else {}
    answer = client.open(address, method=one.method.upper(), headers=token, **given)
    assert answer.status_code in one.answers and answer.mimetype == one.media, answer.text
    described_as = one.answers[answer.status_code]
    assert described_as.__required_keys__ <= json.loads(answer.text).keys() <= described_as.__annotations__.keys()


def test_a_shipment_that_is_wrong_is_told_field_by_field(app: Flask, here: Place) -> None:
    body = {"carrier": "", "shipped_at": "yesterday", "lines": [{"line": "1", "quantity": 0}]}
    token = {"Authorization": f"Bearer {here.made.keys.token}"}
    answer = app.test_client().post("/api/v1/orders/O-1/shipments", json=body, headers=token)
    assert answer.status_code == 422 and answer.content_type == "application/problem+json"
    assert {one["field"]: one["reason"] for one in answer.get_json()["errors"]} == {
        "carrier": "must not be empty",
        "tracking_no": "is missing",
        "shipped_at": "must be a time like 2026-11-01T10:00:00+08:00",
        "lines.0.quantity": "must be 1 or more",
    }
