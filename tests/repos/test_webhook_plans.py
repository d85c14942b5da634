"""By which index webhooks are read and written, however many events and deliveries there are."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import text

from portal.domain.webhooks.endpoint import WINDOW
from portal.repos.unit_of_work import reading, unit_of_work
from portal.services.webhooks.feed import wake_forgotten
from portal.services.webhooks.list_endpoints import list_endpoints, read_endpoint
from tests.support.plans import Read, reads_of
from tests.support.webhooks import connect, feed, go, happens, operator, take_order
from tests.support.world import World, world_on

pytestmark = pytest.mark.req("P12", "N8")
COPIES = 20_000
BIG = {"event", "webhook_delivery", "orders", "job"}
_EVENTS = f"""
    INSERT INTO event (id, shop_id, chain, seq, order_id, kind, at, actor, behalf, text, previous, hash, txid)
    WITH RECURSIVE copy(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM copy WHERE n < {COPIES})
    SELECT id + n * 1000, shop_id, chain || '-' || n, seq, order_id, kind, at, actor, behalf, text, previous, hash, txid
      FROM event, copy WHERE kind = 'system:case:reminded'
"""
_DELIVERIES = """
    INSERT INTO webhook_delivery (shop_id, endpoint_id, event_id, order_id, replay, state, attempts, next_at, claim,
                                  finished_at, problem, status, took, said, created_at)
    SELECT shop_id, 1, id, order_id, 0,
           CASE WHEN id % 100000 = 1000 THEN 'behind' WHEN id % 10000 = 2000 THEN 'dead' ELSE 'done' END,
           1, at, '', at, '', 204, 5, '', at FROM event WHERE id > 1000
"""


@pytest.fixture
def world(database: str) -> Iterator[World]:
    with world_on(database) as made:
        endpoint_id, _secret = connect(made, "case:*")
        assert endpoint_id == 1
        order_no = take_order(made)
        happens(made, order_no, "reminded")
        go(made)
        with made.deps.database.writing() as connection:
            if connection.dialect.name == "postgresql":
                for table in ("event", "webhook_delivery"):
                    connection.execute(text(f"ALTER TABLE {table} SET (autovacuum_enabled = false)"))
            connection.execute(text(_EVENTS))
            connection.execute(text(_DELIVERIES))
            # As it would stand if all of them had been read.
            connection.execute(text("UPDATE webhook_endpoint SET after_id = (SELECT max(id) FROM event) - 1000"))
        yield made


def large(found: list[Read]) -> list[Read]:
    """Tables that grow, read from beginning to end; a partial index is as long as what waits."""
    return [read for read in found if not read.index and read.table in BIG]


def test_nothing_that_the_worker_does_reads_a_table_that_grows(world: World) -> None:
    def works() -> None:
        wake_forgotten(deps=world.deps)
        feed(world)
        with unit_of_work(world.deps) as work:
            deliveries, moment = work.webhook_deliveries, work.now
            assert work.webhook_endpoints.lock(1)
            deliveries.count_open(1, WINDOW)
            deliveries.settle(1, [1])
            claimed = deliveries.claim(1, most=10, lasts=timedelta(minutes=1), token="t")
            deliveries.events_of([each.event_id for each in claimed] or [1])
            for each in claimed:
                deliveries.record(each, problem="", status=204, took=1, said="", state="done")
            deliveries.reopen(1, deliveries.dead_ids(1, 100))
            deliveries.sweep(done_before=moment - timedelta(days=9), dead_before=moment - timedelta(days=9), most=500)
            deliveries.sweep_removed(500)
            work.webhook_endpoints.sweep()
            work.webhook_endpoints.end_of_feed(world.made.shop_id)

    found = reads_of(world.deps.database.engine, works)
    assert found and large(found) == [], found
    assert {read.index for read in found} >= {"ix_webhook_delivery_due", "ix_webhook_delivery_state"}


@pytest.mark.parametrize("which", ["", "waiting", "dead"])
@pytest.mark.parametrize("before", [None, 9_000])
def test_each_list_of_deliveries_goes_by_the_index_that_holds_it(world: World, which: str, before: int | None) -> None:
    def read() -> None:
        actor = operator(world)
        read_endpoint(endpoint_id=1, which=which, before=before, limit=51, actor=actor, deps=world.deps)

    found = reads_of(world.deps.database.engine, read)
    assert large(found) == []
    assert f"ix_webhook_delivery_{'state' if which else 'list'}" in {read.index for read in found}


def counted(world: World) -> None:
    with reading(world.deps) as work:
        work.webhook_endpoints.counts()
        work.webhook_deliveries.counts()


def test_neither_the_list_of_endpoints_nor_the_figures_count_more_than_a_thousand(world: World) -> None:
    for act in (
        lambda: list_endpoints(actor=operator(world), deps=world.deps),
        lambda: counted(world),
    ):
        assert large(reads_of(world.deps.database.engine, act)) == []
    with reading(world.deps) as work:
        (endpoint,) = work.webhook_endpoints.of_shop(world.made.shop_id)
    assert endpoint.has_more and endpoint.dead <= 1_000
