"""What a backup has to hold besides the rows, and what a database needs once it was restored."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, func, inspect, select

from portal.models.event import Event
from portal.models.evidence import EvidenceFile
from portal.repos.dialects import TXID_OFFSET, txid

EVENTS, FILES = Event.__table__, EvidenceFile.__table__
_AT_ONCE = 1_000


def is_empty(connection: Connection) -> bool:
    """No tables: nothing of anybody's is written over."""
    return not inspect(connection).get_table_names()


def stored_keys(connection: Connection) -> Iterator[str]:
    """Of every file in the store that a row names."""
    query = select(FILES.c.key, FILES.c.small_key).order_by(FILES.c.id)
    for row in connection.execute(query.execution_options(yield_per=_AT_ONCE)):
        yield from (key for key in row if key)


def export_snapshot(connection: Connection) -> str:
    """The name under which others see what this transaction sees, while it is open. PostgreSQL."""
    return str(connection.execute(select(func.pg_export_snapshot())).scalar_one())


def continue_numbers(connection: Connection) -> int:
    """By how much transactions are counted on, so that new events come after those that were restored; 0 where they do
    so anyway. PostgreSQL, by the database's owner; connections that are opened from then on know of it."""
    if connection.dialect.name != "postgresql":
        return 0
    highest = connection.execute(select(func.coalesce(func.max(EVENTS.c.txid), 0))).scalar_one()
    now = connection.execute(select(txid(connection))).scalar_one()
    if highest < now:
        return 0
    offset = int(highest - now + 1)
    name = connection.dialect.identifier_preparer.quote(
        connection.execute(select(func.current_database())).scalar_one()
    )
    connection.exec_driver_sql(f"ALTER DATABASE {name} SET {TXID_OFFSET} = '{offset}'")
    return offset
