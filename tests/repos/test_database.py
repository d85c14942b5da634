"""What connections are set to; and a PostgreSQL that answers, and says that it cannot do it now: nothing was done, and
the same may be tried again. The engines of most other tests do not wait for the disk (`support.engines`)."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine

from portal.domain.errors import ProviderUnavailable
from portal.repos.database import SqlDatabase, prepare_engine

pytestmark = pytest.mark.req("N6", "N7")
TOUCH = "UPDATE alembic_version SET version_num = version_num"


@pytest.fixture
def database(postgresql_url: str) -> Iterator[SqlDatabase]:
    engine = prepare_engine(create_engine(postgresql_url))
    yield SqlDatabase(engine)
    engine.dispose()


def write(database: SqlDatabase, *statements: str) -> None:
    with database.writing() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def test_a_server_that_only_reads_is_left_for_the_one_that_takes_writes(database: SqlDatabase) -> None:
    """As a standby does, and a primary that was made one: its connections do not stay in the pool."""
    write(database, "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY")
    with pytest.raises(ProviderUnavailable, match="ReadOnly"):
        write(database, TOUCH)
    write(database, TOUCH)


def test_a_server_out_of_room_is_a_provider_that_is_away(database: SqlDatabase) -> None:
    sort = "SELECT count(*) FROM (SELECT n FROM generate_series(1, 100000) AS n ORDER BY n DESC) AS sorted"
    with pytest.raises(ProviderUnavailable, match="ConfigurationLimitExceeded"):
        write(database, "SET LOCAL temp_file_limit = '64kB'", "SET LOCAL work_mem = '64kB'", sort)
    write(database, TOUCH)


def test_a_transaction_that_was_left_open_too_long_is_ended_and_may_be_tried_again(database: SqlDatabase) -> None:
    with pytest.raises(ProviderUnavailable):
        rest_inside(database)
    write(database, TOUCH)


def rest_inside(database: SqlDatabase) -> None:
    with database.writing() as connection:
        connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = '1ms'")
        time.sleep(0.1)
        connection.exec_driver_sql(TOUCH)


def test_what_is_committed_on_sqlite_is_on_the_disk(sqlite_url: str) -> None:
    engine = prepare_engine(create_engine(sqlite_url))
    with SqlDatabase(engine).reading() as connection:
        found = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("synchronous", "journal_mode")]
    engine.dispose()
    assert found == [2, "wal"]
