"""All the rows of an order as one text, and back: what an archived order is kept as (decision 93).

`{"v":1,"rows":{table:[row, …]}}`, canonical JSON, columns by name; times as ISO 8601 in UTC. Reading it, columns that
the tables do not have any more are left out, and new ones get their defaults.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Column, Connection, Date, Select, Table, select

from portal.domain.codec import canonical
from portal.models.case import Case, CaseKey, CaseLine, Decision
from portal.models.columns import UtcDateTime
from portal.models.evidence import EvidenceLink
from portal.models.fee import Fee, FeePayment
from portal.models.goodwill import Goodwill
from portal.models.job import Notice
from portal.models.message import Message
from portal.models.order import Order, OrderLine, Payment
from portal.models.pickup import Pickup
from portal.models.rail import PaymentDispute
from portal.models.refund import Refund
from portal.models.transfer import Transfer
from portal.repos.rows import Row, all_rows

ORDERS: Table = Order.__table__
LINES: Table = OrderLine.__table__
PAYMENTS: Table = Payment.__table__
CASES: Table = Case.__table__
CASE_LINES: Table = CaseLine.__table__
CASE_KEYS: Table = CaseKey.__table__
DECISIONS: Table = Decision.__table__
MESSAGES: Table = Message.__table__
LINKS: Table = EvidenceLink.__table__
PICKUPS: Table = Pickup.__table__
NOTICES: Table = Notice.__table__
FEES: Table = Fee.__table__
FEE_PAYMENTS: Table = FeePayment.__table__
REFUNDS: Table = Refund.__table__
TRANSFERS: Table = Transfer.__table__
GOODWILL: Table = Goodwill.__table__
DISPUTES: Table = PaymentDispute.__table__

MOVED = (ORDERS, LINES, CASES, CASE_LINES, CASE_KEYS, DECISIONS, MESSAGES, LINKS, PICKUPS, NOTICES)
"""Tables whose rows leave with the order, in the order in which they can come back."""
COPIED = (PAYMENTS, REFUNDS, FEES, FEE_PAYMENTS, TRANSFERS, GOODWILL, DISPUTES)
"""The books: their rows stay, for the rails, the reports and the law, and are in the document as well, so that it tells
and proves the whole."""
RENUMBERED = (LINES, CASE_LINES, LINKS, NOTICES)
"""Of those that are moved: nothing names their rows by the number."""
VERSION = 1
_AT_ONCE = 500

Rows = dict[str, list[dict[str, Any]]]
"""By table."""


def read_rows(connection: Connection, orders: Collection[Row]) -> dict[int, Rows]:
    """Everything of these orders, by their ids. A statement a table, however many orders."""
    return _Reader(connection, orders).found


def write_document(rows: Mapping[str, Iterable[Mapping[str, Any]]]) -> str:
    return canonical({"v": VERSION, "rows": {name: [_plain(row) for row in found] for name, found in rows.items()}})


def read_document(document: str) -> Rows:
    """Rows as the tables give them and take them."""
    held = json.loads(document)["rows"]
    return {table.name: [_row(table, row) for row in held.get(table.name, ())] for table in (*MOVED, *COPIED)}


def document_digest(document: str) -> str:
    """SHA-256, hex: what the event says that speaks of it."""
    return hashlib.sha256(document.encode()).hexdigest()


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    """What is not known is not written."""
    return {name: _plain_value(value) for name, value in row.items() if value is not None}


def _plain_value(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value


def _row(table: Table, held: Mapping[str, Any]) -> dict[str, Any]:
    """Every column it had or can be without; one that is newer than the document is left to its default."""
    found = {}
    for column in table.c:
        if column.name in held:
            found[column.name] = _reader(column)(held[column.name])
        elif column.nullable:
            found[column.name] = None
    return found


@cache
def _reader(column: Column[Any]) -> Callable[[Any], Any]:
    if isinstance(column.type, UtcDateTime):
        return datetime.fromisoformat
    return date.fromisoformat if isinstance(column.type, Date) else lambda value: value


class _Reader:
    def __init__(self, connection: Connection, orders: Collection[Row]) -> None:
        self._connection = connection
        ids = [row["id"] for row in orders]
        self.found: dict[int, Rows] = {row["id"]: {ORDERS.name: [dict(row)]} for row in orders}
        for table in (LINES, CASES, DECISIONS, PICKUPS, PAYMENTS, REFUNDS, FEES, TRANSFERS, GOODWILL):
            self._take(table, "order_id", {order_id: order_id for order_id in ids})
        cases, payments, fees = (self._owners(table) for table in (CASES, PAYMENTS, FEES))
        for table in (CASE_LINES, CASE_KEYS, MESSAGES, LINKS):
            self._take(table, "case_id", cases)
        self._take(DISPUTES, "payment_row_id", payments)
        self._take(FEE_PAYMENTS, "fee_id", fees)
        self._take_notices(orders)

    def _owners(self, table: Table) -> dict[int, int]:
        """The order's id by that of its row in the table."""
        return {row["id"]: order_id for order_id, rows in self.found.items() for row in rows.get(table.name, ())}

    def _take(self, table: Table, column: str, owners: Mapping[int, int]) -> None:
        keys = sorted(owners)
        for start in range(0, len(keys), _AT_ONCE):
            mine = table.c[column].in_(keys[start : start + _AT_ONCE])
            for row in self._rows(select(table).where(mine).order_by(*table.primary_key)):
                self._put(owners[row[column]], table, row)

    def _take_notices(self, orders: Iterable[Row]) -> None:
        """By the customer, whose notices an index finds; guests have none."""
        owners: dict[tuple[int, str], int] = {}
        numbers: dict[int, set[str]] = defaultdict(set)
        for row in orders:
            if row["customer_id"]:
                owners[row["customer_id"], row["number"]] = row["id"]
                numbers[row["customer_id"]].add(row["number"])
        customers = sorted(numbers)
        for start in range(0, len(customers), _AT_ONCE):
            some = customers[start : start + _AT_ONCE]
            mine = NOTICES.c.customer_id.in_(some)
            theirs = NOTICES.c.order_no.in_(sorted(set().union(*(numbers[customer] for customer in some))))
            for row in self._rows(select(NOTICES).where(mine, theirs).order_by(NOTICES.c.id)):
                if row["order_no"] in numbers[row["customer_id"]]:
                    self._put(owners[row["customer_id"], row["order_no"]], NOTICES, row)

    def _rows(self, query: Select[Any]) -> list[Row]:
        return all_rows(self._connection.execute(query))

    def _put(self, order_id: int, table: Table, row: Row) -> None:
        self.found[order_id].setdefault(table.name, []).append(dict(row))
