"""Orders: lock, load, save the difference."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, bindparam, select, update

from portal.domain.applying.returnable import goods_there
from portal.domain.codec import to_plain
from portal.domain.errors import NotFound
from portal.domain.identity.access import Actor, ActorKind
from portal.domain.orders.card import PICTURES, card_of
from portal.domain.orders.order import TAB_OF, Order
from portal.domain.refunds.refund import Refund
from portal.domain.typed import as_key
from portal.models.account import Customer
from portal.models.order import Order as OrderRow
from portal.models.order import OrderLine, Payment, TrackingNumber
from portal.models.refund import Refund as RefundRow
from portal.repos.archived import Archived
from portal.repos.dialects import insert_or_ignore
from portal.repos.order_record import OrderRecord
from portal.repos.order_rows import kept_with_line, kept_with_order, line_facts, order_facts, payment_facts
from portal.repos.refund_rows import refund_of
from portal.repos.rows import Row, all_rows, row_or_none, value_of

ORDERS = OrderRow.__table__
LINES = OrderLine.__table__
CUSTOMERS = Customer.__table__
PAYMENTS = Payment.__table__
REFUNDS = RefundRow.__table__
TRACKING = TrackingNumber.__table__


def owned_by(query: Select[Any], actor: Actor) -> Select[Any]:
    """Only what the actor may see: the shop is a wall, the owner is in the SQL (laws 7 and 12)."""
    query = query.where(ORDERS.c.shop_id == actor.shop_id)
    if actor.kind == "declarant":
        return query.where(ORDERS.c.id < 0)
    if actor.kind == "shopper":
        query = query.where(ORDERS.c.customer_id == actor.id)
        return query if actor.only is None else query.where(ORDERS.c.number.in_(actor.only))
    if actor.kind == "guest":
        return query.where(ORDERS.c.number == actor.order_no)
    return query


Side = tuple[ActorKind, bool]
"""What decides which rows an actor may see: the kind, and whether orders are named."""


def side_of(actor: Actor) -> Side:
    return actor.kind, actor.only is not None


def anybody(side: Side) -> Actor:
    """An actor whose ids come with the execution (`ids_of`): a page's statement is put together once, not each time."""
    kind, is_limited = side
    ids: Any = {
        "shop_id": bindparam("actor_shop"),
        "id": bindparam("actor_id"),
        "order_no": bindparam("actor_order"),
        "only": bindparam("actor_only", expanding=True) if is_limited else None,
    }
    return Actor(kind=kind, **ids)


def ids_of(actor: Actor) -> dict[str, Any]:
    """The values for a statement made for `anybody`."""
    return {
        "actor_shop": actor.shop_id,
        "actor_id": actor.id,
        "actor_order": actor.order_no,
        "actor_only": list(actor.only or ()),
    }


@cache
def _numbered(side: Side, *, for_update: bool) -> Select[Any]:
    query = owned_by(select(ORDERS), anybody(side)).where(ORDERS.c.number == bindparam("number"))
    return query.with_for_update() if for_update else query


_CHANGE_ORDER = update(ORDERS).where(ORDERS.c.id == bindparam("row"))
_CHANGE_LINE = update(LINES).where(LINES.c.id == bindparam("row"))
_CHANGES_OF_LINE = ("claimed", "gone", "cancelled", "shipped", "delivered", "faulted", "guarantee_until")
_CHANGE_PAYMENT = update(PAYMENTS).where(PAYMENTS.c.id == bindparam("row"))
_LINES_OF = select(LINES).where(LINES.c.order_id == bindparam("order_id")).order_by(LINES.c.position)
_PAYMENT = tuple(column.label(f"p_{column.name}") for column in PAYMENTS.c)
_PAYMENTS_OF = select(*_PAYMENT).where(PAYMENTS.c.order_id == bindparam("order_id")).order_by(PAYMENTS.c.id)
_REFUNDED_PAYMENTS_OF = (
    select(*_PAYMENT, REFUNDS)
    .select_from(
        # By the order as well, which has the index: refunds of all payments are many.
        PAYMENTS.outerjoin(
            REFUNDS, (REFUNDS.c.order_id == PAYMENTS.c.order_id) & (REFUNDS.c.payment_row_id == PAYMENTS.c.id)
        )
    )
    .where(PAYMENTS.c.order_id == bindparam("order_id"))
    .order_by(REFUNDS.c.id, PAYMENTS.c.id)
)


