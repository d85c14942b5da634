"""Rail by rail and day by day: what one does not answer is told, however much there is costs neither memory nor
statements (PAYMENTS rule 10, N7)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from portal.domain.errors import ProviderUnavailable
from portal.domain.money import Money
from portal.ports import NoStatementYet, RailRefund
from portal.repos.unit_of_work import reading
from portal.services.refunds.reconcile import (
    NotCompared,
    compare_books,
    comparing,
    rails_of,
    reconcile_refunds,
)
from tests.support.memory import peak_memory
from tests.support.order_facts import make_order
from tests.support.queries import counted
from tests.support.rails import STRIPE, with_rail
from tests.support.reconciling import by_hand
from tests.support.world import World

pytestmark = pytest.mark.req("N7")
_MANY = """
    INSERT INTO refund ({columns})
    WITH RECURSIVE copy(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM copy WHERE n < {size})
    SELECT {values} FROM refund, copy WHERE refund.id = (SELECT min(id) FROM refund)
"""


def settled(world: World) -> datetime:
    """A refund that arrived an hour ago; when."""
    world.cancel(world.take(make_order()))
    world.settle()
    world.clock.move(hours=1)
    at = world.refunds[0]["settled_at"]
    assert isinstance(at, datetime)
    return at


def with_many(world: World, size: int) -> None:
    """As many refunds more that arrived at the same time, and the rail's statement of them, in another order."""
    first = dict(world.refunds[0])
    changed = {"id": "refund.id + n", "number": "'M-' || n", "refund_id": "'M-' || n"}
    values = ", ".join(changed.get(name, f"refund.{name}") for name in first)
    with world.deps.database.writing() as connection:
        connection.execute(text(_MANY.format(columns=", ".join(first), values=values, size=size)))
    amount, real = Money(first["amount_minor"], first["currency"]), world.rail.refunds_since

    def listed(since: datetime, until: datetime | None = None) -> Iterator[RailRefund]:
        yield from real(since, until)
        for n in range(size, 0, -1):
            named: dict[str, Any] = {"payment_reference": "x", "amount": amount, "outcome": "succeeded"}
            yield RailRefund(number=f"M-{n}", at=first["settled_at"], **named)

    world.rail.refunds_since = listed  # type: ignore[assignment, method-assign]


@pytest.mark.parametrize("size", [200, 4000])
def test_a_day_takes_as_many_statements_whatever_is_in_it(world: World, size: int) -> None:
    since = settled(world)
    with_many(world, size)
    with counted() as statements:
        assert reconcile_refunds(since=since, deps=world.deps) == []
    assert len(statements) == 7, statements


def test_ten_times_as_much_takes_no_more_memory(world: World) -> None:
    since, used = settled(world), []
    for size in (2_000, 20_000):
        world.rail.__dict__.pop("refunds_since", None)
        with world.deps.database.writing() as connection:
            connection.exec_driver_sql("DELETE FROM refund WHERE number LIKE 'M-%%'")
        with_many(world, size)
        with peak_memory(used):
            assert reconcile_refunds(since=since, deps=world.deps) == []
    assert used[1] < used[0] * 1.2 + 200_000, used


def test_what_the_rail_lists_and_nobody_here_knows_is_found_page_by_page_in_the_same_memory(world: World) -> None:
    since, used = settled(world), []
    amount = Money(100, "CNY")
    for size in (1_000, 10_000):

        def console(since: datetime, until: datetime | None = None, size: int = size) -> Iterator[RailRefund]:
            for n in range(size):
                named: dict[str, Any] = {"payment_reference": "x", "amount": amount, "outcome": "succeeded"}
                yield RailRefund(number=f"C-{n}", at=since, **named)

        world.rail.refunds_since = console  # type: ignore[assignment, method-assign]
        with peak_memory(used):
            assert sum(1 for _ in compare_books(since=since, deps=world.deps)) == size
    assert used[1] < used[0] * 1.2 + 200_000, used


def test_a_rail_that_is_down_is_told_and_the_others_are_compared(world: World) -> None:
    since = settled(world)
    with_rail(world, STRIPE).is_down = True
    by_hand(world, "elsewhere")
    found = [one.line for one in compare_books(since=since, deps=world.deps)]
    assert found == [
        "stripe (tepai) 2026-11-20: not compared: down",
        "by-hand: the rail booked 1.00 CNY that we do not know of",
    ]


def test_a_rail_that_does_not_answer_for_two_days_is_not_asked_for_the_others(world: World) -> None:
    since = settled(world)
    world.clock.move(days=30)
    world.rail.is_down = True
    found = reconcile_refunds(since=since, deps=world.deps)
    assert found == [
        "sandbox 2026-11-20: not compared: down",
        "sandbox 2026-11-21: not compared: down",
        "sandbox: does not answer; the days after that are left out",
    ]


def test_a_day_that_breaks_off_leaves_the_other_days_compared(world: World) -> None:
    settled(world)
    real, torn = world.rail.refunds_since, datetime(2026, 11, 21, 16, tzinfo=UTC)

    def listed(since: datetime, until: datetime | None = None) -> Iterator[RailRefund]:
        yield from real(since, until)
        if since == torn:
            raise ProviderUnavailable("fake", "torn")

    world.rail.refunds_since = listed  # type: ignore[assignment, method-assign]
    world.clock.move(days=3)
    by_hand(world, "elsewhere")
    found = reconcile_refunds(deps=world.deps)
    assert found == [
        "sandbox 2026-11-22: not compared: torn",
        "by-hand: the rail booked 1.00 CNY that we do not know of",
    ]


def test_who_has_no_books_and_whose_bill_is_made_tomorrow_is_said_and_no_difference(world: World) -> None:
    since = settled(world)

    def late(since: datetime, until: datetime | None = None) -> Iterator[RailRefund]:
        raise NoStatementYet

    with_rail(world, STRIPE).refunds_since = late  # type: ignore[assignment, method-assign]
    found = list(compare_books(since=since, deps=world.deps))
    assert [one.line for one in found] == ["stripe (tepai) 2026-11-20: its statement is not made yet"]
    assert all(isinstance(one, NotCompared) and not one.is_trouble for one in found)
    assert reconcile_refunds(since=since, deps=world.deps) == []


def test_what_arrived_the_day_after_it_was_booked_there_is_no_difference(world: World) -> None:
    """Rails list it by the day on which it was asked for, or on which it arrived."""
    settled(world)
    with world.deps.database.writing() as connection:
        late = (world.clock.now() + timedelta(days=1)).replace(tzinfo=None)
        connection.execute(text("UPDATE refund SET settled_at = :late"), {"late": late})
    world.clock.move(days=2)
    assert reconcile_refunds(deps=world.deps) == []
    assert [call for call, _ in world.rail.calls].count("find") <= 3


def test_no_transaction_is_open_while_a_rail_is_asked(world: World) -> None:
    since = settled(world)
    with reading(world.deps) as work:
        (rail,) = rails_of(work, world.deps)
    world.rail.refunds_since = lambda since, until=None: ()  # type: ignore[method-assign]
    open_ones: list[int] = []
    real = world.rail.find_refund

    def asked(ask: Any) -> Any:
        open_ones.append(world.deps.database.engine.pool.checkedout())  # type: ignore[attr-defined]
        return real(ask)

    world.rail.find_refund = asked  # type: ignore[method-assign]
    with comparing(rail, world.deps) as comparison:
        for span in rail.spans(since, world.clock.now()):
            assert list(comparison.of(span)) == []
    assert open_ones == [0]
