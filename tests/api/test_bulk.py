"""POST /orders/bulk: a body of orders, an answer for each line, whatever stands between them (INTERFACE)."""

from __future__ import annotations

import gzip
import json
from collections import deque
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from portal.repos.unit_of_work import unit_of_work
from tests.support.feed import fed_line, fed_order
from tests.support.memory import peak_memory
from tests.support.signing_in import Place, place

pytestmark = pytest.mark.req("P12")
BULK = "/api/v1/orders/bulk"


@pytest.fixture
def here(app: Flask) -> Place:
    return place(app)


def post(here: Place, body: bytes, **headers: str) -> Any:
    said = {"Authorization": f"Bearer {here.made.keys.token}", "Content-Type": "application/x-ndjson"} | headers
    return here.app.test_client().post(BULK, data=body, headers=said)


def lines(*orders: Any) -> bytes:
    return b"".join(json.dumps(order).encode() + b"\n" for order in orders)


def answers(response: Any) -> list[Any]:
    assert response.status_code == 200 and response.mimetype == "application/x-ndjson"
    return [json.loads(line) for line in response.get_data().splitlines()]


def test_each_line_is_answered_with_its_number_and_what_became_of_it(here: Place) -> None:
    found = answers(post(here, lines(fed_order(number="B-1"), fed_order(number="B-2"))))
    assert found == [
        {"line": 1, "number": "B-1", "result": "created"},
        {"line": 2, "number": "B-2", "result": "created"},
    ]


def test_bad_lines_are_told_by_field_and_the_others_are_taken_in(here: Place) -> None:
    odd = fed_order(number="B-3") | {"currency": "XXX", "placed_at": "yesterday"}
    body = lines(fed_order(number="B-1")) + b"{not json\n\n[1]\n" + lines(odd, fed_order(number="B-2"))
    found = answers(post(here, body))
    assert [one["line"] for one in found] == [1, 2, 4, 5, 6]
    assert [one.get("result") for one in found] == ["created", None, None, None, "created"]
    assert {problem["field"] for problem in found[3]["errors"]} >= {"currency", "placed_at"}
    assert found[1]["number"] is None and "not JSON" in found[1]["errors"][0]["reason"]


def test_a_second_version_of_an_order_comes_after_the_first(here: Place) -> None:
    first, second = fed_order(number="B-1"), fed_order(number="B-1", updated_at="2026-11-09T10:00:00+08:00")
    found = answers(post(here, lines(first, second, first)))
    assert [one["result"] for one in found] == ["created", "updated", "older"]


def test_what_of_an_order_was_left_out_is_told(here: Place) -> None:
    order = fed_order(number="B-1")
    order["lines"] = [*order["lines"], fed_line("9", quantity=0)]
    (found,) = answers(post(here, lines(order)))
    assert found["result"] == "created" and found["left_out"][0]["field"] == "lines.1.quantity"


@pytest.mark.parametrize("headers", [{}, {"Content-Encoding": "gzip"}])
def test_a_body_may_be_gzipped(here: Place, headers: dict[str, str]) -> None:
    found = answers(post(here, gzip.compress(lines(fed_order(number="B-1"))), **headers))
    assert [one["result"] for one in found] == ["created"]


def test_a_body_that_breaks_off_is_taken_in_as_far_as_it_goes(here: Place) -> None:
    whole = gzip.compress(lines(*(fed_order(number=f"B-{n}") for n in range(200))), 1)
    found = answers(post(here, whole[: len(whole) - 20]))
    assert found[0]["result"] == "created" and "damaged" in found[-1]["errors"][0]["reason"]


@pytest.mark.parametrize(
    "headers", [{"Content-Type": "application/json"}, {"Content-Encoding": "br"}, {"Content-Type": "text/plain"}]
)
def test_another_type_is_refused(here: Place, headers: dict[str, str]) -> None:
    assert post(here, b"{}", **headers).status_code == 415


def test_the_same_key_gets_the_same_answers_and_with_another_body_none(here: Place) -> None:
    body = lines(*(fed_order(number=f"B-{n}") for n in range(90)))
    first = post(here, body, **{"Idempotency-Key": "k"})
    assert [one["result"] for one in answers(first)] == ["created"] * 90
    assert post(here, body, **{"Idempotency-Key": "k"}).get_data() == first.get_data()
    other = post(here, body[:-1], **{"Idempotency-Key": "k"})
    assert (other.status_code, other.get_json(force=True)["reason"]) == (422, "reused")
    assert {one["result"] for one in answers(post(here, body))} == {"unchanged"}


def test_what_was_interrupted_goes_on_where_it_stopped(here: Place) -> None:
    body = lines(*(fed_order(number=f"B-{n}") for n in range(90)))
    begun = post(here, body, **{"Idempotency-Key": "k"})
    assert next(begun.response).count(b"created") == 40
    begun.close()
    again = answers(post(here, body, **{"Idempotency-Key": "k"}))
    assert [one["result"] for one in again] == ["created"] * 90


def test_a_shipment_while_a_cancel_waits_is_refused_in_its_line_alone(here: Place) -> None:
    assert answers(post(here, lines(fed_order(number="B-1"))))[0]["result"] == "created"
    with unit_of_work(here.deps) as work:
        work.connection.exec_driver_sql("UPDATE orders SET waiting_case = 'T1' WHERE number = 'B-1'")
    shipped = fed_order(number="B-1", status="shipped", updated_at="2026-11-09T10:00:00+08:00")
    found = answers(post(here, lines(shipped, fed_order(number="B-2"))))
    assert found[0]["errors"] == [{"field": "status", "reason": "cancel_open"}]
    assert found[1]["result"] == "created"


def test_memory_stays_the_same_however_many_there_are(here: Place) -> None:
    used: list[int] = []
    for count in (40, 80, 800):
        body = gzip.compress(lines(*(fed_order(number=f"M{count}-{n}") for n in range(count))))
        with peak_memory(used):
            deque(_parts(post(here, body)), maxlen=0)
    assert used[2] < used[1] * 2


def _parts(response: Any) -> Iterator[bytes]:
    yield from response.response
    response.close()
