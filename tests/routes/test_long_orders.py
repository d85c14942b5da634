"""Whatever the intake takes can be read, quoted, cancelled, applied for, inspected: what a line costs does not grow
with their number, and forms have room for thousands (TRAPS T43)."""

from __future__ import annotations

import gc
import itertools
import re
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from lxml import html as lxml_html

from portal.schemas.order_values import MOST_LINES
from portal.web.security.body_limits import LINES, PARTS_OF_LINES
from tests.support.databases import sqlite_database
from tests.support.feed import fed_line, fed_order, fed_payment
from tests.support.page import Browserless, Fetched, Page
from tests.support.said import decide_case
from tests.support.shopper import sign_in
from tests.support.staff import Office, open_office

pytestmark = [pytest.mark.req("N4"), pytest.mark.timeout(300)]
DELIVERED = datetime(2026, 11, 18, 2, tzinfo=UTC)
SHORT, LONG = 250, 1_000
"""Lines. A page that reads each line once costs four times as much for four times the lines, one that reads all of them
for each costs sixteen times as much."""
STEEP = 9.0
LITTLE = 0.1
"""Seconds of processor below which what a step costs says nothing of how it grows."""
LONGEST_ID = "L" * 59
"""Line ids have up to 64 characters, and each is in the name of a field."""


class Watched(Browserless):
    """Notes what each answer cost, in seconds of this process, without what reading the page costs the test."""

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.seconds: dict[str, float] = {}

    def _fetch(self, method: str, path: str, **options: Any) -> Fetched:
        # The collector looks at everything that other tests have left as well, at a moment of its own.
        gc.disable()
        began = time.process_time()
        fetched = super()._fetch(method, path, **options)
        spent = time.process_time() - began
        gc.enable()
        step = f"{method} {re.sub(r'/(F-[0-9]+|T[0-9A-Z]{16})(?=/|$)', '', path.partition('?')[0])}"
        self.seconds[step] = max(self.seconds.get(step, 0.0), spent)
        return fetched

    def _arrive(self, fetched: Fetched) -> Page:
        """Not linted: pages of a few lines are, elsewhere."""
        self._no_crash(fetched.response)
        return Page(self, fetched, lxml_html.document_fromstring(fetched.response.text))


def line_ids(count: int) -> list[str]:
    return [f"{LONGEST_ID}{number:05}" for number in range(count)]


def take(office: Office, number: str, count: int, **values: Any) -> None:
    """An order of `count` lines of two units each, by the machine API with its limits."""
    lines = [fed_line(line_id, unit_price="1.25") for line_id in line_ids(count)]
    paid = [fed_payment(f"{count * 2.5:.2f}", reference=f"ref-{number}")]
    body = fed_order(number=number, lines=lines, payments=paid, **values)
    token = {"Authorization": f"Bearer {office.made.keys.token}"}
    answer = office.app.test_client().put(f"/api/v1/orders/{number}", json=body, headers=token)
    assert answer.status_code == 201, answer.text


def delivered(count: int) -> dict[str, Any]:
    units = [{"line": line_id, "quantity": 2} for line_id in line_ids(count)]
    parcel = {"id": "s-1", "carrier": "SF", "tracking_no": "SF1", "lines": units}
    times = {"shipped_at": (DELIVERED - timedelta(days=2)).isoformat(), "delivered_at": DELIVERED.isoformat()}
    return {"status": "delivered", "shipments": [parcel | times]}


def each(count: int, quantity: int, *names: str) -> dict[str, str]:
    return {f"{name}-{line_id}": str(quantity) for line_id in line_ids(count) for name in names or ("quantity",)}


def cancelling(office: Office, shopper: Watched, count: int) -> None:
    """A unit of every line is quoted and cancelled, then what is left of the order."""
    take(office, "F-1", count)
    assert shopper.open("/orders").status == 200
    assert shopper.open("/orders/F-1").status == 200
    page = shopper.open("/orders/F-1/cancel")
    one = each(count, 1)
    quoted = page.submit("/orders/F-1/cancel", button="quote", forged=one)
    assert quoted.amount("refund") == f"{count * 1.25:.2f}"
    part = quoted.submit("/orders/F-1/cancel", reason="changed_mind", forged=one)
    assert (part.path, part.one("article[data-order]").get("data-state")) == ("/orders/F-1", "paid")
    whole = shopper.open("/orders/F-1/cancel").submit("/orders/F-1/cancel", reason="changed_mind")
    assert whole.one("article[data-order]").get("data-state") == "cancelled"


