"""The few things SQLite and PostgreSQL say differently."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Connection, Insert, Table, cast, delete, func, literal, select
from sqlalchemy import Text as TextType
from sqlalchemy.dialects import postgresql, sqlite


def upsert(connection: Connection, table: Table) -> Any:
    """An INSERT that knows ON CONFLICT, of the dialect in use."""
    return upsert_in(connection.dialect.name, table)


def upsert_in(dialect: str, table: Table) -> Any:
    """The same by the dialect's name, for statements that are put together once and kept."""
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


def insert_or_ignore(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Rows that are there already stay as they are; nothing is aborted (ARCHITECTURE law 5)."""
    statement: Insert = upsert(connection, table).on_conflict_do_nothing()
    connection.execute(statement, list(rows))


TXID_OFFSET = "portal.txid_offset"
"""A setting of the database (ALTER DATABASE … SET): a server that a backup was restored to counts transactions from the
beginning, and what is written there has to come after all that the backup holds, for every reader of the feed."""
_restored_by = func.coalesce(cast(func.nullif(func.current_setting(TXID_OFFSET, True), ""), BigInteger), 0)


def txid(connection: Connection) -> ColumnElement[int]:
    """The writing transaction's number: the feed reads only below the oldest open one. SQLite has one writer: 0."""
    if connection.dialect.name == "postgresql":
        return cast(cast(func.pg_current_xact_id(), TextType), BigInteger) + _restored_by
    return literal(0)


def oldest_open_txid(connection: Connection) -> ColumnElement[int] | None:
    """On PostgreSQL the number below which every transaction has ended; None where there is one writer at a time."""
    if connection.dialect.name == "postgresql":
        return cast(cast(func.pg_snapshot_xmin(func.pg_current_snapshot()), TextType), BigInteger) + _restored_by
    return None


def database_time(connection: Connection) -> datetime:
    """What the database's own clock says at this moment, aware UTC: one clock for however many machines ask."""
    if connection.dialect.name == "postgresql":
        moment: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
        return moment.astimezone(UTC)
    text = connection.execute(select(func.strftime("%Y-%m-%dT%H:%M:%f", "now"))).scalar_one()
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def delete_some(connection: Connection, table: Table, is_over: ColumnElement[bool], first: Any, most: int) -> int:
    """Deletes at most `most` rows that are over, by the index that `first` is the column of; how many it were.

    PostgreSQL leaves alone what somebody else holds. One statement is one short transaction's worth.
    """
    key = next(iter(table.primary_key))
    some = select(key).where(is_over).order_by(first).limit(most).with_for_update(skip_locked=True)
    keys = list(connection.execute(some).scalars())
    # By their keys, not by a subquery, for which PostgreSQL may read the whole table.
    return int(connection.execute(delete(table).where(key.in_(keys))).rowcount) if keys else 0
