"""Which days of which rails were compared, and what kept the others from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, case, delete, func, select

from portal.models.rail import RailDay
from portal.repos.dialects import upsert
from portal.repos.rows import all_rows, value_of

DAYS = RailDay.__table__
NOT_YET, NO_BOOKS = "not_yet", "no_books"
SETTLED = ("", NOT_YET, NO_BOOKS)
"""Problems that trying again today does not change; "" is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RailKey:
    """A rail of a shop, or one of all shops (`shop_id` None)."""

    rail: str
    shop_id: int | None

    @property
    def text(self) -> str:
        return self.rail if self.shop_id is None else f"{self.rail}:{self.shop_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptDay:
    """As models.rail.RailDay."""

    day: date
    tried_at: datetime
    compared_at: datetime | None
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RailProgress:
    """Of one rail: up to which day it was compared, when the last time, and from which day on some could not be, None
    where all could. `has_books`: it can be compared at all."""

    rail: str
    until: date | None
    compared_at: datetime | None
    missing_from: date | None
    has_books: bool


class RailDays:
    """`work.rail_days`."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection, self._now = connection, now

    def of(self, key: RailKey, since: date) -> dict[date, KeptDay]:
        query = select(DAYS).where(DAYS.c.key == key.text, DAYS.c.day >= since)
        rows = all_rows(self._connection.execute(query))
        return {row["day"]: value_of(KeptDay, row) for row in rows}

    def note(self, key: RailKey, day: date, problem: str = "") -> None:
        """It was compared, or tried; when it was compared before is kept then."""
        tried: dict[str, Any] = {"tried_at": self._now, "problem": problem[:80]}
        tried |= {} if problem else {"compared_at": self._now}
        row = {"shop_id": key.shop_id, "rail": key.rail, "key": key.text, "day": day, **tried}
        statement = upsert(self._connection, DAYS)
        self._connection.execute(
            statement.on_conflict_do_update(index_elements=[DAYS.c.key, DAYS.c.day], set_=tried), row
        )

    def forget_before(self, key: RailKey, day: date) -> None:
        self._connection.execute(delete(DAYS).where(DAYS.c.key == key.text, DAYS.c.day < day))

    def progress_of(self, shop_id: int) -> list[RailProgress]:
        """By rail: the shop's own, and those of all shops."""
        is_missing = DAYS.c.problem.not_in(SETTLED)
        query = (
            select(
                DAYS.c.rail,
                func.max(case((DAYS.c.problem == "", DAYS.c.day))).label("until"),
                func.max(DAYS.c.compared_at).label("compared_at"),
                func.min(case((is_missing, DAYS.c.day))).label("missing_from"),
                (func.count(case((DAYS.c.problem == NO_BOOKS, 1))) == 0).label("has_books"),
            )
            .where((DAYS.c.shop_id == shop_id) | DAYS.c.shop_id.is_(None))
            .group_by(DAYS.c.key, DAYS.c.rail)
            .order_by(DAYS.c.rail)
        )
        return [value_of(RailProgress, row) for row in all_rows(self._connection.execute(query))]
