"""The demo's desk is a working day's: some sixty live cases of every kind, each waiting for somebody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from portal.demo.desk_rows import ROWS
from portal.demo.neighbours import NEIGHBOURS
from portal.domain.cases.life_cycle import CLOSED_STATES
from portal.models.account import Customer
from portal.models.case import Case
from portal.models.evidence import EvidenceLink
from portal.models.message import Message
from tests.demo.test_demo_returns import demo_on
from tests.support.world import World


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with demo_on(tmp_path_factory.mktemp("desk"), 30) as (world, _):
        yield world


def live(world: World) -> list[Any]:
    return [row for row in world.rows(Case) if row["state"] not in CLOSED_STATES or row["appeal"]]


@pytest.mark.req("S42")
def test_sixty_cases_and_more_are_live_and_every_kind_is_among_them(demo: World) -> None:
    kinds = Counter(row["kind"] for row in live(demo))
    assert sum(kinds.values()) >= 60
    assert kinds.keys() == {
        *("cancel", "refund_only", "return_refund", "exchange"),
        *("reship", "repair", "contract_withdrawal", "question"),
    }
    assert min(count for kind, count in kinds.items() if kind != "contract_withdrawal") >= 2


def test_they_wait_for_the_shop_the_customer_and_the_parcel_and_some_are_late(demo: World) -> None:
    rows = live(demo)
    states = Counter(row["state"] for row in rows)
    assert states.keys() >= {"submitted", "needs_info", "awaiting_return", "in_transit", "received", "replacing"}
    assert [row for row in rows if row["escalated_at"]]
    assert {bool(row["assignee_id"]) for row in rows} == {True, False}
    assert {bool(row["unread_since"]) for row in rows} == {True, False}
    late = [row for row in rows if row["deadline_at"] and row["deadline_at"] < demo.clock.now()]
    assert all(row["escalated_at"] for row in late)


def test_they_are_of_many_customers_who_said_something_and_some_sent_photos(demo: World) -> None:
    names = {row["id"]: row["external_id"] for row in demo.rows(Customer)}
    buyers = {names[row["customer_id"]] for row in live(demo)}
    assert buyers >= {person.id for person in NEIGHBOURS}
    assert len(demo.rows(EvidenceLink)) >= 5
    assert [row for row in demo.rows(Message) if row["is_internal"]]
    assert sum(not row.said for row in ROWS) < len(ROWS) / 4