def refunding(office: Office, shopper: Watched, count: int) -> None:
    """Everything is quoted and applied for, edited, and withdrawn."""
    take(office, "F-2", count, **delivered(count))
    wanted: dict[str, Any] = {"received": "yes", "reason": "quality"}
    page = shopper.open("/orders/F-2/refund")
    quoted = page.submit("/orders/F-2/refund", button="quote", forged=wanted | each(count, 2))
    assert quoted.amount("refund") == f"{count * 2.5:.2f}"
    case = quoted.submit("/orders/F-2/refund", forged=wanted | each(count, 2))
    assert case.state == "submitted"
    edited = shopper.open(f"{case.path}/edit").submit("/edit", forged=wanted | each(count, 1))
    assert edited.state == "submitted"
    assert shopper.open(f"{case.path}/withdraw").submit("/withdraw", reason="mistake").state == "withdrawn"


def returning(office: Office, shopper: Watched, count: int) -> str:
    """Everything goes back: applied for, the slip on its page; the number of the case."""
    take(office, "F-3", count, **delivered(count))
    boxes = {"reason": "no_reason"} | {f"condition-{name}": "y" for name in ("complete", "unused", "packaging")}
    case = shopper.open("/orders/F-3/return").submit("/orders/F-3/return", forged=boxes | each(count, 2))
    case_no = case.path.rpartition("/")[2]
    agent = office.made.staff("agent")
    decide_case(case_no=case_no, decision="accept", actor=agent, request_id="accept", deps=office.deps)
    assert shopper.open(case.path).state == "awaiting_return"
    assert shopper.open(f"{case.path}/slip").status == 200
    return case_no


def inspecting(desk: Watched, case_no: str, count: int) -> None:
    """Four numbers a line, for each of them."""
    page = desk.open(f"/staff/cases/{case_no}").submit("/receive", forged=each(count, 2, "received"))
    passed = each(count, 2, "accept", "resellable") | each(count, 0, "reject")
    assert page.submit("/inspect", forged=passed).one("#desk").get("data-state") == "refunding"


def too_steep(short: dict[str, float], long: dict[str, float]) -> dict[str, tuple[float, float]]:
    """The steps that cost more for each line the more lines there are, with the seconds of both."""
    assert set(short) == set(long)
    return {
        step: (short[step], seconds) for step, seconds in long.items() if seconds > STEEP * max(short[step], LITTLE)
    }


@pytest.fixture
def offices(portal_on: Callable[..., Flask], tmp_path: Path) -> Iterator[Office]:
    """Shops of their own, one after the other."""
    return (open_office(portal_on(sqlite_database(tmp_path))) for _ in itertools.count())


def cancelled(office: Office, count: int) -> dict[str, float]:
    shopper = Watched(office.app.test_client())
    sign_in(shopper)
    cancelling(office, shopper, count)
    return shopper.seconds


def sent_back(office: Office, count: int) -> dict[str, float]:
    office.clock.set(DELIVERED + timedelta(days=1))
    shopper, desk = (Watched(office.app.test_client()) for _ in range(2))
    sign_in(shopper)
    refunding(office, shopper, count)
    case_no = returning(office, shopper, count)
    office.enter(desk, office.add("warehouse"))
    inspecting(desk, case_no, count)
    return shopper.seconds | desk.seconds


def test_a_line_costs_as_much_in_an_order_of_a_thousand_that_is_read_quoted_and_cancelled(
    offices: Iterator[Office],
) -> None:
    short, long = (cancelled(next(offices), count) for count in (SHORT, LONG))
    assert too_steep(short, long) == {}


def test_a_line_costs_as_much_in_a_thousand_that_are_applied_for_edited_withdrawn_sent_back_and_inspected(
    offices: Iterator[Office],
) -> None:
    short, long = (sent_back(next(offices), count) for count in (SHORT, LONG))
    assert len(long) >= 15
    assert too_steep(short, long) == {}


def test_a_page_that_reads_all_lines_for_each_of_them_is_seen() -> None:
    assert too_steep({"once": 0.2, "all": 0.2}, {"once": 0.9, "all": 3.2}) == {"all": (0.2, 3.2)}


def test_one_line_more_than_the_most_is_refused_by_name(offices: Iterator[Office]) -> None:
    office = next(offices)
    body = fed_order(lines=[fed_line(line_id) for line_id in line_ids(MOST_LINES + 1)])
    token = {"Authorization": f"Bearer {office.made.keys.token}"}
    answer = office.app.test_client().put("/api/v1/orders/F-1", json=body, headers=token)
    assert (answer.status_code, answer.get_json()["errors"][0]["field"]) == (422, "lines")


def test_a_form_takes_four_fields_for_each_line_and_some() -> None:
    assert PARTS_OF_LINES >= 4 * MOST_LINES + 100
    assert MOST_LINES * len(f"quantity-{'L' * 64}=9999&") + 64 * 1024 <= LINES
