"""The event table as an auditor reads it: every chain from its first entry, and where each ought to end."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    bindparam,
    func,
    insert,
    literal,
    select,
    tuple_,
    update,
)

from portal.domain.records.audit import AuditSeal, Entry, sealed_entry
from portal.models.archive import ArchivedOrder
from portal.models.event import AuditSeal as AuditSealRow
from portal.models.event import Chain, Event, SignedHead
from portal.models.order import Order
from portal.repos.dialects import insert_or_ignore, oldest_open_txid
from portal.repos.events import order_chain, place_of
from portal.repos.kept_texts import COVERED
from portal.repos.rows import all_rows, each_row, row_or_none

EVENTS = Event.__table__
CHAINS = Chain.__table__
ORDERS = Order.__table__
ARCHIVED = ArchivedOrder.__table__
SEALS = AuditSealRow.__table__
HEADS = SignedHead.__table__
_AT_ONCE = 1_000
_AS_IT_IS = "id shop_id chain seq order_id kind at actor behalf text previous hash".split()

Place = tuple[int, int]
"""How far the events have been read, as the feed counts: (txid, id)."""


def _order_ends(table: Table, key: ColumnElement[int]) -> Select[Any]:
    """The next of these rows, orders or archived ones, with the ends of their chains."""
    ends = (table.c.shop_id, table.c.number, table.c.events_count, table.c.head)
    mine = select(key.label("id"), *ends).where(key > bindparam("last"), table.c.events_count > 0)
    return mine.order_by(key).limit(_AT_ONCE)


def hold_still(connection: Connection) -> None:
    """First in a transaction: everything read in it is of one moment, as on SQLite anyway."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")


def all_events(connection: Connection) -> Iterator[Entry]:
    """Chain after chain, each by seq, a thousand in memory at a time; the ends are read at the same moment."""
    ends = {
        "end_length": func.coalesce(ORDERS.c.events_count, ARCHIVED.c.events_count, CHAINS.c.length),
        "end_head": func.coalesce(ORDERS.c.head, ARCHIVED.c.head, CHAINS.c.head),
        "end_seal": func.coalesce(ORDERS.c.seal, ARCHIVED.c.seal, CHAINS.c.seal),
    }
    columns = [EVENTS.c[name] for name in _AS_IT_IS]
    number = func.coalesce(ORDERS.c.number, ARCHIVED.c.number, "")
    known = (number.label("number"), func.coalesce(EVENTS.c.case_no, "").label("case_no"))
    query = (
        select(*columns, *known, *(value.label(name) for name, value in ends.items()))
        .outerjoin(ORDERS, ORDERS.c.id == EVENTS.c.order_id)
        .outerjoin(ARCHIVED, ARCHIVED.c.order_id == EVENTS.c.order_id)
        .outerjoin(CHAINS, CHAINS.c.name == EVENTS.c.chain)
        .order_by(EVENTS.c.chain, EVENTS.c.seq)
    )
    with connection.execute(query.execution_options(yield_per=_AT_ONCE)) as rows:
        for row in each_row(rows):
            yield Entry(**row)


def entries_of(connection: Connection, chain: str) -> list[Entry]:
    """One chain that belongs to no order, by seq."""
    nothing = {name: literal(None).label(name) for name in ("end_length", "end_head", "end_seal")}
    known = (literal("").label("number"), func.coalesce(EVENTS.c.case_no, "").label("case_no"))
    columns = [EVENTS.c[name] for name in _AS_IT_IS]
    query = select(*columns, *known, *nothing.values()).where(EVENTS.c.chain == chain).order_by(EVENTS.c.seq)
    return [Entry(**row) for row in all_rows(connection.execute(query))]


def entries_until(connection: Connection, last_id: int | None) -> Iterator[tuple[int, str]]:
    """(id, what a seal says of it) of every entry, by id, up to and with `last_id`; None for all."""
    query = select(EVENTS.c.id, EVENTS.c.seq, EVENTS.c.hash, EVENTS.c.chain, EVENTS.c.text).order_by(EVENTS.c.id)
    if last_id is not None:
        query = query.where(EVENTS.c.id <= last_id)
    with connection.execute(query.execution_options(yield_per=_AT_ONCE)) as rows:
        for row in rows:
            yield row.id, sealed_entry(row.id, row.seq, row.hash, row.chain, row.text)


def newest_seal(connection: Connection) -> AuditSeal | None:
    names = AuditSeal.__dataclass_fields__
    query = select(*(SEALS.c[name] for name in names)).order_by(SEALS.c.id.desc()).limit(1)
    row = row_or_none(connection.execute(query))
    return AuditSeal(**row) if row else None


def add_seal(connection: Connection, seal: AuditSeal) -> None:
    connection.execute(insert(SEALS).values({name: getattr(seal, name) for name in AuditSeal.__dataclass_fields__}))


