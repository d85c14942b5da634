"""Appending events to the chain of an order, or of an actor where there is no order (law 6)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Connection, bindparam, insert, literal, select, tuple_, update

from portal.domain.identity.access import Actor
from portal.domain.records.events import GENESIS, NewEvent, chain_hash, event_text
from portal.models.account import Customer
from portal.models.event import Chain
from portal.models.event import Event as EventRow
from portal.repos.dialects import insert_or_ignore, oldest_open_txid, txid
from portal.repos.order_record import OrderRecord
from portal.repos.rows import Row, all_rows, one_row

EVENTS = EventRow.__table__
CHAINS = Chain.__table__
CUSTOMERS = Customer.__table__


def place_of(after: tuple[int, int]) -> ColumnElement[Any]:
    """(txid, id) for comparing with the columns: both outgrow what a parameter is taken for by itself."""
    return tuple_(*(literal(number, BigInteger) for number in after))


_OF_ORDER = (
    select(EVENTS.c.kind, EVENTS.c.at, EVENTS.c.actor, EVENTS.c.behalf, EVENTS.c.case_no, EVENTS.c.text)
    .where(EVENTS.c.order_id == bindparam("order_id"))
    .order_by(EVENTS.c.seq)
)


def order_chain(shop_id: int, number: str) -> str:
    return f"o:{shop_id}:{number}"


class Events:
    """`work.events`: collected while the service works, written once at the end of the transaction."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection, self._now = connection, now
        self._waiting: list[dict[str, Any]] = []
        self._customers: set[int] = set()

    def append(self, record: OrderRecord, actor: Actor, *events: NewEvent) -> None:
        """Events of a locked order. Its customer's version rises, so no page of theirs stays as it was."""
        if record.customer_id:
            self._customers.add(record.customer_id)
        for event in events:
            record.events_count += 1
            text = self._text(event, actor, record.order.no, record.events_count)
            self._add(
                event, actor, order_chain(record.shop_id, record.order.no), record.events_count, record.head, text
            )
            self._waiting[-1]["order_id"] = record.id
            record.head = self._waiting[-1]["hash"]

    def append_without_order(self, actor: Actor, *events: NewEvent, customer_id: int | None = None) -> None:
        """Events that belong to no order, chained per (shop, actor); the chain's row is the lock."""
        if customer_id:
            self._customers.add(customer_id)
        name = f"a:{actor.shop_id}:{actor.key}"
        row = {"name": name, "head": GENESIS, "length": 0}
        insert_or_ignore(self._connection, CHAINS, [row])
        chain = one_row(self._connection.execute(select(CHAINS).where(CHAINS.c.name == name).with_for_update()))
        head, length = chain["head"], chain["length"]
        for event in events:
            length += 1
            self._add(event, actor, name, length, head, self._text(event, actor, None, length))
            head = self._waiting[-1]["hash"]
        self._connection.execute(update(CHAINS).where(CHAINS.c.name == name).values(head=head, length=length))

    def of_order(self, order_id: int) -> list[Row]:
        """The order's chain, oldest first: (kind, at, actor, behalf, case_no, text)."""
        return all_rows(self._connection.execute(_OF_ORDER, {"order_id": order_id}))

    def feed(self, *, shop_id: int | None, after: tuple[int, int], limit: int) -> list[Row]:
        """Events after the cursor (txid, id). On PostgreSQL only those no open transaction could still come before."""
        place = tuple_(EVENTS.c.txid, EVENTS.c.id)
        query = select(EVENTS).where(place > place_of(after))
        if shop_id is not None:
            query = query.where(EVENTS.c.shop_id == shop_id)
        if (oldest := oldest_open_txid(self._connection)) is not None:
            query = query.where(EVENTS.c.txid < oldest)
        return all_rows(self._connection.execute(query.order_by(EVENTS.c.txid, EVENTS.c.id).limit(limit)))

    def exists(self, shop_id: int, key: str) -> bool:
        found = select(EVENTS.c.id).where(EVENTS.c.shop_id == shop_id, EVENTS.c.key == key)
        return self._connection.execute(found).first() is not None

    def flush(self) -> None:
        if self._waiting:
            self._connection.execute(insert(EVENTS).values(txid=txid(self._connection)), self._waiting)
        if self._customers:
            ids = sorted(self._customers)
            bump = update(CUSTOMERS).where(CUSTOMERS.c.id.in_(ids)).values(version=CUSTOMERS.c.version + 1)
            self._connection.execute(bump)

    def _text(self, event: NewEvent, actor: Actor, order: str | None, seq: int) -> str:
        return event_text(
            event,
            shop=str(actor.shop_id),
            order=order,
            seq=seq,
            at=self._now,
            actor=actor.key,
            behalf=actor.behalf,
        )

    def _add(self, event: NewEvent, actor: Actor, chain: str, seq: int, previous: str, text: str) -> None:
        self._waiting.append(
            {
                "shop_id": actor.shop_id,
                "chain": chain,
                "seq": seq,
                "order_id": None,
                "case_no": event.case_no,
                "kind": event.kind,
                "at": self._now,
                "actor": actor.key,
                "behalf": actor.behalf,
                "text": text,
                "previous": previous,
                "hash": chain_hash(previous, text),
                "key": event.key,
            }
        )
