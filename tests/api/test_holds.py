"""POST …/shipping-hold/answer: the warehouse's program says whether a parcel was stopped (P14, INTERFACE)."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.support.machine import Machine
from tests.support.staff import Office, open_office

pytestmark = [pytest.mark.req("P12"), pytest.mark.req("P14"), pytest.mark.req("N6")]
HOLD = "/orders/TP20260001/shipping-hold/answer"
PARCEL = {"carrier": "SF", "tracking_no": "SF1"}


@pytest.fixture
def office(app: Flask) -> Office:
    return open_office(app)


@pytest.fixture
def machine(office: Office) -> Machine:
    return Machine(office)


def test_a_hold_is_told_by_the_feed_and_keeps_every_parcel_in(office: Office, machine: Machine) -> None:
    case_no = office.waiting()
    asked = machine.get("/events")["events"][-1]
    assert (asked["type"], asked["case"], asked["order"]) == ("shopper:cancel:asked", case_no, "TP20260001")
    assert asked["data"]["until"] and asked["data"]["units"]
    assert machine.get("/orders/TP20260001")["waiting_case"] == case_no
    refused = machine.post("/orders/TP20260001/shipments", PARCEL, 409)
    assert (refused["reason"], refused["case_no"]) == ("cancel_open", case_no)


def test_stopped_cancels_and_says_that_it_was_the_feed(office: Office, machine: Machine) -> None:
    case_no = office.waiting()
    assert machine.post(HOLD, {"answer": "stopped"}) == {"case_no": case_no, "answer": "stopped"}
    order = machine.get("/orders/TP20260001")
    assert (order["state"], order["waiting_case"]) == ("cancelled", None)
    assert order["refunds"] and "feed:cancel:stopped" in machine.events()


def test_too_late_needs_the_time_and_lets_the_parcel_be_recorded(office: Office, machine: Machine) -> None:
    case_no = office.waiting()
    assert machine.post(HOLD, {"answer": "too_late"}, 422)["errors"][0]["field"] == "left_at"
    left_at = office.clock.now().isoformat()
    assert machine.post(HOLD, {"answer": "too_late", "left_at": left_at})["case_no"] == case_no
    assert machine.post("/orders/TP20260001/shipments", PARCEL, 201) == {"result": "created"}
    assert machine.get(f"/cases/{case_no}")["state"] == "rejected"


def test_where_nothing_waits_there_is_nothing_to_answer(office: Office, machine: Machine) -> None:
    office.take()
    assert machine.post(HOLD, {"answer": "stopped"}, 409)["reason"] == "no_hold"
    machine.post("/orders/none/shipping-hold/answer", {"answer": "stopped"}, 404)


def test_the_same_key_gets_the_first_answer_though_nothing_waits_any_more(office: Office, machine: Machine) -> None:
    office.waiting()
    first = machine.post(HOLD, {"answer": "stopped"}, key="k")
    assert machine.post(HOLD, {"answer": "stopped"}, key="k") == first
    left_at = office.clock.now().isoformat()
    assert machine.post(HOLD, {"answer": "too_late", "left_at": left_at}, 422, key="k")["reason"] == "reused"
    assert machine.post(HOLD, {"answer": "stopped"}, 409)["reason"] == "no_hold"
