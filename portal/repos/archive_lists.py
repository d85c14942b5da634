"""What is in the archive, found by whom it belongs to or by a number (decision 93)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, Table, and_, or_, select

from portal.domain.codec import from_plain
from portal.domain.identity.access import Actor
from portal.domain.identity.logins import Login
from portal.domain.money import Money
from portal.domain.orders.card import Card
from portal.models.archive import ArchivedCase, ArchivedOrder
from portal.models.evidence import EvidenceFile
from portal.repos.order_lists import Cursor
from portal.repos.rows import Row, all_rows, value_of

ARCHIVED: Table = ArchivedOrder.__table__
ARCHIVED_CASES: Table = ArchivedCase.__table__
FILES: Table = EvidenceFile.__table__
MOST_FOUND = 20
_SHOWN = tuple(
    ARCHIVED.c[name]
    for name in "order_id number state placed_at closed_at archived_at currency total_minor item_count card".split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedCard:
    """An archived order as a list shows it."""

    id: int
    number: str
    state: str
    placed_at: datetime
    closed_at: datetime
    total: Money
    item_count: int
    card: Card


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where something that was asked for by its number is: in which order, archived when."""

    order_id: int
    archived_at: datetime


class ArchiveLists:
    """`work.archive_lists`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of_order(self, shop_id: int, number: str) -> Place | None:
        """Whose it is, is asked of its rows."""
        return self._place(_places().where(ARCHIVED.c.shop_id == shop_id, ARCHIVED.c.number == number))

    def of_case(self, shop_id: int, case_no: str) -> Place | None:
        """The order of that case."""
        query = _places().join(ARCHIVED_CASES, ARCHIVED_CASES.c.order_id == ARCHIVED.c.order_id)
        mine = and_(ARCHIVED_CASES.c.shop_id == shop_id, ARCHIVED_CASES.c.case_no == case_no)
        return self._place(query.where(mine))

    def of_file(self, shop_id: int, evidence_id: str) -> Place | None:
        """The order that the file was sent in for."""
        query = _places().join(FILES, FILES.c.order_id == ARCHIVED.c.order_id)
        return self._place(query.where(FILES.c.shop_id == shop_id, FILES.c.evidence_id == evidence_id))

    def page(self, actor: Actor, *, after: Cursor | None, limit: int) -> list[ArchivedCard]:
        """A customer's own, newest first."""
        query = select(*_SHOWN).where(ARCHIVED.c.shop_id == actor.shop_id, ARCHIVED.c.customer_id == actor.id)
        if actor.only is not None:
            query = query.where(ARCHIVED.c.number.in_(actor.only))
        if after:
            same = and_(ARCHIVED.c.placed_at == after.placed_at, ARCHIVED.c.order_id < after.id)
            older = or_(ARCHIVED.c.placed_at < after.placed_at, same)
            query = query.where(older, ARCHIVED.c.placed_at <= after.placed_at)
        query = query.order_by(ARCHIVED.c.placed_at.desc(), ARCHIVED.c.order_id.desc()).limit(limit)
        return [_card(row) for row in all_rows(self._connection.execute(query))]

    def called(self, shop_id: int, login: Login) -> list[ArchivedCard]:
        """By the number of the order, of a case of it or of goods that came back for one."""
        number = login.text.upper()
        cases = (ARCHIVED_CASES.c.case_no == number, ARCHIVED_CASES.c.return_no == number)
        ids = [select(ARCHIVED_CASES.c.order_id).where(ARCHIVED_CASES.c.shop_id == shop_id, own) for own in cases]
        ways = [ARCHIVED.c.number_key == login.id_key] if login.id_key else []
        query = select(*_SHOWN).where(
            ARCHIVED.c.shop_id == shop_id, or_(*ways, *(ARCHIVED.c.order_id.in_(of) for of in ids))
        )
        query = query.order_by(ARCHIVED.c.placed_at.desc(), ARCHIVED.c.order_id.desc()).limit(MOST_FOUND)
        return [_card(row) for row in all_rows(self._connection.execute(query))]

    def case_called(self, shop_id: int, number: str) -> str:
        """The number of the case that is called so or whose goods came back under it, "" for none."""
        said = number.strip().upper()
        for own in (ARCHIVED_CASES.c.case_no, ARCHIVED_CASES.c.return_no):
            query = select(ARCHIVED_CASES.c.case_no).where(ARCHIVED_CASES.c.shop_id == shop_id, own == said)
            if found := self._connection.execute(query).scalar_one_or_none():
                return str(found)
        return ""

    def ids_of_customer(self, customer_id: int) -> list[int]:
        """Of all their archived orders."""
        query = select(ARCHIVED.c.order_id).where(ARCHIVED.c.customer_id == customer_id)
        return list(self._connection.execute(query.order_by(ARCHIVED.c.order_id)).scalars())

    def among(self, order_ids: Collection[int]) -> list[int]:
        """Those of these orders that are in the archive."""
        query = select(ARCHIVED.c.order_id).where(ARCHIVED.c.order_id.in_(sorted(order_ids)))
        return list(self._connection.execute(query.order_by(ARCHIVED.c.order_id)).scalars())

    def _place(self, query: Select[Any]) -> Place | None:
        rows = all_rows(self._connection.execute(query))
        return value_of(Place, rows[0]) if rows else None


def _places() -> Select[Any]:
    return select(ARCHIVED.c.order_id, ARCHIVED.c.archived_at)


def _card(row: Row) -> ArchivedCard:
    return ArchivedCard(
        id=row["order_id"],
        number=row["number"],
        state=row["state"],
        placed_at=row["placed_at"],
        closed_at=row["closed_at"],
        total=Money(row["total_minor"], row["currency"]),
        item_count=row["item_count"],
        card=from_plain(Card, row["card"]),
    )
