"""Archived orders laid out as rows once more, in memory, so that whoever reads an order reads these in the same way.

Nothing is written to the portal's database, and nothing that is written here is kept.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Table, create_engine, insert, select
from sqlalchemy.pool import StaticPool

from portal.extensions import Model
from portal.models.account import Customer, Staff, StaffShop
from portal.models.archive import ArchivedOrder
from portal.models.behalf import Behalf
from portal.models.declaration import Declaration
from portal.models.event import Event
from portal.models.evidence import EvidenceFile
from portal.models.shop import PolicyVersion, Shop
from portal.repos.archive_document import COPIED, MOVED, read_document
from portal.repos.database import SqlDatabase
from portal.repos.rows import all_rows

ARCHIVED: Table = ArchivedOrder.__table__
_OF_ORDER: tuple[Table, ...] = (Event.__table__, EvidenceFile.__table__, Behalf.__table__, Declaration.__table__)
_OF_SHOP: tuple[Table, ...] = (PolicyVersion.__table__, StaffShop.__table__)
SHOPS: Table = Shop.__table__
STAFF: Table = Staff.__table__
CUSTOMERS: Table = Customer.__table__


@contextmanager
def laid_out(source: Connection, order_ids: Collection[int]) -> Iterator[SqlDatabase]:
    """A database of these archived orders, with their events and files, their customers, and their shops with rules and
    staff, all as they are now. Of an order that is not in the archive nothing is there."""
    engine = create_engine("sqlite://", poolclass=StaticPool)
    try:
        _make_tables(engine)
        with engine.begin() as target:
            _fill(source, target, sorted(order_ids))
        yield SqlDatabase(engine)
    finally:
        engine.dispose()


def _make_tables(engine: Engine) -> None:
    raw: Any = engine.raw_connection()
    raw.driver_connection.deserialize(_tables())
    raw.close()


@cache
def _tables() -> bytes:
    """An empty database: made once, copied after that."""
    engine = create_engine("sqlite://", poolclass=StaticPool)
    Model.metadata.create_all(engine)
    raw: Any = engine.raw_connection()
    made: sqlite3.Connection = raw.driver_connection
    found = made.serialize()
    raw.close()
    engine.dispose()
    return found


def _fill(source: Connection, target: Connection, order_ids: Sequence[int]) -> None:
    shops, customers = set(), set()
    for row in all_rows(source.execute(select(ARCHIVED).where(ARCHIVED.c.order_id.in_(order_ids)))):
        shops.add(row["shop_id"])
        customers.add(row["customer_id"])
        rows = read_document(row["document"])
        rows["orders"][0] |= {name: row[name] for name in ("events_count", "head", "seal")}
        for table in (*MOVED, *COPIED):
            _put(target, table, rows[table.name])
    for table in _OF_ORDER:
        _copy(source, target, table, table.c.order_id.in_(order_ids))
    for table in _OF_SHOP:
        _copy(source, target, table, table.c.shop_id.in_(sorted(shops)))
    _copy(source, target, SHOPS, SHOPS.c.id.in_(sorted(shops)))
    staff = select(StaffShop.__table__.c.staff_id).where(StaffShop.__table__.c.shop_id.in_(sorted(shops)))
    _copy(source, target, STAFF, STAFF.c.id.in_(staff))
    _copy(source, target, CUSTOMERS, CUSTOMERS.c.id.in_(sorted(filter(None, customers))))


def _copy(source: Connection, target: Connection, table: Table, mine: ColumnElement[bool]) -> None:
    _put(target, table, [dict(row) for row in all_rows(source.execute(select(table).where(mine)))])


def _put(target: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        target.execute(insert(table), rows)
