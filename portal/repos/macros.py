"""快捷回复 as they are stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, delete, insert, select, update

from portal.domain.identity.access import Actor
from portal.domain.macros.macro import Macro, MacroText, in_order
from portal.models.account import Staff
from portal.models.macro import Macro as MacroRow
from portal.repos.rows import Row, all_rows, value_of

MACROS = MacroRow.__table__
STAFF = Staff.__table__
_NAMES = tuple(field.name for field in fields(Macro))


class Macros:
    """`work.macros`."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection, self._now = connection, now

    def of(self, shop_id: int, staff_id: int) -> tuple[Macro, ...]:
        """Somebody's own and all of the teams and the shop. One query."""
        theirs = MACROS.c.staff_id.is_(None) | (MACROS.c.staff_id == staff_id)
        query = select(*(MACROS.c[field.name] for field in fields(Macro))).where(MACROS.c.shop_id == shop_id, theirs)
        return in_order(value_of(Macro, row) for row in all_rows(self._connection.execute(query)))

    def add(self, shop_id: int, staff_id: int | None, new: MacroText, place: int) -> int:
        values = _values(new) | {"shop_id": shop_id, "staff_id": staff_id, "place": place}
        values |= {"created_at": self._now, "changed_at": self._now}
        added = insert(MACROS).values(values).returning(MACROS.c.id)
        return int(self._connection.execute(added).scalar_one())

    def change(self, macro_id: int, staff_id: int | None, new: MacroText, place: int) -> None:
        values = _values(new) | {"staff_id": staff_id, "place": place, "changed_at": self._now}
        self._connection.execute(update(MACROS).where(MACROS.c.id == macro_id).values(values))

    def remove(self, macro_id: int) -> None:
        self._connection.execute(delete(MACROS).where(MACROS.c.id == macro_id))

    def put_in_order(self, ids: Sequence[int]) -> None:
        for place, macro_id in enumerate(ids):
            self._connection.execute(update(MACROS).where(MACROS.c.id == macro_id).values(place=place))


def with_macros(people: Select[Any], reader: Actor) -> Select[Any]:
    """A query of staff, in which one of them has a row for each of the macros that `of` would find."""
    usable = MACROS.c.staff_id.is_(None) | (MACROS.c.staff_id == reader.id)
    theirs = and_(MACROS.c.shop_id == reader.shop_id, STAFF.c.id == reader.id, usable)
    return people.outerjoin(MACROS, theirs).add_columns(*(MACROS.c[name].label(f"macro_{name}") for name in _NAMES))


def macros_in(rows: Sequence[Row]) -> tuple[Macro, ...]:
    """Of rows of such a query."""
    found = [row for row in rows if row["macro_id"] is not None]
    return in_order(Macro(**{name: row[f"macro_{name}"] for name in _NAMES}) for row in found)


def _values(new: MacroText) -> dict[str, Any]:
    return {field.name: getattr(new, field.name) for field in fields(MacroText)}
