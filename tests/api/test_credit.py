"""/customers/<id>/credit: read, given and spent by the shop's program (P10)."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from tests.support.signing_in import Place, place

pytestmark = pytest.mark.req("P10", "P12")
GIFT = {"number": "gift-1", "kind": "credit", "amount": "12.30", "expires_at": "2027-11-20T10:00:00+08:00"}


@pytest.fixture
def here(app: Flask) -> Place:
    return place(app)


def call(here: Place, body: Any = None, customer: str = "c-1") -> Any:
    client, headers = here.app.test_client(), {"Authorization": f"Bearer {here.made.keys.token}"}
    address = f"/api/v1/customers/{customer}/credit"
    return client.post(address, json=body, headers=headers) if body else client.get(address, headers=headers)


def test_it_is_given_spent_and_read(here: Place) -> None:
    given = call(here, GIFT)
    assert (given.status_code, given.get_json()) == (201, {"result": "created", "balance": "12.30", "currency": "CNY"})
    assert call(here, GIFT).get_json()["result"] == "unchanged"
    spent = {"number": "order-7", "kind": "spend", "amount": "2.30", "order": "A-7"}
    assert call(here, spent).get_json()["balance"] == "10.00"
    found = call(here).get_json()
    expiry = "2027-11-20T02:00:00+00:00"
    assert found["balances"] == [{"balance": "10.00", "currency": "CNY", "next_expiry": expiry}]
    assert [(one["kind"], one["amount"], one["order"]) for one in found["entries"]] == [
        ("spend", "2.30", "A-7"),
        ("credit", "12.30", ""),
    ]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (GIFT | {"amount": "99.00"}, 409),
        ({"number": "order-7", "kind": "spend", "amount": "12.31"}, 409),
        (GIFT | {"number": "refund:1"}, 422),
        (GIFT | {"amount": "0.00"}, 422),
        (GIFT | {"amount": "1.234"}, 422),
        (GIFT | {"kind": "bonus"}, 422),
        (GIFT | {"number": "x", "kind": "spend", "amount": "1.00"}, 422),
    ],
)
def test_what_cannot_be_booked_changes_nothing(here: Place, body: dict[str, str], status: int) -> None:
    call(here, GIFT)
    assert call(here, body).status_code == status
    assert call(here).get_json()["balances"][0]["balance"] == "12.30"


def test_a_customer_nobody_knows_has_none(here: Place) -> None:
    assert call(here, customer="c-9").status_code == call(here, GIFT, customer="c-9").status_code == 404
