"""Many new rows at once, past what SQLAlchemy does for each of them: COPY on PostgreSQL, executemany on SQLite.

Values go through the types of their columns all the same, so what is stored is what an INSERT would store.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any, Literal, cast

import orjson
from sqlalchemy import JSON, Column, Connection, Dialect, Table
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.schema import ScalarElementColumnDefault

Processor = Callable[[Any], Any] | Literal["json"] | None


def add_rows(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """`rows` have the same names, all of columns without a value of their own. Raises what an INSERT raises."""
    if not rows:
        return
    names = tuple(rows[0])
    constants = _constants(table, names)
    dialect = connection.dialect
    values = _values(rows, names, tuple(constants.values()), _processors(table, names, dialect.name, dialect))
    columns = ", ".join(f'"{name}"' for name in (*names, *constants))
    cursor = connection.connection.cursor()
    driver = dialect.loaded_dbapi
    try:
        if dialect.name == "postgresql":
            with cursor.copy(f"COPY {table.name} ({columns}) FROM STDIN") as copy:
                for row in values:
                    copy.write_row(row)
        else:
            # The interface says a sequence, the driver takes what can be walked; so no second copy is made.
            blanks = ", ".join("?" * (len(names) + len(constants)))
            cursor.executemany(f"INSERT INTO {table.name} ({columns}) VALUES ({blanks})", cast("Sequence[Any]", values))
    except driver.Error as error:
        wrapped: Any = DBAPIError.instance(f"rows for {table.name}", None, error, driver.Error, dialect=dialect)
        raise wrapped from error
    finally:
        cursor.close()


def _values(
    rows: Sequence[dict[str, Any]],
    names: tuple[str, ...],
    constants: tuple[Any, ...],
    processors: tuple[Processor, ...],
) -> Iterator[tuple[Any, ...]]:
    as_json = JsonTexts().of
    ways = tuple(
        (name, as_json if process == "json" else process) for name, process in zip(names, processors, strict=True)
    )
    for row in rows:
        # None is NULL in every column but one of JSON; a call for each of them would be a third of all.
        cells = [
            process(value) if process and ((value := row[name]) is not None or process is as_json) else row[name]
            for name, process in ways
        ]
        yield (*cells, *constants)


class JsonTexts:
    """JSON as text. What many rows share, such as the tags of their lines, is written out once."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Any, str]] = {}

    def of(self, value: Any) -> str:
        if not value:
            return "null" if value is None else "[]" if isinstance(value, list) else "{}"
        found = self._known.get(id(value))
        if found is None:
            # The value is kept with its text: as long as it lives nothing else has its id.
            found = self._known[id(value)] = (value, orjson.dumps(value).decode())
        return found[1]


@cache
def _processors(table: Table, names: tuple[str, ...], _name: str, dialect: Dialect) -> tuple[Processor, ...]:
    return tuple(_processor(table.c[name], dialect) for name in names)


def _processor(column: Column[Any], dialect: Dialect) -> Processor:
    kind = column.type.dialect_impl(dialect)
    return "json" if isinstance(kind, JSON) else kind.bind_processor(dialect)


@cache
def _constants(table: Table, names: tuple[str, ...]) -> dict[str, Any]:
    """What the other columns begin with, where that is not left to the database."""
    others = (column for column in table.c if column.name not in names)
    return {
        column.name: column.default.arg for column in others if isinstance(column.default, ScalarElementColumnDefault)
    }
