"""Two runs of the archive at once share the work, and what somebody is at work on waits for the next run (P12)."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from sqlalchemy import select, update

from portal.domain.records.archiving import latest_date
from portal.models.archive import ArchivedOrder
from portal.models.order import Order
from portal.services.records.archive_orders import Archiving, archive_orders
from tests.services.records.test_archive_orders import FOUR_YEARS, whole
from tests.support.order_facts import NOON, make_order
from tests.support.world import World

pytestmark = pytest.mark.req("P12", "N7")
OLD = 8


@pytest.fixture
def before(world: World) -> date:
    """Orders that are over, and one of these days."""
    for _ in range(OLD):
        world.take(make_order())
    with world.deps.database.writing() as connection:
        connection.execute(update(Order.__table__).values(state="completed"))
    world.clock.move(days=FOUR_YEARS.days)
    world.take(make_order(placed_at=NOON + FOUR_YEARS))
    return latest_date(world.clock.now().date())


def archived(world: World) -> int:
    with world.deps.database.reading() as connection:
        return len(connection.execute(select(ArchivedOrder.__table__.c.number)).all())


def test_each_order_leaves_by_one_of_two_runs(world: World, before: date) -> None:
    found: list[Archiving] = []
    begin = threading.Barrier(2)

    def run() -> None:
        begin.wait(30)
        found.append(archive_orders(before=before, deps=world.deps))

    runs = [threading.Thread(target=run) for _ in range(2)]
    for one in runs:
        one.start()
    for one in runs:
        one.join()
    assert len(found) == 2
    assert sum(one.moved.total() for one in found) == archived(world) == OLD
    assert whole(world)


def test_an_order_that_somebody_holds_is_left_for_the_next_run(world: World, before: date) -> None:
    if world.deps.database.engine.dialect.name == "sqlite":
        return  # One writer: whoever is at work is waited for.
    with world.deps.database.writing() as connection:
        connection.execute(select(Order.__table__.c.id).order_by(Order.__table__.c.id).limit(1).with_for_update())
        found = archive_orders(before=before, deps=world.deps)
        assert (found.moved.total(), found.busy) == (OLD - 1, 1)
    assert archive_orders(before=before, deps=world.deps).moved.total() == 1
