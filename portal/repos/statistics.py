"""What the database knows of its own tables, by which it chooses how to read them: renewed when a table has grown."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, inspect, text

_LIMIT = 400
"""Rows of an index that SQLite looks at: a table of any size is done in milliseconds (its documentation's advice)."""
_GROWN, _FEW = 1.2, 100
_POSTGRESQL = """
    SELECT relname FROM pg_class
     WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
       AND pg_relation_size(oid) / current_setting('block_size')::int > greatest(relpages, 0) * :grown + :few / 20
     ORDER BY relname
"""


class Statistics:
    """`work.statistics`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._is_postgresql = connection.dialect.name == "postgresql"

    def grown(self) -> list[str]:
        """Names of the tables that are a fifth larger than when they were last analysed. Quick at any size."""
        if self._is_postgresql:
            values = {"grown": _GROWN, "few": _FEW}
            return list(self._connection.execute(text(_POSTGRESQL), values).scalars())
        known = self._known()
        return [name for name in self._tables() if self._last(name) > known.get(name, 0) * _GROWN + _FEW]

    def analyse(self, table: str) -> None:
        """One of `grown`. On PostgreSQL whoever reads or writes the table goes on meanwhile."""
        if not self._is_postgresql:
            self._connection.exec_driver_sql(f"PRAGMA analysis_limit={_LIMIT}")
        self._connection.exec_driver_sql(f'ANALYZE "{table}"')

    def _tables(self) -> Iterable[str]:
        return (name for name in inspect(self._connection).get_table_names() if not name.startswith("search_"))

    def _known(self) -> dict[str, int]:
        """Rows of each table when it was last analysed, as far as it was."""
        if not inspect(self._connection).has_table("sqlite_stat1"):
            return {}
        rows = self._connection.execute(text("SELECT tbl, stat FROM sqlite_stat1 WHERE stat IS NOT NULL"))
        known: dict[str, int] = {}
        for table, stat in rows:
            # A partial index has fewer rows than its table.
            known[table] = max(known.get(table, 0), int(stat.split()[0]))
        return known

    def _last(self, table: str) -> int:
        found = self._connection.execute(text(f'SELECT max(rowid) FROM "{table}"')).scalar_one()
        return int(found or 0)