_CONTACTS = (
    select(ORDERS.c.id, ORDERS.c.number, ORDERS.c.ship_to, ORDERS.c.extra)
    .add_columns(CUSTOMERS.c.phone, CUSTOMERS.c.mail, CUSTOMERS.c.locale, CUSTOMERS.c.zone)
    .outerjoin(CUSTOMERS, CUSTOMERS.c.id == ORDERS.c.customer_id)
    .where(ORDERS.c.shop_id == bindparam("shop"), ORDERS.c.number_key == bindparam("number_key"))
    .limit(2)
)


def tracking_rows(shop_id: int, order_id: int, shipments: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Under which numbers an order's parcels, as its row keeps them, are looked up; each once."""
    numbers = dict.fromkeys(parcel["tracking_no"] for parcel in shipments if parcel["tracking_no"])
    return [{"shop_id": shop_id, "tracking_no": number, "order_id": order_id} for number in numbers]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderContacts:
    """Who can be reached about an order: as its feed says (`ship_to`, `extra`), and its customer, None where it has
    none."""

    id: int
    number: str
    ship_to: dict[str, Any]
    extra: dict[str, Any]
    phone: str | None
    mail: str | None
    locale: str | None
    zone: str | None


class Orders:
    """`work.orders`. Whoever locks one that is in the archive has it brought back first; `say` is told of it."""

    def __init__(self, connection: Connection, archived: Archived, say: Callable[[OrderRecord], None]) -> None:
        self._connection, self._archived, self._say = connection, archived, say
        self._locked: dict[int, OrderRecord] = {}

    def get(self, number: str, actor: Actor) -> OrderRecord:
        """The order as it is, without a lock. Raises NotFound, also for what belongs to somebody else."""
        return self._load(*self._of(actor, number))

    def get_with_refunds(self, number: str, actor: Actor) -> tuple[OrderRecord, list[Refund]]:
        """For the order's page: payments and the refunds to them come in one query; refunds oldest first."""
        record = self._load(*self._of(actor, number), with_refunds=True)
        return record, record.refunds

    def find_contacts(self, shop_id: int, number: str) -> OrderContacts | None:
        """In one statement whether or not there is one. The number as somebody typed it: the order of that very number,
        else the only one that differs in how it is written."""
        found = all_rows(self._connection.execute(_CONTACTS, {"shop": shop_id, "number_key": as_key(number)}))
        exact = [row for row in found if row["number"] == number]
        only = exact or found
        return value_of(OrderContacts, only[0]) if len(only) == 1 else None

    def get_for_update(self, number: str, actor: Actor) -> OrderRecord:
        """The same, its row locked first (law 5)."""
        return self._remember(self._load(*self._of(actor, number, for_update=True)))

    def get_by_id_for_update(self, order_id: int) -> OrderRecord:
        """Raises NotFound. One of the archive is brought back."""
        if order_id in self._locked:
            return self._locked[order_id]
        mine = select(ORDERS).where(ORDERS.c.id == order_id).with_for_update()
        try:
            return self._remember(self._load(mine))
        except NotFound:
            # Where somebody else was bringing it back meanwhile, it is there now.
            is_back = self._archived.bring_back(order_id)
        record = self._remember(self._load(mine))
        if is_back:
            self._say(record)
        return record

    def find_for_update(self, shop_id: int, number: str) -> OrderRecord | None:
        query = select(ORDERS).where(ORDERS.c.shop_id == shop_id, ORDERS.c.number == number)
        try:
            return self._remember(self._load(query.with_for_update()))
        except NotFound:
            return None

    def unpaid_past(self, moment: datetime, limit: int) -> list[int]:
        """Ids of unpaid orders whose time to pay is over, the longest first."""
        query = select(ORDERS.c.id).where(ORDERS.c.state == "awaiting_payment", ORDERS.c.pay_by < moment)
        return list(self._connection.execute(query.order_by(ORDERS.c.pay_by).limit(limit)).scalars())

    def numbers_of(self, order_ids: Collection[int]) -> dict[int, str]:
        """By id."""
        query = select(ORDERS.c.id, ORDERS.c.number).where(ORDERS.c.id.in_(order_ids)).order_by(ORDERS.c.id)
        return {row.id: row.number for row in self._connection.execute(query)}

    def save(self, record: OrderRecord, after: Order) -> None:
        """Stores what differs between `record.order` and `after`: counters of lines and payments, state and tab.

        The order row itself is written once, at the end of the unit of work, with the event chain's head.
        """
        before = {line.id: line for line in record.order.lines}
        lines = [
            {"row": record.lines[line.id].id, "refunded_minor": line.refunded}
            | {name: getattr(line, name) for name in _CHANGES_OF_LINE}
            for line in after.lines
            if line != before[line.id]
        ]
        if lines:
            self._connection.execute(_CHANGE_LINE, lines)
        self._save_payments(record, after)
        record.takes(
            {
                "status": after.status,
                "state": after.state,
                "tab": TAB_OF[after.state],
                "freight_returned": after.freight_returned,
                "waiting_case": after.waiting_case,
                "card": to_plain(card_of(after, self._pictures(record), goods_there(after))),
            }
        )
        if after.shipments != record.order.shipments:
            record.takes({"shipments": to_plain(after.shipments)})
        record.order = after

    @staticmethod
    def _pictures(record: OrderRecord) -> tuple[tuple[str, str], ...]:
        return tuple((line.title, line.image_url) for line in list(record.lines.values())[:PICTURES])

    def _save_payments(self, record: OrderRecord, after: Order) -> None:
        before = {payment.id: payment for payment in record.order.payments}
        changed = [
            {
                "row": record.payment_ids[payment.id],
                "refunded_minor": payment.refunded,
                "in_flight_minor": payment.in_flight,
            }
            for payment in after.payments
            if payment != before[payment.id]
        ]
        if changed:
            self._connection.execute(_CHANGE_PAYMENT, changed)

    def flush(self) -> None:
        """Writes each changed order row, once: its changes, the next version, the head of its chain."""
        for record in self._locked.values():
            if values := record.unsaved():
                self._connection.execute(_CHANGE_ORDER, values | {"row": record.id})
                if parcels := tracking_rows(record.shop_id, record.id, values.get("shipments", ())):
                    insert_or_ignore(self._connection, TRACKING, parcels)

    def _remember(self, record: OrderRecord) -> OrderRecord:
        self._locked[record.id] = record
        return record

    @staticmethod
    def _of(actor: Actor, number: str, *, for_update: bool = False) -> tuple[Select[Any], dict[str, Any]]:
        return _numbered(side_of(actor), for_update=for_update), ids_of(actor) | {"number": number}

    def _load(
        self, query: Select[Any], values: dict[str, Any] | None = None, *, with_refunds: bool = False
    ) -> OrderRecord:
        row = row_or_none(self._connection.execute(query, values))
        if row is None:
            raise NotFound("order")
        return self.read_row(row, with_refunds=with_refunds)

    def read_row(self, row: Row, *, with_refunds: bool = False) -> OrderRecord:
        """The order of a row that was read with something else."""
        line_rows = all_rows(self._connection.execute(_LINES_OF, {"order_id": row["id"]}))
        payment_rows, refunds = self._payments(row["id"], with_refunds=with_refunds)
        currency, payments = row["currency"], payment_rows.values()
        lines = tuple(line_facts(line, currency) for line in line_rows)
        facts = order_facts(row, lines, tuple(payment_facts(payment, currency) for payment in payments))
        return OrderRecord(
            id=row["id"],
            shop_id=row["shop_id"],
            customer_id=row["customer_id"],
            order=facts,
            loaded=facts,
            kept=kept_with_order(row),
            lines={line["line_id"]: kept_with_line(line) for line in line_rows},
            payment_ids={payment_id: payment["p_id"] for payment_id, payment in payment_rows.items()},
            head=row["head"],
            events_count=row["events_count"],
            after_sales=row["after_sales"],
            refunds=refunds,
        )

    def _payments(self, order_id: int, *, with_refunds: bool) -> tuple[dict[str, Row], list[Refund]]:
        query = _REFUNDED_PAYMENTS_OF if with_refunds else _PAYMENTS_OF
        found: dict[str, Row] = {}
        refunds: list[Refund] = []
        for row in all_rows(self._connection.execute(query, {"order_id": order_id})):
            found[row["p_payment_id"]] = row
            if with_refunds and row["id"] is not None:
                refunds.append(refund_of(row, row["p_payment_id"]))
        return dict(sorted(found.items(), key=lambda item: int(item[1]["p_id"]))), refunds
