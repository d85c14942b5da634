"""Appending events to the chain of an order, or of an actor where there is no order (law 6)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Connection, bindparam, func, insert, literal, select, tuple_, update

from portal.domain.identity.access import Actor
from portal.domain.records.events import CHAIN, END, GENESIS, NewEvent, ended, event_text, linked
from portal.models.account import Customer
from portal.models.event import Chain
from portal.models.event import Event as EventRow
from portal.ports import Vault
from portal.repos.dialects import insert_or_ignore, oldest_open_txid, txid
from portal.repos.kept_texts import KeptTexts
from portal.repos.order_record import OrderRecord
from portal.repos.rows import all_rows, one_row, value_of

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


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldEvent:
    """An event as a timeline tells it. `actor`, `behalf`: keys of who acted, for whom; `text`: its JSON as hashed."""

    kind: str
    at: datetime
    actor: str
    behalf: str | None
    case_no: str | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FedEvent(ToldEvent):
    """An event as the feed gives it, with its place: in the feed (`txid`, `id`), and in its chain."""

    id: int
    txid: int
    seq: int
    hash: str
    previous: str


def order_chain(shop_id: int, number: str) -> str:
    return f"o:{shop_id}:{number}"


def actor_chain(actor: Actor) -> str:
    return f"a:{actor.shop_id}:{actor.key}"


@dataclass(slots=True)
class LooseChain:
    """Of an actor without order, locked."""

    name: str
    head: str
    length: int
    seal: str = ""


@dataclass(frozen=True, slots=True)
class Happened:
    """An event and its number in the chain of its order, or of its actor."""

    chain: OrderRecord | LooseChain
    actor: Actor
    event: NewEvent
    seq: int


@dataclass(frozen=True, slots=True)
class Link:
    """Where in a chain an entry stands, `order_no` None for an actor's chain: after the entry hashed `previous`."""

    order_no: str | None
    seq: int
    previous: str


def entry_row(event: NewEvent, actor: Actor, link: Link, now: datetime, vault: Vault) -> dict[str, Any]:
    """The columns of an entry, its hash under the key of the trail; without `order_id` and `txid`.

    What staff do in a customer's place names how they knew who it was.
    """
    if actor.proof:
        event = replace(event, data=event.data | {"proof": actor.proof})
    text = event_text(
        event,
        shop=str(actor.shop_id),
        order=link.order_no,
        seq=link.seq,
        at=now,
        actor=actor.key,
        behalf=actor.behalf,
    )
    return {
        "shop_id": actor.shop_id,
        "chain": order_chain(actor.shop_id, link.order_no) if link.order_no is not None else actor_chain(actor),
        "seq": link.seq,
        "case_no": event.case_no,
        "kind": event.kind,
        "at": now,
        "actor": actor.key,
        "behalf": actor.behalf,
        "text": text,
        "previous": link.previous,
        "hash": vault.digest(CHAIN, linked(link.previous, text)),
        "key": event.key,
    }


