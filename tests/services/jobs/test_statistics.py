"""The portal keeps the database's statistics itself: of what has grown, and of nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import insert, text

from portal.models.account import Failure
from portal.services.jobs.statistics import keep_statistics
from tests.support.fakes import NOON
from tests.support.world import World

KNOWN = {
    "sqlite": "SELECT count(*) FROM sqlite_stat1 WHERE tbl = 'failure'",
    "postgresql": "SELECT count(*) FROM pg_stats WHERE tablename = 'failure'",
}


def add_failures(world: World, count: int) -> None:
    with world.deps.database.writing() as connection:
        rows = [{"bucket": f"b{number}", "at": NOON - timedelta(seconds=number)} for number in range(count)]
        connection.execute(insert(Failure.__table__), rows)


@pytest.mark.req("N8")
def test_a_table_that_has_grown_is_analysed_once_until_it_has_grown_again(world: World) -> None:
    keep_statistics(deps=world.deps)
    add_failures(world, 3_000)
    assert keep_statistics(deps=world.deps) == ["failure"]
    with world.deps.database.reading() as connection:
        assert connection.execute(text(KNOWN[connection.dialect.name])).scalar_one() > 0
    assert keep_statistics(deps=world.deps) == []
    # SQLite's own idea of how many rows there are may be off by half.
    add_failures(world, 100)
    assert keep_statistics(deps=world.deps) == []
    add_failures(world, 15_000)
    assert keep_statistics(deps=world.deps) == ["failure"]
