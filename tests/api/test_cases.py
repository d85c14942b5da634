"""GET /cases and /cases/{case_no}: a program follows what changes (INTERFACE)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from tests.support.machine import Machine
from tests.support.staff import Office, open_office

pytestmark = pytest.mark.req("P12")


@pytest.fixture
def office(app: Flask) -> Office:
    return open_office(app)


@pytest.fixture
def machine(office: Office) -> Machine:
    return Machine(office)


def waiting(office: Office, count: int) -> list[str]:
    """Cases a minute apart."""
    found = []
    for _ in range(count):
        found.append(office.waiting())
        office.clock.move(minutes=1)
    return found


def numbers(answer: dict[str, list[dict[str, str]]]) -> list[str]:
    return [case["case_no"] for case in answer["cases"]]


def test_pages_follow_each_other_and_what_changes_stands_behind_them(office: Office, machine: Machine) -> None:
    made = waiting(office, 5)
    first = machine.get("/cases", limit=2)
    second = machine.get("/cases", limit=2, after=first["next"])
    third = machine.get("/cases", limit=2, after=second["next"])
    assert [numbers(page) for page in (first, second, third)] == [made[:2], made[2:4], made[4:]]
    assert machine.get("/cases", after=third["next"]) == {"cases": [], "next": third["next"]}
    machine.post("/orders/TP20260002/shipping-hold/answer", {"answer": "stopped"})
    assert numbers(machine.get("/cases", after=third["next"])) == [made[1]]


def test_a_state_and_a_time_choose(office: Office, machine: Machine) -> None:
    made = waiting(office, 3)
    since = office.clock.now()
    machine.post("/orders/TP20260001/shipping-hold/answer", {"answer": "stopped"})
    assert numbers(machine.get("/cases", state="submitted")) == made[1:]
    assert numbers(machine.get("/cases", updated_since=since.isoformat())) == made[:1]
    assert numbers(machine.get("/cases", updated_since=(since + timedelta(hours=1)).isoformat())) == []
    assert numbers(machine.get("/cases", updated_since=since.isoformat(), state="submitted")) == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"state": "eaten"}, "state"),
        ({"updated_since": "yesterday"}, "updated_since"),
        ({"limit": "0"}, "limit"),
        ({"limit": "101"}, "limit"),
        ({"limit": "many"}, "limit"),
    ],
)
def test_what_cannot_be_asked_is_named(machine: Machine, query: dict[str, str], field: str) -> None:
    assert [one["field"] for one in machine.get("/cases", 422, **query)["errors"]] == [field]


def test_a_case_says_who_is_waited_for_and_where_the_money_is(office: Office, machine: Machine) -> None:
    case_no = office.waiting()
    case = machine.get(f"/cases/{case_no}")
    assert (case["kind"], case["state"], case["holds_shipping"]) == ("cancel", "submitted", True)
    assert case["deadline"]["kind"] == "warehouse_answers" and case["refund"] == "90.00"
    assert case["customer"] == "c-1" and case["lines"][0] == {"line": "1", "quantity": 2}
    machine.post("/orders/TP20260001/shipping-hold/answer", {"answer": "stopped"})
    case = machine.get(f"/cases/{case_no}")
    assert [refund["amount"] for refund in case["refunds"]] == ["90.00"] and case["holds_shipping"] is False
    machine.get("/cases/T20260101NONE", 404)


def test_everything_that_is_held_on_a_customer_is_handed_out(office: Office, machine: Machine) -> None:
    office.waiting()
    data = machine.get("/customers/c-1/data")
    assert data["shop"] == "tepai" and data["customer"]["external_id"] == "c-1"
    assert {"orders", "cases"} <= data.keys()
    machine.get("/customers/c-9/data", 404)