def last_texts(connection: Connection) -> dict[str, int]:
    """The newest id of each kind of row that entries speak of."""
    highest = {what: select(func.max(table.c.id)) for what, (table, _) in COVERED.items()}
    return {what: connection.execute(query).scalar_one() or 0 for what, query in highest.items()}


def emptied_chains(connection: Connection) -> Iterator[tuple[str, int]]:
    """(name, length) of the first order, and of the first loose chain, that ought to have events and has none."""
    for table, key in ((ORDERS, ORDERS.c.id), (ARCHIVED, ARCHIVED.c.order_id)):
        of_order = select(EVENTS.c.id).where(EVENTS.c.order_id == key)
        orders = select(table.c.shop_id, table.c.number, table.c.events_count)
        orders = orders.where(table.c.events_count > 0, ~of_order.exists()).order_by(key).limit(1)
        for row in connection.execute(orders).all():
            yield order_chain(row.shop_id, row.number), row.events_count
    of_chain = select(EVENTS.c.id).where(EVENTS.c.chain == CHAINS.c.name)
    chains = select(CHAINS.c.name, CHAINS.c.length).where(CHAINS.c.length > 0, ~of_chain.exists())
    yield from connection.execute(chains.order_by(CHAINS.c.name).limit(1))


def now_complete(connection: Connection) -> Place:
    """The place up to which nothing can appear any more. On PostgreSQL: below the oldest open transaction."""
    query = select(EVENTS.c.txid, EVENTS.c.id)
    if (oldest := oldest_open_txid(connection)) is not None:
        query = query.where(EVENTS.c.txid < oldest)
    row = connection.execute(query.order_by(EVENTS.c.txid.desc(), EVENTS.c.id.desc()).limit(1)).first()
    return (row.txid, row.id) if row else (0, 0)


def grown_chains(connection: Connection, *, after: Place, until: Place) -> Iterator[tuple[str, int, str]]:
    """(name, length, head) of every chain that has grown in between, as it was at `until`, by name."""
    place = tuple_(EVENTS.c.txid, EVENTS.c.id)
    ends = (
        select(EVENTS.c.chain, func.max(EVENTS.c.seq).label("length"))
        .where(place > place_of(after), place <= place_of(until))
        .group_by(EVENTS.c.chain)
        .subquery()
    )
    query = (
        select(EVENTS.c.chain, EVENTS.c.seq, EVENTS.c.hash)
        .join(ends, (ends.c.chain == EVENTS.c.chain) & (ends.c.length == EVENTS.c.seq))
        .order_by(EVENTS.c.chain)
    )
    with connection.execute(query.execution_options(yield_per=_AT_ONCE)) as rows:
        for row in rows:
            yield row.chain, row.seq, row.hash


def hashes_at(connection: Connection, places: Sequence[tuple[str, int]]) -> dict[tuple[str, int], str]:
    """The hash of the entry at each (chain, seq); those that are not there are left out."""
    query = select(EVENTS.c.chain, EVENTS.c.seq, EVENTS.c.hash)
    rows = connection.execute(query.where(tuple_(EVENTS.c.chain, EVENTS.c.seq).in_(places)))
    return {(row.chain, row.seq): row.hash for row in rows}


def seal_ends(connection: Connection, sealed: Callable[[str, int, str], str]) -> None:
    """Writes the seal of every chain's end anew. The caller has stopped everybody else."""
    for table, key in ((ORDERS, ORDERS.c.id), (ARCHIVED, ARCHIVED.c.order_id)):
        last, ends_after = 0, _order_ends(table, key)
        while rows := connection.execute(ends_after, {"last": last}).all():
            last = rows[-1].id
            ends = [
                {"row": row.id, "seal": sealed(order_chain(row.shop_id, row.number), row.events_count, row.head)}
                for row in rows
            ]
            connection.execute(update(table).where(key == bindparam("row")), ends)
    for row in connection.execute(select(CHAINS)).all():
        seal = sealed(row.name, row.length, row.head)
        connection.execute(update(CHAINS).where(CHAINS.c.name == row.name).values(seal=seal))


def note_head(connection: Connection, number: int, name: str, signature: str, at: datetime) -> None:
    """That it was written elsewhere. One that is noted already stays as it is."""
    row = {"number": number, "name": name, "signature": signature, "at": at}
    insert_or_ignore(connection, HEADS, [row])


def noted_heads(connection: Connection) -> dict[int, tuple[str, str]]:
    """(name, signature) by number."""
    query = select(HEADS.c.number, HEADS.c.name, HEADS.c.signature)
    return {row.number: (row.name, row.signature) for row in connection.execute(query)}


def oldest_unsigned(connection: Connection, after: Place) -> datetime | None:
    """When the first entry was written that no signed head speaks of; None where there is none."""
    place = tuple_(EVENTS.c.txid, EVENTS.c.id)
    found: datetime | None = connection.execute(
        select(func.min(EVENTS.c.at)).where(place > place_of(after))
    ).scalar_one()
    return found
