"""What is in the archive, found by whom it belongs to or by a number (decision 93)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, Table, and_, or_, select, union

from portal.domain.codec import from_plain
from portal.domain.identity.access import Actor
from portal.domain.identity.logins import Login
from portal.domain.money import Money
from portal.domain.orders.card import Card
from portal.models.archive import ArchivedCase, ArchivedOrder
from portal.models.evidence import EvidenceFile
from portal.repos.order_lists import Cursor
from portal.repos.rows import Row, all_rows, row_or_none, value_of

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


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedNumber:
    """What an operator calls an order in the archive by."""

    shop_id: int
    number: str


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

    def is_there(self, actor: Actor, *, order_no: str = "", case_no: str = "") -> bool:
        """Whether that order, or the one of that case, is in the archive and the actor's to see."""
        own = _own(select(ARCHIVED.c.order_id), actor)
        if case_no:
            same_order = ARCHIVED_CASES.c.order_id == ARCHIVED.c.order_id
            own = own.join(ARCHIVED_CASES, same_order).where(ARCHIVED_CASES.c.case_no == case_no)
        else:
            own = own.where(ARCHIVED.c.number == order_no)
        return self._connection.execute(own).first() is not None

    def order_of_case(self, case_no: str) -> ArchivedNumber | None:
        """Case numbers are unique everywhere; an operator names only the case."""
        query = select(ARCHIVED.c.shop_id, ARCHIVED.c.number)
        query = query.join(ARCHIVED_CASES, ARCHIVED_CASES.c.order_id == ARCHIVED.c.order_id)
        found = row_or_none(self._connection.execute(query.where(ARCHIVED_CASES.c.case_no == case_no)))
        return value_of(ArchivedNumber, found) if found else None

    def page(self, actor: Actor, *, after: Cursor | None, limit: int) -> list[ArchivedCard]:
        """A customer's own, newest first."""
        query = _own(select(*_SHOWN), actor)
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
        ways = [select(ARCHIVED_CASES.c.order_id).where(ARCHIVED_CASES.c.shop_id == shop_id, own) for own in cases]
        if login.id_key:
            same = ARCHIVED.c.number_key == login.id_key
            ways.append(select(ARCHIVED.c.order_id).where(ARCHIVED.c.shop_id == shop_id, same).limit(MOST_FOUND))
        # Each way by its own index, one after the other: joined by OR they would be a walk through the shop's archive.
        called = union(*(select(way.subquery().c.order_id) for way in ways)).subquery()
        query = select(*_SHOWN).where(ARCHIVED.c.order_id.in_(select(called.c.order_id)))
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


def _own(query: Select[Any], actor: Actor) -> Select[Any]:
    """As `portal.repos.orders.owned_by`, of the archive."""
    query = query.where(ARCHIVED.c.shop_id == actor.shop_id)
    if actor.kind == "declarant":
        return query.where(ARCHIVED.c.order_id < 0)
    if actor.kind == "shopper":
        query = query.where(ARCHIVED.c.customer_id == actor.id)
        return query if actor.only is None else query.where(ARCHIVED.c.number.in_(actor.only))
    return query.where(ARCHIVED.c.number == actor.order_no) if actor.kind == "guest" else query


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
