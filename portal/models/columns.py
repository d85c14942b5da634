"""Column types that mean the same on SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, ForeignKey, Index, Integer, TextClause, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import mapped_column
from sqlalchemy.types import TypeDecorator

FIRST, LAST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


def shown_time(moment: datetime) -> datetime:
    """Times are taken in from 2000 to 2100. What was stored before that was so, such as the year 9999 of an ERP, is the
    nearest time that can be shown in any zone and counted on from."""
    return min(max(moment, FIRST), LAST)


class UtcDateTime(TypeDecorator[datetime]):
    """Aware UTC in and out (law 11); SQLite keeps it without the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without zone")
        return value.astimezone(UTC).replace(tzinfo=None) if dialect.name == "sqlite" else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy passes it
        if value is None:
            return None
        return shown_time(value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC))


BigInt = BigInteger().with_variant(Integer(), "sqlite")
Json = JSON().with_variant(JSONB(), "postgresql")

Id = Annotated[int, mapped_column(BigInt, primary_key=True, autoincrement=True)]
Minor = Annotated[int, mapped_column(BigInt)]
At = Annotated[datetime, mapped_column(UtcDateTime)]
AtOrNone = Annotated[datetime | None, mapped_column(UtcDateTime)]
Data = Annotated[dict[str, Any], mapped_column(Json)]
Rows = Annotated[list[Any], mapped_column(Json)]


def belongs_to(target: str, *, nullable: bool = False, index: bool = False) -> Any:
    return mapped_column(BigInt, ForeignKey(f"{target}.id"), nullable=nullable, index=index)


def named_by_id(*, nullable: bool = False, index: bool = False) -> Any:
    """The id of an order or a case that may have left for the archive (`portal.models.archive`): no foreign key. What
    stays behind is found by it there, and again in its own table once it is brought back."""
    return mapped_column(BigInt, nullable=nullable, index=index)


def partial_index(name: str, *columns: str | TextClause, where: str, unique: bool = False) -> Index:
    """Of the rows that `where` holds for, in SQL that both databases read alike."""
    return Index(name, *columns, unique=unique, sqlite_where=text(where), postgresql_where=text(where))
