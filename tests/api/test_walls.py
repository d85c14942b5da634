"""A token sees its own shop, whatever is asked for: every address of the machine API, with another shop's token."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from flask import Flask

from portal.cli.shops import shops
from portal.schemas.operations import NDJSON, OPERATIONS, Operation
from tests.support.feed import fed_order
from tests.support.full_shop import FullShop
from tests.support.machine import Machine
from tests.support.staff import Office, open_office

pytestmark = pytest.mark.req("P12")
BODIES: dict[str, Any] = {
    "/orders/{number}": None,
    "/orders/bulk": None,
    "/orders/{number}/shipments": {"carrier": "SF", "tracking_no": "X1"},
    "/orders/{number}/shipping-hold/answer": {"answer": "stopped"},
    "/orders/{number}/returned-benefits": {"ids": [1]},
    "/parcels/{tracking_no}/status": {"status": "delivered"},
    "/products/{sku}": {"price": "1.00", "on_sale": True},
    "/customers/{customer}/credit": {"number": "n-1", "kind": "credit", "amount": "1.00"},
    "/embed/sessions": {"customer": "c-1"},
    "/refunds/{refund}/result": {"state": "succeeded"},
}
"""None: an order of that number."""
OWN = {("put", "/orders/{number}"), ("post", "/orders/bulk"), ("put", "/products/{sku}")}
"""What makes something in the shop of the token, which the first shop's of the same name is not."""
LISTS = {"/cases": "cases", "/events": "events"}


@pytest.fixture
def office(app: Flask) -> Office:
    office = open_office(app)
    FullShop(office, office.clock.now()).fill()
    return office


def token_of_another_shop(office: Office) -> str:
    made = office.app.test_cli_runner().invoke(
        shops, ["add", "other", "--name", "别家", "--origin", "https://other.example"]
    )
    return re.findall(r"API token: (\S+)", made.stdout)[0]


def ask(machine: Machine, one: Operation, names: dict[str, str]) -> Any:
    path = re.sub(r"\{(\w+)\}", lambda found: names[found[1]], one.path)
    if not one.body:
        return machine.call(one.method, path)
    body = BODIES[one.path] or fed_order(number=names["number"])
    return machine.call(one.method, path, data=json.dumps(body), content_type=one.media)


def told(office: Office) -> tuple[Any, ...]:
    """Everything of the first shop that an act could change."""
    shop = office.made.shop_id
    return tuple(
        office.rows(f"SELECT * FROM {table} WHERE shop_id = {shop} ORDER BY 1, 2")
        for table in ("orders", "order_line", "after_sales_case", "event", "refund", "credit_entry", "product")
    )


def test_a_token_of_another_shop_finds_nothing_and_changes_nothing(office: Office) -> None:
    (case,) = office.rows("SELECT case_no FROM after_sales_case ORDER BY id LIMIT 1")
    (order,) = office.rows("SELECT number FROM orders ORDER BY id LIMIT 1")
    (refund,) = office.rows("SELECT number FROM refund ORDER BY 1 LIMIT 1")
    names = {"number": order["number"], "case_no": case["case_no"], "customer": "c-1", "sku": "S-1"}
    names |= {"tracking_no": "SF1000", "refund": refund["number"]}
    before, stranger = told(office), Machine(office, token_of_another_shop(office))
    guarded = (one for one in OPERATIONS if one.scope)
    for one in sorted(guarded, key=lambda one: (one.method, one.path) in OWN):
        answer = ask(stranger, one, names)
        if one.path in LISTS:
            assert order["number"] not in answer.text and case["case_no"] not in answer.text, one.path
        elif (one.method, one.path) in OWN:
            assert answer.status_code in (200, 201), (one.path, answer.text)
        else:
            assert answer.status_code in (404, 422), (one.path, answer.text)
            assert order["number"] not in answer.text.replace(one.path, "")
    assert told(office) == before


def test_no_answer_is_for_somebody_without_a_token(office: Office) -> None:
    machine, names = (
        Machine(office, token="none"),
        dict.fromkeys(("number", "case_no", "customer", "sku", "tracking_no", "refund"), "x"),
    )
    for one in (one for one in OPERATIONS if one.scope):
        answer = ask(machine, one, names)
        assert answer.status_code == 401 and answer.headers["WWW-Authenticate"] == "Bearer", one.path
        assert answer.content_type == "application/problem+json"
    assert {one.media for one in OPERATIONS} == {NDJSON, "application/json"}