class Events:
    """`work.events`: collected while the service works, written once at the end of the transaction."""

    def __init__(self, connection: Connection, now: datetime, vault: Vault, texts: KeptTexts) -> None:
        self._connection, self._now, self._vault, self._texts = connection, now, vault, texts
        self._waiting: list[Happened] = []
        self._chains: dict[str, LooseChain] = {}
        self._customers: set[int] = set()

    def append(self, record: OrderRecord, actor: Actor, *events: NewEvent) -> None:
        """Events of a locked order. Its customer's version rises, so no page of theirs stays as it was."""
        if record.customer_id:
            self._customers.add(record.customer_id)
        for event in events:
            record.events_count += 1
            self._waiting.append(Happened(record, actor, event, record.events_count))

    def append_without_order(self, actor: Actor, *events: NewEvent, customer_id: int | None = None) -> None:
        """Events that belong to no order, chained per (shop, actor); the chain's row is the lock."""
        if customer_id:
            self._customers.add(customer_id)
        name = actor_chain(actor)
        chain = self._chains.get(name) or self._lock_chain(name)
        for event in events:
            chain.length += 1
            self._waiting.append(Happened(chain, actor, event, chain.length))

    def _lock_chain(self, name: str) -> LooseChain:
        insert_or_ignore(self._connection, CHAINS, [{"name": name, "head": GENESIS, "length": 0}])
        row = one_row(self._connection.execute(select(CHAINS).where(CHAINS.c.name == name).with_for_update()))
        self._chains[name] = LooseChain(name=name, head=row["head"], length=row["length"])
        return self._chains[name]

    def of_order(self, order_id: int) -> list[ToldEvent]:
        """The order's chain, oldest first."""
        rows = all_rows(self._connection.execute(_OF_ORDER, {"order_id": order_id}))
        return [value_of(ToldEvent, row) for row in rows]

    def newest_of_order(self, order_id: int, *, since: int, but: Actor, limit: int = 20) -> list[ToldEvent]:
        """Of the order's chain behind entry `since`, newest first; without what `but` did."""
        told = [EVENTS.c[name] for name in ("kind", "at", "actor", "behalf", "case_no", "text")]
        query = select(*told).where(EVENTS.c.order_id == order_id, EVENTS.c.seq > since, EVENTS.c.actor != but.key)
        rows = all_rows(self._connection.execute(query.order_by(EVENTS.c.seq.desc()).limit(limit)))
        return [value_of(ToldEvent, row) for row in rows]

    def feed(
        self, *, shop_id: int, after: tuple[int, int], limit: int, before: tuple[int, int] | None = None
    ) -> list[FedEvent]:
        """Events between the cursors (txid, id). On PostgreSQL only those no open transaction could still come
        before."""
        place = tuple_(EVENTS.c.txid, EVENTS.c.id)
        query = select(EVENTS).where(EVENTS.c.shop_id == shop_id, place > place_of(after))
        if before is not None:
            query = query.where(place < place_of(before))
        if (oldest := oldest_open_txid(self._connection)) is not None:
            query = query.where(EVENTS.c.txid < oldest)
        rows = all_rows(self._connection.execute(query.order_by(EVENTS.c.txid, EVENTS.c.id).limit(limit)))
        return [value_of(FedEvent, row) for row in rows]

    def settled_before(self) -> tuple[int, int]:
        """The place (txid, id) before which no event of any shop appears any more."""
        if (oldest := oldest_open_txid(self._connection)) is not None:
            return (self._connection.execute(select(oldest)).scalar_one(), 0)
        return (0, (self._connection.execute(select(func.max(EVENTS.c.id))).scalar_one() or 0) + 1)

    def feed_end(self, shop_id: int) -> str:
        """The cursor behind everything that has happened so far, "" where nothing has."""
        place = (EVENTS.c.txid.desc(), EVENTS.c.id.desc())
        query = select(EVENTS.c.txid, EVENTS.c.id).where(EVENTS.c.shop_id == shop_id).order_by(*place).limit(1)
        last = self._connection.execute(query).first()
        return f"{last.txid}-{last.id}" if last else ""

    def get(self, shop_id: int, event_id: int) -> FedEvent:
        """Raises NoResultFound."""
        query = select(EVENTS).where(EVENTS.c.id == event_id, EVENTS.c.shop_id == shop_id)
        return value_of(FedEvent, one_row(self._connection.execute(query)))

    def exists(self, shop_id: int, key: str) -> bool:
        found = select(EVENTS.c.id).where(EVENTS.c.shop_id == shop_id, EVENTS.c.key == key)
        return self._connection.execute(found).first() is not None

    def flush(self) -> None:
        """What happened, in its order, each entry linked to the one before it; then the ends of the chains."""
        if rows := self._rows():
            self._connection.execute(insert(EVENTS).values(txid=txid(self._connection)), rows)
        if self._texts.orders:
            raise RuntimeError("something was written about an order, and no event speaks of it")
        for chain in self._chains.values():
            end = {"head": chain.head, "length": chain.length, "seal": chain.seal}
            self._connection.execute(update(CHAINS).where(CHAINS.c.name == chain.name).values(end))
        if self._customers:
            ids = sorted(self._customers)
            bump = update(CUSTOMERS).where(CUSTOMERS.c.id.in_(ids)).values(version=CUSTOMERS.c.version + 1)
            self._connection.execute(bump)

    def _rows(self) -> list[dict[str, Any]]:
        """The last entry of an order carries what was written about it in this transaction."""
        last = {id(happened.chain): happened for happened in self._waiting}
        return [self._row(happened, is_last=last[id(happened.chain)] is happened) for happened in self._waiting]

    def _row(self, happened: Happened, *, is_last: bool) -> dict[str, Any]:
        chain, event, order_id = happened.chain, happened.event, None
        if isinstance(chain, OrderRecord):
            order_id = chain.id
            if is_last and (kept := self._texts.take(chain.id)):
                event = replace(event, data=event.data | {"kept": kept})
        order_no = chain.order.no if isinstance(chain, OrderRecord) else None
        row = entry_row(event, happened.actor, Link(order_no, happened.seq, chain.head), self._now, self._vault)
        chain.head = row["hash"]
        if is_last:
            chain.seal = self._vault.digest(END, ended(row["chain"], happened.seq, chain.head))
        return row | {"order_id": order_id}
