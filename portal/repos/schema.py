"""Which migrations a database has been through."""

from __future__ import annotations

from sqlalchemy import Connection, column, inspect, select, table

VERSIONS = table("alembic_version", column("version_num"))


def revisions(connection: Connection) -> frozenset[str]:
    if not inspect(connection).has_table("alembic_version"):
        return frozenset()
    return frozenset(connection.execute(select(VERSIONS.c.version_num)).scalars())
