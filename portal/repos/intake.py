"""Orders coming in: new ones set-based, a few statements for any number of them; newer versions of stored ones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, Table, delete, func, insert, select, text, union_all, update

from portal.domain.codec import to_plain
from portal.domain.identity.access import Actor
from portal.domain.intake.imported_order import ImportedCustomer, ImportedOrder, ShipTo
from portal.domain.orders.order import Order, Payment
from portal.domain.records.events import END, GENESIS, NewEvent, ended
from portal.domain.typed import searched
from portal.models.account import Customer as CustomerRow
from portal.ports import Vault
from portal.repos.archived import ARCHIVED
from portal.repos.bulk import add_rows
from portal.repos.dialects import txid, upsert_in
from portal.repos.events import EVENTS, Link, entry_row
from portal.repos.intake_rows import (
    NewOrder,
    address_of,
    customer_values,
    extra_of,
    line_values,
    order_values,
    payment_values,
)
from portal.repos.order_record import OrderRecord
from portal.repos.order_rows import kept_with_line
from portal.repos.orders import LINES, ORDERS, PAYMENTS, TRACKING, tracking_rows
from portal.repos.rows import all_rows

CUSTOMERS = CustomerRow.__table__
_INTAKE_LOCK = 0x0DE75
_KEPT_ON_MERGE = frozenset("number law_version_id shop_version_id ship_to recipient search feed_refunds extra".split())


class KnownOrder(NamedTuple):
    """An order that is in."""

    id: int
    updated_at: datetime
    digest: str


class Intake:
    """`work.intake`."""

    def __init__(self, connection: Connection, now: datetime, vault: Vault) -> None:
        self._connection, self._now, self._vault = connection, now, vault
        self._is_postgresql = connection.dialect.name == "postgresql"

    @property
    def is_the_only_writer(self) -> bool:
        """Whether nobody else can write anything meanwhile, as on SQLite."""
        return not self._is_postgresql

    def lock_new_orders(self, shop_id: int) -> None:
        """Until the transaction ends nobody else adds orders to the shop. SQLite has one writer anyway."""
        if self._is_postgresql:
            self._connection.execute(select(func.pg_advisory_xact_lock(_INTAKE_LOCK, shop_id)))

    def known(self, shop_id: int, numbers: Sequence[str]) -> dict[str, KnownOrder]:
        """Those that are in the archive as well: a number never comes to a second order."""
        query = union_all(
            *(
                select(table.c.number, key.label("id"), table.c.updated_at, table.c.digest).where(
                    table.c.shop_id == shop_id, table.c.number.in_(numbers)
                )
                for table, key in ((ORDERS, ORDERS.c.id), (ARCHIVED, ARCHIVED.c.order_id))
            )
        )
        return {row.number: KnownOrder(row.id, row.updated_at, row.digest) for row in self._connection.execute(query)}

    def add(self, actor: Actor, orders: Sequence[NewOrder], events: Sequence[NewEvent]) -> list[int]:
        """Stores orders that are not in yet, each with its first event; their ids. The caller holds new orders.

        Eight statements for any number: ids, customers, the transaction's number, orders, lines, payments, events and
        tracking numbers.
        """
        ids = self._next_ids(ORDERS, len(orders))
        customers = [new.taken.customer for new in orders if new.taken.customer]
        owners = self.customer_ids(actor.shop_id, customers)
        order_rows, line_rows, payment_rows, event_rows, parcel_rows = [], [], [], [], []
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
                    "seal": self._vault.digest(END, ended(first["chain"], 1, first["hash"])),
                }
            )
            line_rows += self._lines_of(actor.shop_id, order_id, new)
            payment_rows += self._payments_of(actor.shop_id, order_id, new.order.payments)
            event_rows.append(first | {"txid": number})
            parcel_rows += tracking_rows(actor.shop_id, order_id, order_rows[-1]["shipments"])
        written = {ORDERS: order_rows, LINES: line_rows, PAYMENTS: payment_rows, EVENTS: event_rows}
        for table, rows in (written | {TRACKING: parcel_rows}).items():
            add_rows(self._connection, table, rows)
        return ids

    def customer_ids(self, shop_id: int, customers: Iterable[ImportedCustomer]) -> dict[str, int]:
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
        found = self._connection.execute(_customers_written(self._connection.dialect.name), rows)
        return {row.external_id: row.id for row in found}

    def replace_lines(self, record: OrderRecord, new: NewOrder) -> None:
        """Lines, payments and header of an order nobody has touched, as the newer version has them."""
        for table in (LINES, PAYMENTS):
            self._connection.execute(delete(table).where(table.c.order_id == record.id))
        self._connection.execute(insert(LINES), self._lines_of(record.shop_id, record.id, new))
        self.add_payments(record, new.order.payments)
        rows = self._connection.execute(select(LINES).where(LINES.c.order_id == record.id).order_by(LINES.c.position))
        record.lines = {row["line_id"]: kept_with_line(row) for row in all_rows(rows)}
        record.order = new.order
        record.takes({name: value for name, value in order_values(new).items() if name not in _KEPT_ON_MERGE})

    def take_version(self, record: OrderRecord, new: NewOrder) -> None:
        """Which version of the feed's the order is in now, with what is said again in every one."""
        dates = {"updated_at": new.taken.updated_at, "ship_due_at": new.ship_due_at}
        record.takes(dates | {"digest": new.digest, "feed_refunds": to_plain(new.feed_refunds)})

    def take_dates(self, record: OrderRecord, order: Order) -> None:
        """What moves on an order that is frozen otherwise: its dates, where it is paid, its parcels."""
        pay = {"pay_by": order.pay_by, "pay_url": order.pay_url}
        record.takes(pay | {"promised_ship_by": order.promised_ship_by, "shipments": to_plain(order.shipments)})

    def take_owner(self, record: OrderRecord, customer: ImportedCustomer) -> None:
        """Whose the order is by the newer version."""
        record.customer_id = self.customer_ids(record.shop_id, [customer])[customer.id]
        record.takes({"customer_id": record.customer_id})

    def take_address(self, record: OrderRecord, ship_to: ShipTo) -> None:
        """The feed's own address, in place of what was known."""
        found = {"ship_to": address_of(ship_to), "recipient": ship_to.name, "country": ship_to.country}
        record.takes(found | {"search": searched(record.order.no, ship_to.name)})

    def take_extra(self, record: OrderRecord, taken: ImportedOrder) -> None:
        """Invoice, waived freight, the feed's address; what the newer version does not say stays as it was known."""
        record.takes({"extra": {**record.kept.extra, **extra_of(taken)}})

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
                mine = LINES.c.id == record.lines[line.id].id
                self._connection.execute(update(LINES).where(mine).values(stock_problem=line.stock_problem))

    @staticmethod
    def _lines_of(shop_id: int, order_id: int, new: NewOrder) -> list[dict[str, Any]]:
        rows = zip(new.taken.lines, new.order.lines, strict=True)
        return [
            line_values(taken, line, position) | {"shop_id": shop_id, "order_id": order_id}
            for position, (taken, line) in enumerate(rows)
        ]

    @staticmethod
    def _payments_of(shop_id: int, order_id: int, payments: Sequence[Payment]) -> list[dict[str, Any]]:
        return [payment_values(payment) | {"shop_id": shop_id, "order_id": order_id} for payment in payments]

    def _event_row(self, actor: Actor, order_id: int, order_no: str, event: NewEvent) -> dict[str, Any]:
        """The first of an order's chain."""
        return entry_row(event, actor, Link(order_no, 1, GENESIS), self._now, self._vault) | {"order_id": order_id}

    def _next_ids(self, table: Table, count: int) -> list[int]:
        """Ids for rows to come, so that their parts need not wait for them."""
        if self._is_postgresql:
            query = text("SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :count)")
            return [int(row[0]) for row in self._connection.execute(query, {"name": table.name, "count": count})]
        last = self._connection.execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one()
        return list(range(last + 1, last + 1 + count))


@cache
def _customers_written(dialect: str) -> Any:
    """Customers of the feed, what it does not say left as it was. An import writes them for each batch: put together
    once, because that takes longer than writing them."""
    statement = upsert_in(dialect, CUSTOMERS)
    said = statement.excluded
    changes: dict[str, Any] = {
        name: func.coalesce(func.nullif(said[name], ""), CUSTOMERS.c[name])
        for name in ("name", "phone", "mail", "phone_key", "phone_end", "mail_key", "locale", "zone")
    }
    statement = statement.on_conflict_do_update(
        index_elements=["shop_id", "external_id"], set_=changes | {"version": CUSTOMERS.c.version + 1}
    )
    return statement.returning(CUSTOMERS.c.external_id, CUSTOMERS.c.id)
