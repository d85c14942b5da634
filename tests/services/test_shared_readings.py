"""The readings of one page are one: the same state of the database, until the page itself writes."""

from __future__ import annotations

import threading

import pytest

from portal.repos.unit_of_work import reading, unit_of_work
from tests.support.world import World


def version_of(world: World) -> int:
    with reading(world.deps) as work:
        return int(work.shops.get_by_id(world.made.shop_id)["version"])


def rename(world: World) -> None:
    with unit_of_work(world.deps) as work:
        work.shops.set(world.made.shop_id, name="改名")


@pytest.mark.req("N7")
def test_what_others_write_meanwhile_is_seen_by_the_next_page(world: World) -> None:
    database = world.deps.database
    database.share_readings()
    before = version_of(world)
    other = threading.Thread(target=rename, args=(world,))
    other.start()
    other.join()
    if database.engine.dialect.name == "sqlite":
        assert version_of(world) == before
    database.end_shared_readings()
    assert version_of(world) == before + 1


@pytest.mark.req("N7")
def test_what_the_page_itself_wrote_is_seen_by_its_next_reading(world: World) -> None:
    world.deps.database.share_readings()
    before = version_of(world)
    rename(world)
    assert version_of(world) == before + 1
    world.deps.database.end_shared_readings()


@pytest.mark.req("N7")
def test_a_reading_that_fails_gives_the_next_one_a_connection_that_works(world: World) -> None:
    world.deps.database.share_readings()
    before = version_of(world)
    with pytest.raises(ZeroDivisionError), reading(world.deps):
        raise ZeroDivisionError
    assert version_of(world) == before
    world.deps.database.end_shared_readings()
    assert world.deps.database.engine.pool.checkedout() == 0


@pytest.mark.req("N7")
def test_one_connection_serves_all_readings_of_a_page(world: World) -> None:
    database = world.deps.database
    database.share_readings()
    with reading(world.deps) as outer, reading(world.deps) as inner:
        assert inner.connection is outer.connection
    version_of(world)
    assert database.engine.pool.checkedout() == 1
    database.end_shared_readings()
    assert database.engine.pool.checkedout() == 0
