"""A PostgreSQL that takes every byte and answers none holds whoever asks for a bounded time (N7)."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import create_engine, event, make_url, text

from portal.adapters.queue_procrastinate import ProcrastinateQueue
from portal.adapters.silent_server import leave_silent_servers
from portal.domain.errors import ProviderUnavailable
from portal.repos.database import SqlDatabase, prepare_engine
from tests.support.databases import Cluster
from tests.support.relay import Relay, relayed

pytestmark = [pytest.mark.req("N7"), pytest.mark.timeout(120)]
LONGEST = 4.0
"""Seconds: a busy machine has answered by then."""


@pytest.fixture
def relay(postgresql: Cluster) -> Iterator[Relay]:
    with relayed(str(postgresql.folder / ".s.PGSQL.5432")) as found:
        yield found


@pytest.fixture
def database(relay: Relay) -> Iterator[SqlDatabase]:
    engine = prepare_engine(create_engine(f"postgresql+psycopg://portal@127.0.0.1:{relay.port}/postgres"))
    leave_silent_servers(engine, longest=LONGEST)
    yield SqlDatabase(engine)
    engine.dispose()


def one(database: SqlDatabase) -> Any:
    with database.reading() as connection:
        return connection.execute(text("SELECT 1")).scalar_one()


def test_a_statement_that_is_not_answered_ends_as_if_the_server_were_away(database: SqlDatabase, relay: Relay) -> None:
    assert one(database) == 1
    with relay.being(is_silent=True), pytest.raises(ProviderUnavailable):
        one(database)
    assert one(database) == 1


def test_so_does_a_commit_whose_end_is_not_told(database: SqlDatabase, relay: Relay) -> None:
    def write() -> None:
        with database.writing() as connection:
            connection.execute(text("SELECT 1"))
            relay.is_silent = True

    with pytest.raises(ProviderUnavailable):
        write()
    relay.is_silent = False
    assert one(database) == 1


def test_so_do_the_first_words_on_a_new_connection(database: SqlDatabase, relay: Relay) -> None:
    """A server may hang between its greeting and the settings of the session."""
    hung: list[Any] = []

    def silent(raw: Any, _record: Any) -> None:
        hung.append(raw)
        relay.is_silent = True

    event.listen(database.engine, "connect", silent, insert=True)
    with pytest.raises(ProviderUnavailable):
        one(database)
    assert len(hung) == 1
    event.remove(database.engine, "connect", silent)
    relay.is_silent = False
    assert one(database) == 1


def test_who_is_slow_to_read_or_to_do_something_in_between_is_not_cut_off(database: SqlDatabase) -> None:
    waiting = threading.Event()
    with database.reading(streams=True) as connection:
        rows = connection.execute(
            text("SELECT pg_sleep(0.01) FROM generate_series(1, 500)").execution_options(yield_per=50)
        )
        assert len(rows.all()) == 500
    with database.writing() as connection:
        connection.execute(text("SELECT 1"))
        waiting.wait(2 * LONGEST)
        assert connection.execute(text("SELECT 2")).scalar_one() == 2


def test_no_connection_stays_in_use(database: SqlDatabase, relay: Relay) -> None:
    one(database)
    with relay.being(is_silent=True), suppress(ProviderUnavailable):
        one(database)
    assert one(database) == 1
    assert database.engine.pool.checkedout() == 0  # type: ignore[attr-defined]


@pytest.mark.timeout(180)
def test_a_worker_that_is_brought_its_jobs_asks_anew(postgresql_url: str, relay: Relay) -> None:
    """The library waits for as long as the server is silent; whoever runs it does not, and begins again."""
    name = make_url(postgresql_url).database
    conninfo = f"host=127.0.0.1 port={relay.port} user=portal dbname={name} connect_timeout=2"
    is_there = threading.Event()

    def is_stopping() -> bool:
        # It is asked for in every turn: by the first one there is a connection, by the next it says nothing.
        relay.is_silent = is_there.is_set()
        is_there.set()
        return False

    with pytest.raises(ProviderUnavailable):
        ProcrastinateQueue(conninfo, longest=1.0).deliver(lambda *_: None, of=(0,), is_stopping=is_stopping)
