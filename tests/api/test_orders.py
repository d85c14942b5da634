"""PUT of an order: what was not imported of it is in the answer, as the rejects of an import tell it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from portal.cli.orders import orders as orders_command
from portal.services.records.erase_customer import erase_customer
from tests.support.feed import fed_line, fed_order, fed_payment, later
from tests.support.signing_in import Place, place

pytestmark = pytest.mark.req("P12")
NO_UNITS = "is 0: the line was left out"
NO_MAIL = "is no single mail address and was left out"


@pytest.fixture
def here(app: Flask) -> Place:
    return place(app)


def put(here: Place, data: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    token = {"Authorization": f"Bearer {here.made.keys.token}"}
    answer = here.app.test_client().put(f"/api/v1/orders/{data['number']}", json=data, headers=token)
    return answer.status_code, answer.get_json()


CASES: dict[str, tuple[dict[str, Any], list[tuple[str, str]]]] = {
    "nothing": (fed_order(), []),
    "a line of no units": (
        fed_order(lines=[fed_line(), fed_line("2", quantity=0)]),
        [("lines.1.quantity", NO_UNITS)],
    ),
    "two mail addresses": (
        fed_order(customer={"id": "c-2", "mail": "a@example.com, b@example.com"}),
        [("customer.mail", NO_MAIL)],
    ),
    "two in the contact": (
        fed_order(contact={"mail": "a@example.com; b@example.com"}),
        [("contact.mail", NO_MAIL)],
    ),
    "several": (
        fed_order(
            lines=[fed_line("0", quantity=0), fed_line()],
            customer={"id": "c-2", "mail": "a@example.com, b@example.com"},
        ),
        [("lines.0.quantity", NO_UNITS), ("customer.mail", NO_MAIL)],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_was_left_out_is_in_the_answer_and_in_the_import_report_alike(
    case: str, here: Place, tmp_path: Path
) -> None:
    data, left_out = CASES[case]
    told = [{"field": field, "reason": reason} for field, reason in left_out]
    assert put(here, data) == (201, {"result": "created"} | ({"left_out": told} if told else {}))
    assert put(here, data)[1].get("left_out", []) == told
    assert report_of(here, data | {"number": "F-2"}, tmp_path) == told


def report_of(here: Place, data: dict[str, Any], folder: Path) -> list[dict[str, str]]:
    """What an import of that one order tells, without where it stood."""
    file, rejects = folder / "orders.ndjson", folder / "rejects.ndjson"
    file.write_text(json.dumps(data | {"payments": [fed_payment(reference="again")]}), "utf-8")
    command = ["import", str(file), "--shop", "tepai", "--format", "ndjson", "--rejects", str(rejects)]
    result = here.app.test_cli_runner().invoke(orders_command, command)
    assert json.loads(result.stdout.splitlines()[-1])["created"] == 1, result.output
    lines = rejects.read_text("utf-8").splitlines() if rejects.exists() else []
    return [{name: json.loads(line)[name] for name in ("field", "reason")} for line in lines]


def test_that_the_customer_was_erased_is_told(here: Place) -> None:
    put(here, fed_order())
    erase_customer(shop_key="tepai", login="c-1", deps=here.deps)
    status, answer = put(here, later(fed_order()))
    assert (status, answer["result"]) == (200, "updated")
    assert [one["field"] for one in answer["left_out"]] == ["customer"]
    assert "was erased" in answer["left_out"][0]["reason"]
