"""Orders coming in: new ones set-based, a few statements for any number of them; newer versions of stored ones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Table, delete, func, insert, select, text, update

from portal.domain.identity.access import Actor
from portal.domain.intake.taken_order import Customer
from portal.domain.orders.order import Order, Payment
from portal.domain.records.events import GENESIS, Event, chain_hash, event_text
from portal.models.account import Customer as CustomerRow
from portal.repos.bulk import add_rows
from portal.repos.dialects import txid, upsert
from portal.repos.events import EVENTS, order_chain
from portal.repos.intake_rows import NewOrder, customer_values, line_values, order_values, payment_values
from portal.repos.orders import LINES, ORDERS, PAYMENTS, OrderRecord

CUSTOMERS = CustomerRow.__table__
_INTAKE_LOCK = 0x0DE75


class Known(NamedTuple):
    """An order that is in."""

    id: int
    updated_at: datetime
    digest: str


class Intake:
    """`work.intake`."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection, self._now = connection, now
        self._is_postgresql = connection.dialect.name == "postgresql"

    def hold_new_orders(self, shop_id: int) -> None:
        """Until the transaction ends nobody else adds orders to the shop. SQLite has one writer anyway."""
        if self._is_postgresql:
            self._connection.execute(select(func.pg_advisory_xact_lock(_INTAKE_LOCK, shop_id)))

    def known(self, shop_id: int, numbers: Sequence[str]) -> dict[str, Known]:
        query = select(ORDERS.c.number, ORDERS.c.id, ORDERS.c.updated_at, ORDERS.c.digest).where(
            ORDERS.c.shop_id == shop_id, ORDERS.c.number.in_(numbers)
        )
        return {row.number: Known(row.id, row.updated_at, row.digest) for row in self._connection.execute(query)}

    def add(self, actor: Actor, orders: Sequence[NewOrder], events: Sequence[Event]) -> list[int]:
        """Stores orders that are not in yet, each with its first event; their ids. The caller holds new orders.

        Seven statements for any number: ids, customers, the transaction's number, orders, lines, payments, events.
        """
        ids = self._next_ids(ORDERS, len(orders))
        customers = [new.taken.customer for new in orders if new.taken.customer]
        owners = self.customer_ids(actor.shop_id, customers)
        order_rows, line_rows, payment_rows, event_rows = [], [], [], []
        number = self._connection.execute(select(txid(self._connection))).scalar_one()
        for order_id, new, event in zip(ids, orders, events, strict=True):
            first = self._event_row(actor, order_id, new.order.no, event)
            customer = new.taken.customer
            order_rows.append(
                order_values(new)
                | {
                    "id": order_id,
                    "shop_id": actor.shop_id,
                    "customer_id": owners[customer.id] if customer else None,
                    "freight_returned": False,
                    "refund_state": "",
                    "waiting_case": None,
                    "after_sales": False,
                    "cancelled_at": self._now if new.order.state == "cancelled" else None,
                    "cancelled_by": "feed" if new.order.state == "cancelled" else None,
                    "version": 1,
                    "events_count": 1,
                    "head": first["hash"],
                }
            )
            line_rows += self._lines_of(actor.shop_id, order_id, new)
            payment_rows += self._payments_of(actor.shop_id, order_id, new.order.payments)
            event_rows.append(first | {"txid": number})
        for table, rows in ((ORDERS, order_rows), (LINES, line_rows), (PAYMENTS, payment_rows), (EVENTS, event_rows)):
            add_rows(self._connection, table, rows)
        return ids

    def customer_ids(self, shop_id: int, customers: Iterable[Customer]) -> dict[str, int]:
        """Row ids by the shop's own id; new ones are made. What the feed does not say stays as it was known.

        Their version rises: their list of orders is not what it was.
        """
        latest = {customer.id: customer for customer in customers}
        if not latest:
            return {}
        rows = [
            customer_values(latest[name]) | {"shop_id": shop_id, "version": 1, "created_at": self._now}
            for name in sorted(latest)
        ]
        statement = upsert(self._connection, CUSTOMERS)
        said = statement.excluded
        changes: dict[str, Any] = {
            name: func.coalesce(func.nullif(said[name], ""), CUSTOMERS.c[name])
            for name in ("name", "phone", "mail", "locale", "zone")
        }
        statement = statement.on_conflict_do_update(
            index_elements=["shop_id", "external_id"], set_=changes | {"version": CUSTOMERS.c.version + 1}
        )
        found = self._connection.execute(statement.returning(CUSTOMERS.c.external_id, CUSTOMERS.c.id), rows)
        return {row.external_id: row.id for row in found}

    def replace_lines(self, record: OrderRecord, new: NewOrder) -> None:
        """The lines and payments of an order nobody has touched, as the newer version has them."""
        for table in (LINES, PAYMENTS):
            self._connection.execute(delete(table).where(table.c.order_id == record.id))
        self._connection.execute(insert(LINES), self._lines_of(record.shop_id, record.id, new))
        self.add_payments(record, new.order.payments)
        rows = self._connection.execute(select(LINES).where(LINES.c.order_id == record.id).order_by(LINES.c.position))
        record.line_rows = {row["line_id"]: row for row in rows.mappings()}
        record.order = new.order

    def add_payments(self, record: OrderRecord, payments: Sequence[Payment]) -> None:
        """New payments of a stored order; `record` knows their row ids from then on."""
        if not payments:
            return
        self._connection.execute(insert(PAYMENTS), self._payments_of(record.shop_id, record.id, payments))
        found = self._connection.execute(
            select(PAYMENTS.c.payment_id, PAYMENTS.c.id).where(PAYMENTS.c.order_id == record.id)
        )
        record.payment_ids = {row.payment_id: row.id for row in found}

    def set_captured(self, record: OrderRecord, payment: Payment) -> None:
        mine = PAYMENTS.c.id == record.payment_ids[payment.id]
        self._connection.execute(update(PAYMENTS).where(mine).values(captured_minor=payment.captured.minor))

    def set_stock_problems(self, record: OrderRecord, after: Order) -> None:
        """What the feed reports of lines that are otherwise frozen."""
        before = {line.id: line.stock_problem for line in record.order.lines}
        for line in after.lines:
            if line.stock_problem != before.get(line.id):
                mine = LINES.c.id == record.line_rows[line.id]["id"]
                self._connection.execute(update(LINES).where(mine).values(stock_problem=line.stock_problem))

    @staticmethod
    def _lines_of(shop_id: int, order_id: int, new: NewOrder) -> list[dict[str, Any]]:
        rows = zip(new.taken.lines, new.order.lines, new.windows, strict=True)
        return [
            line_values(taken, line, position, windows) | {"shop_id": shop_id, "order_id": order_id}
            for position, (taken, line, windows) in enumerate(rows)
        ]

    @staticmethod
    def _payments_of(shop_id: int, order_id: int, payments: Sequence[Payment]) -> list[dict[str, Any]]:
        return [payment_values(payment) | {"shop_id": shop_id, "order_id": order_id} for payment in payments]

    def _event_row(self, actor: Actor, order_id: int, order_no: str, event: Event) -> dict[str, Any]:
        """The first of an order's chain."""
        written = event_text(
            event, shop=str(actor.shop_id), order=order_no, seq=1, at=self._now, actor=actor.key, behalf=actor.behalf
        )
        return {
            "shop_id": actor.shop_id,
            "chain": order_chain(actor.shop_id, order_no),
            "seq": 1,
            "order_id": order_id,
            "case_no": None,
            "kind": event.kind,
            "at": self._now,
            "actor": actor.key,
            "behalf": actor.behalf,
            "text": written,
            "previous": GENESIS,
            "hash": chain_hash(GENESIS, written),
            "key": None,
        }

    def _next_ids(self, table: Table, count: int) -> list[int]:
        """Ids for rows to come, so that their parts need not wait for them."""
        if self._is_postgresql:
            query = text("SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :count)")
            return [int(row[0]) for row in self._connection.execute(query, {"name": table.name, "count": count})]
        last = self._connection.execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one()
        return list(range(last + 1, last + 1 + count))
