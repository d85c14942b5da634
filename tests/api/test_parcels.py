"""POST /parcels/{tracking_no}/status: what a carrier says, of parcels to the customer and back (P12)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from tests.support.full_shop import FullShop
from tests.support.machine import Machine
from tests.support.said import ship_back
from tests.support.staff import Office, open_office

pytestmark = pytest.mark.req("P12")


@pytest.fixture
def office(app: Flask) -> Office:
    return open_office(app)


@pytest.fixture
def machine(office: Office) -> Machine:
    return Machine(office)


def shipped(office: Office, machine: Machine, tracking_no: str = "SF1", carrier: str = "SF") -> str:
    number = office.take()
    machine.post(f"/orders/{number}/shipments", {"carrier": carrier, "tracking_no": tracking_no}, 201)
    office.clock.move(hours=1)
    return number


def say(machine: Machine, status: str, tracking_no: str = "SF1", expected: int = 200, **values: Any) -> Any:
    return machine.post(f"/parcels/{tracking_no}/status", {"status": status} | values, expected)


def test_a_parcel_is_seen_then_delivered_and_the_order_follows(office: Office, machine: Machine) -> None:
    number = shipped(office, machine)
    assert say(machine, "in_transit") == {"result": "updated", "order": number, "case": None}
    office.clock.move(hours=1)
    assert say(machine, "delivered")["result"] == "updated"
    order = machine.get(f"/orders/{number}")
    assert (order["state"], order["lines"][0]["delivered"]) == ("delivered", 2)
    assert machine.events()[-2:] == ["feed:parcel:seen", "feed:parcel:delivered"]


def test_what_comes_late_or_twice_changes_nothing(office: Office, machine: Machine) -> None:
    shipped(office, machine)
    at = office.clock.now()
    assert say(machine, "in_transit", at=at.isoformat())["result"] == "updated"
    assert say(machine, "in_transit", at=at.isoformat())["result"] == "unchanged"
    assert say(machine, "refused", at=(at - timedelta(minutes=5)).isoformat())["result"] == "older"
    assert say(machine, "delivered")["result"] == "updated"
    assert say(machine, "delivered")["result"] == "unchanged"
    office.clock.move(hours=1)
    assert say(machine, "in_transit")["result"] == "older"
    assert say(machine, "lost", expected=409)["reason"] == "delivered"


def test_a_number_that_several_parcels_have_asks_which(office: Office, machine: Machine) -> None:
    first, second = shipped(office, machine), shipped(office, machine, carrier="YTO")
    refused = say(machine, "delivered", expected=409)
    assert refused["reason"] == "ambiguous" and first in refused["found"] and second in refused["found"]
    assert say(machine, "delivered", carrier="YTO")["order"] == second
    assert say(machine, "delivered", order=first)["order"] == first
    say(machine, "delivered", expected=404, order="none")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"status": "eaten"}, "status"),
        ({"status": "delivered", "at": "2099-01-01T00:00:00Z"}, "at"),
        ({"status": "delivered", "at": "2026-01-01T00:00:00Z"}, "at"),
        ({}, "status"),
    ],
)
def test_what_cannot_be_is_named(office: Office, machine: Machine, body: dict[str, str], field: str) -> None:
    shipped(office, machine)
    assert machine.post("/parcels/SF1/status", body, 422)["errors"][0]["field"] == field


def test_the_same_key_gets_the_first_answer(office: Office, machine: Machine) -> None:
    shipped(office, machine)
    first = machine.post("/parcels/SF1/status", {"status": "delivered"}, key="k")
    assert first["result"] == "updated"
    assert machine.post("/parcels/SF1/status", {"status": "delivered"}, key="k") == first
    assert machine.post("/parcels/SF1/status", {"status": "lost"}, 422, key="k")["reason"] == "reused"


def test_a_number_nobody_knows_is_not_found(machine: Machine) -> None:
    say(machine, "delivered", "NONE", 404)


def test_a_return_is_followed_until_the_shop_has_it_and_trouble_is_a_task(office: Office, machine: Machine) -> None:
    shop = FullShop(office, office.clock.now())
    shop.fill()
    number, by = "SF4711", {"actor": office.made.shopper, "request_id": "parcel", "deps": office.deps}
    ship_back(case_no=shop.cases["to send"], carrier="SF", tracking_no=number, **by)
    case = machine.get(f"/cases/{shop.cases['to send']}")
    assert [(parcel["way"], parcel["tracking_no"]) for parcel in case["parcels"]] == [("there", number)]
    office.clock.move(hours=1)
    said = say(machine, "in_transit", number, case=case["case_no"])
    assert said == {"result": "updated", "order": case["order"], "case": case["case_no"]}
    office.clock.move(hours=1)
    assert say(machine, "lost", number, case=case["case_no"])["result"] == "updated"
    after = machine.get(f"/cases/{case['case_no']}")
    assert (after["state"], after["parcels"][0]["status"]) == ("in_transit", "lost")
    tasks = office.rows("SELECT kind FROM staff_task WHERE done_at IS NULL")
    assert "return_parcel_trouble" in {task["kind"] for task in tasks}
    office.clock.move(hours=1)
    assert say(machine, "delivered", number, case=case["case_no"])["result"] == "updated"
    assert machine.get(f"/cases/{case['case_no']}")["state"] == "in_transit", "who opens the parcel receives it"
