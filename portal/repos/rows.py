"""A row as repositories hand it out: column values by name.

SQLAlchemy's rows can be asked by name or by column, and the key of a Mapping is invariant, so to a type checker theirs
are not ours. We ask by name only; that is said here, once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields
from functools import lru_cache
from typing import Any, TypeVar, cast

from sqlalchemy import Result

Row = Mapping[str, Any]
T = TypeVar("T")
Rows = Result[*tuple[Any, ...]]


def value_of(kind: Callable[..., T], row: Row) -> T:
    """A dataclass whose fields are named as the columns of the row."""
    names: tuple[str, ...] = _names(kind)
    return kind(**{name: row[name] for name in names})


@lru_cache(maxsize=256)
def _names(kind: Callable[..., Any]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(cast("Any", kind)))


def one_row(result: Rows) -> Row:
    """The only row. Raises NoResultFound and MultipleResultsFound."""
    return cast("Row", result.mappings().one())


def row_or_none(result: Rows) -> Row | None:
    """The only row, None for none. Raises MultipleResultsFound."""
    return cast("Row | None", result.mappings().one_or_none())


def all_rows(result: Rows) -> list[Row]:
    return list(cast("Sequence[Row]", result.mappings().all()))


def each_row(result: Rows) -> Iterator[Row]:
    """One after the other, for what is read in a stream."""
    return iter(cast("Iterator[Row]", result.mappings()))
