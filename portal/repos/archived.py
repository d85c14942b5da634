"""The archive of closed orders: rows into a document, and the document back into rows (decision 93)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, delete, insert, or_, select, update

from portal.domain.identity.access import Actor
from portal.domain.records.archiving import Standing
from portal.domain.records.events import END, NewEvent, ended
from portal.models.archive import ArchivedCase, ArchivedOrder
from portal.models.desk import DeskPresence
from portal.ports import Vault
from portal.repos.archive_document import (
    CASE_KEYS,
    CASES,
    MOVED,
    ORDERS,
    RENUMBERED,
    Rows,
    document_digest,
    read_document,
    read_rows,
    write_document,
)
from portal.repos.archive_standings import standings
from portal.repos.bulk import add_rows
from portal.repos.dialects import txid
from portal.repos.events import CUSTOMERS, EVENTS, Link, entry_row
from portal.repos.rows import Row, all_rows, row_or_none

ARCHIVED: Table = ArchivedOrder.__table__
ARCHIVED_CASES: Table = ArchivedCase.__table__
PRESENCES: Table = DeskPresence.__table__
_FROM_ORDER = (
    "shop_id customer_id number number_key state currency total_minor item_count card after_sales placed_at updated_at "
    "digest"
).split()


_AT_ONCE = 1_000


class Archived:
    """`work.archived`."""

    def __init__(self, connection: Connection, now: datetime, vault: Vault) -> None:
        self._connection, self._now, self._vault = connection, now, vault
        self._held: dict[int, Row] = {}

    def look(self, shop_id: int, *, after: Standing | None, before: datetime, limit: int) -> list[Standing]:
        """The shop's orders that were placed before, the oldest first, from the one next to `after` on: by the index of
        time, so that nobody walks through all the younger ones to find that there are no more."""
        query = select(ORDERS).where(ORDERS.c.shop_id == shop_id, ORDERS.c.placed_at < before)
        if after:
            at, id_ = ORDERS.c.placed_at, ORDERS.c.id
            query = query.where(at >= after.placed_at, or_(at > after.placed_at, id_ > after.order_id))
        query = query.order_by(ORDERS.c.placed_at, ORDERS.c.id).limit(limit)
        rows = all_rows(self._connection.execute(query))
        return standings(self._connection, rows, self._now) if rows else []

    def hold(self, order_ids: Collection[int]) -> list[Standing]:
        """Those of them that nobody else holds are held until the end of the transaction: how they stand now."""
        query = select(ORDERS).where(ORDERS.c.id.in_(order_ids)).order_by(ORDERS.c.id)
        rows = all_rows(self._connection.execute(query.with_for_update(skip_locked=True)))
        self._held = {row["id"]: row for row in rows}
        return standings(self._connection, rows, self._now) if rows else []

    def take(self, closed_at: Mapping[int, datetime], *, says: str) -> None:
        """Orders that are held leave for the archive; an event of each, of the kind `says`, names its document."""
        orders = [self._held[order_id] for order_id in sorted(closed_at)]
        found = read_rows(self._connection, orders)
        kept, events = [], []
        for row in orders:
            document = write_document(found[row["id"]])
            event, end = self._next(says, row, document_digest(document))
            events.append(event)
            own = {"order_id": row["id"], "closed_at": closed_at[row["id"]], "archived_at": self._now}
            kept.append({name: row[name] for name in _FROM_ORDER} | own | {"document": document} | end)
        add_rows(self._connection, ARCHIVED, kept)
        add_rows(self._connection, ARCHIVED_CASES, [_case(case) for case in _all(found, CASES)])
        self._leave(found)
        self._connection.execute(insert(EVENTS).values(txid=txid(self._connection)), events)
        self._touch({row["customer_id"] for row in orders if row["customer_id"]})

    def bring_back(self, order_id: int) -> bool:
        """Its rows stand where they stood, its chain goes on there; the caller says so in an event. False where it is
        not in the archive (any more)."""
        query = select(ARCHIVED).where(ARCHIVED.c.order_id == order_id).with_for_update()
        archived = row_or_none(self._connection.execute(query))
        if archived is None:
            return False
        rows = read_document(archived["document"])
        rows[ORDERS.name][0] |= {name: archived[name] for name in ("events_count", "head", "seal")}
        for table in MOVED:
            if rows[table.name]:
                self._connection.execute(insert(table), self._with_free_numbers(table, rows[table.name]))
        for table in (ARCHIVED_CASES, ARCHIVED):
            self._connection.execute(delete(table).where(table.c.order_id == order_id))
        return True

    def _with_free_numbers(self, table: Table, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """SQLite gives numbers of deleted rows away again: where one is taken, and nothing names these rows by it, they
        get new ones. The others never lose their newest row (`Standing.open`, newest)."""
        if table not in RENUMBERED:
            return rows
        taken = select(table.c.id).where(table.c.id.in_([row["id"] for row in rows])).limit(1)
        if self._connection.execute(taken).first() is None:
            return rows
        return [{name: value for name, value in row.items() if name != "id"} for row in rows]

    def _next(self, says: str, row: Row, digest: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """The entry of the order's chain that names the document, and the chain's end with it."""
        event = NewEvent(kind=says, data={"kept": {f"document {row['id']}": digest}})
        actor, seq = Actor(kind="operator", shop_id=row["shop_id"]), row["events_count"] + 1
        link = Link(row["number"], seq, row["head"])
        entry = entry_row(event, actor, link, self._now, self._vault) | {"order_id": row["id"]}
        seal = self._vault.digest(END, ended(entry["chain"], seq, entry["hash"]))
        return entry, {"events_count": seq, "head": entry["hash"], "seal": seal}

    def _leave(self, found: Mapping[int, Rows]) -> None:
        """Exactly the rows that are in the documents, those first that refer to others. Who looked at a case is nothing
        that is kept."""
        self._delete(PRESENCES, PRESENCES.c.case_id, [case["id"] for case in _all(found, CASES)])
        for table in reversed(MOVED):
            by = table.c.case_id if table is CASE_KEYS else table.c.id
            self._delete(table, by, sorted({row[by.name] for row in _all(found, table)}))

    def _delete(self, table: Table, by: ColumnElement[Any], keys: Sequence[int]) -> None:
        for start in range(0, len(keys), _AT_ONCE):
            self._connection.execute(delete(table).where(by.in_(keys[start : start + _AT_ONCE])))

    def _touch(self, customers: Collection[int]) -> None:
        """No page of theirs is as it was."""
        theirs = CUSTOMERS.c.id.in_(sorted(customers))
        self._connection.execute(select(CUSTOMERS.c.id).where(theirs).order_by(CUSTOMERS.c.id).with_for_update())
        self._connection.execute(update(CUSTOMERS).where(theirs).values(version=CUSTOMERS.c.version + 1))


def _all(found: Mapping[int, Rows], table: Table) -> Iterator[dict[str, Any]]:
    for rows in found.values():
        yield from rows.get(table.name, ())


def _case(case: Mapping[str, Any]) -> dict[str, Any]:
    return {name: case[name] for name in ("case_no", "shop_id", "order_id", "return_no")}
