"""The description of the machine API: it names every address, and says what the API really takes and gives."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from flask import Flask

from portal.schemas.openapi import openapi
from portal.schemas.operations import NDJSON, OPERATIONS, Operation
from portal.schemas.order import read_order
from tests.api.test_benefits import cancelled
from tests.support.feed import fed_order, fed_parcel
from tests.support.machine import Machine
from tests.support.signing_in import Place, place
from tests.support.staff import Office, open_office

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
    "/orders/{number}/shipping-hold/answer": {"answer": "stopped"},
    "/parcels/{tracking_no}/status": {"status": "delivered"},
    "/products/{sku}": {"price": "59.90", "on_sale": True, "offers": [{"title": "两件九折", "min_quantity": 2}]},
    "/customers/{customer}/credit": {"number": "gift-1", "kind": "credit", "amount": "1.00"},
    "/embed/sessions": {"customer": "c-1", "orders": ["O-1"], "locale": "en", "path": "/orders"},
}


ELSEWHERE = {"/refunds/{refund}/result": "tests/api/test_refund_results.py"}
"""What takes more than an order to be answered well."""


def there_is(office: Office, machine: Machine, one: Operation) -> dict[str, Any]:
    """What the address is about: names for its places, and `body` where it is about something that was made here."""
    names = {"number": "O-1", "sku": "S-1", "customer": "c-1", "tracking_no": "SF1"}
    if one.method != "put":
        assert machine.call("put", "/orders/O-1", json=BODIES["/orders/{number}"]).status_code == 201
        assert machine.call("put", "/products/S-1", json=BODIES["/products/{sku}"]).status_code == 201
    if "{case_no}" in one.path or "shipping-hold" in one.path:
        return names | {"case_no": office.waiting(), "number": "TP20260001"}
    if "{tracking_no}" in one.path:
        machine.post("/orders/O-1/shipments", {"carrier": "SF", "tracking_no": "SF1"}, 201)
        office.clock.move(hours=1)
    if "returned-benefits" in one.path:
        number = cancelled(office)
        ids = [benefit["id"] for benefit in machine.get(f"/orders/{number}")["benefits"]]
        return names | {"number": number, "body": {"ids": ids}}
    return names


@pytest.mark.parametrize(
    "one", [one for one in OPERATIONS if one.path not in ELSEWHERE], ids=lambda one: f"{one.method} {one.path}"
)
def test_what_is_described_is_what_is_answered(app: Flask, one: Operation) -> None:
    office = open_office(app)
    machine = Machine(office)
    names = there_is(office, machine, one)
    path = re.sub(r"\{(\w+)\}", lambda found: names[found[1]], one.path)
    body = names.get("body", BODIES.get(one.path))
    given = {"data": json.dumps(body), "content_type": one.media} if one.body else {}
    answer = machine.call(one.method, path, **given)
    assert answer.status_code in one.answers and answer.mimetype == one.media, answer.text
    described_as = one.answers[answer.status_code]
    said = json.loads(answer.text).keys()
    assert described_as.__required_keys__ <= said
    assert said <= described_as.__annotations__.keys() or one.path.endswith("/data"), "rows by what they are"


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
