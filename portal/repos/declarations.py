"""Declarations to withdraw from a contract: kept as made, told again by what was typed, matched to an order."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, or_, select, update

from portal.models.case import Case
from portal.models.declaration import Declaration
from portal.models.order import Order
from portal.repos.dialects import upsert
from portal.repos.rows import Row, all_rows, row_or_none, value_of

DECLARATIONS = Declaration.__table__
ORDERS = Order.__table__
CASES = Case.__table__
COVERED = ("name", "order_no", "contact", "lines")
"""What was declared: the digest in its event is over these."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptDeclaration:
    """A row: `order` is the number of the order it was matched to, `case_no` of the case it opened, "" for none."""

    id: int
    shop_id: int
    public_id: str
    name: str
    order_no: str
    contact: str
    lines: str
    locale: str
    salt: str
    state: str
    why: str
    reason: str
    made_at: datetime
    order_id: int | None
    order: str
    case_no: str
    handled_at: datetime | None

    @property
    def covered(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in COVERED}


def _kept() -> Select[Any]:
    columns = [
        DECLARATIONS.c[name] for name in KeptDeclaration.__dataclass_fields__ if name not in ("order", "case_no")
    ]
    return (
        select(*columns, ORDERS.c.number.label("order"), CASES.c.case_no)
        .outerjoin(ORDERS, ORDERS.c.id == DECLARATIONS.c.order_id)
        .outerjoin(CASES, CASES.c.id == DECLARATIONS.c.case_id)
    )


class Declarations:
    """`work.declarations`."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection, self._now = connection, now

    def add(self, values: dict[str, Any]) -> int | None:
        """The new row; None where its shop has one of the same `repeat_key`."""
        row = {"made_at": self._now, **values}
        new = upsert(self._connection, DECLARATIONS).on_conflict_do_nothing().returning(DECLARATIONS.c.id)
        found = self._connection.execute(new, row).first()
        return int(found.id) if found else None

    def find_again(self, shop_id: int, repeat_keys: Collection[str]) -> str | None:
        """The public id of the one whose values were the same."""
        mine = (DECLARATIONS.c.shop_id == shop_id) & DECLARATIONS.c.repeat_key.in_(repeat_keys)
        query = select(DECLARATIONS.c.public_id).where(mine).order_by(DECLARATIONS.c.id).limit(1)
        return self._connection.execute(query).scalar_one_or_none()

    def find(self, public_id: str) -> KeptDeclaration | None:
        """Whoever knows the number may ask: it is of 130 random bits."""
        return _value(row_or_none(self._connection.execute(_kept().where(DECLARATIONS.c.public_id == public_id))))

    def find_in(self, shop_id: int, public_id: str) -> KeptDeclaration | None:
        mine = (DECLARATIONS.c.public_id == public_id) & (DECLARATIONS.c.shop_id == shop_id)
        return _value(row_or_none(self._connection.execute(_kept().where(mine))))

    def find_by_id(self, declaration_id: int) -> KeptDeclaration | None:
        return _value(row_or_none(self._connection.execute(_kept().where(DECLARATIONS.c.id == declaration_id))))

    def find_by_id_for_update(self, declaration_id: int) -> KeptDeclaration | None:
        query = _kept().where(DECLARATIONS.c.id == declaration_id).with_for_update(of=DECLARATIONS)
        return _value(row_or_none(self._connection.execute(query)))

    def reasoned(self, declaration_id: int, reason: str) -> None:
        """Why staff have looked at it, and what they said of it."""
        mine = DECLARATIONS.c.id == declaration_id
        self._connection.execute(update(DECLARATIONS).where(mine).values(reason=reason))

    def handled(self, declaration_id: int, **values: Any) -> None:
        """What became of it, now."""
        mine = DECLARATIONS.c.id == declaration_id
        self._connection.execute(update(DECLARATIONS).where(mine).values(handled_at=self._now, **values))

    def waiting(self, shop_id: int, *, limit: int) -> list[KeptDeclaration]:
        """Those that staff have to look at, the oldest first."""
        mine = (DECLARATIONS.c.shop_id == shop_id) & (DECLARATIONS.c.state == "waiting")
        return self._listed(_kept().where(mine).order_by(DECLARATIONS.c.made_at, DECLARATIONS.c.id).limit(limit))

    def handled_last(self, shop_id: int, *, limit: int) -> list[KeptDeclaration]:
        """The newest of all others."""
        mine = (DECLARATIONS.c.shop_id == shop_id) & (DECLARATIONS.c.state != "waiting")
        return self._listed(_kept().where(mine).order_by(DECLARATIONS.c.id.desc()).limit(limit))

    def sweep(self, before: datetime, most: int) -> int:
        """Takes the words of up to `most` out that were closed before, without an order; how many it were."""
        over = and_(DECLARATIONS.c.state == "closed", DECLARATIONS.c.name != "", DECLARATIONS.c.handled_at < before)
        ids = select(DECLARATIONS.c.id).where(over).order_by(DECLARATIONS.c.handled_at).limit(most)
        found = list(self._connection.execute(ids).scalars())
        if found:
            self._connection.execute(update(DECLARATIONS).where(DECLARATIONS.c.id.in_(found)).values(GONE))
        return len(found)

    def _listed(self, query: Select[Any]) -> list[KeptDeclaration]:
        return [found for row in all_rows(self._connection.execute(query)) if (found := _value(row))]


GONE: dict[str, Any] = dict.fromkeys(("name", "order_no", "contact", "lines", "reason", "salt"), "") | dict.fromkeys(
    ("repeat_key", "contact_key")
)
"""A row from which everything personal is taken: that something was declared, and when, stays (law 6)."""


def of_person(order_ids: Select[Any], contact_keys: Collection[str]) -> Any:
    """Those about a customer's orders, and those that nobody matched and that name their phone or mail."""
    unmatched = DECLARATIONS.c.order_id.is_(None) & DECLARATIONS.c.contact_key.in_(contact_keys)
    return or_(DECLARATIONS.c.order_id.in_(order_ids), unmatched)


def _value(row: Row | None) -> KeptDeclaration | None:
    if row is None:
        return None
    return value_of(KeptDeclaration, {**row, "order": row["order"] or "", "case_no": row["case_no"] or ""})
