"""PostgreSQL keeps a plan where one for the values of each time promises to cost no less; making a plan of the queue's
counts takes longer than counting."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from portal.services.jobs.statistics import keep_statistics
from tests.support import databases
from tests.support.large_shop import just_imported
from tests.support.plans import kept_and_made_anew
from tests.support.queue import queue_of
from tests.support.world import World

_A_MILLION = """
    UPDATE pg_class SET reltuples = 1000000 WHERE oid = 'after_sales_case'::regclass
        OR oid IN (SELECT indexrelid FROM pg_index WHERE indrelid = 'after_sales_case'::regclass)
"""
"""So many cases the planner takes the shop's ten thousand for."""


@pytest.fixture(scope="module")
def world(postgresql: databases.Cluster) -> Iterator[World]:
    with databases.postgresql_database(postgresql) as url, just_imported(url) as made:
        keep_statistics(deps=made.deps)
        with made.deps.database.writing() as connection:
            connection.execute(text(_A_MILLION))
        yield made


@pytest.mark.req("N8", "S42")
def test_the_counts_of_the_queue_are_worth_the_same_plan_at_any_time(world: World) -> None:
    actor, engine = world.made.staff("agent"), world.deps.database.engine
    *_, (kept, made_anew) = kept_and_made_anew(engine, lambda: queue_of(actor, world.deps, state="overdue"))
    assert kept <= made_anew
