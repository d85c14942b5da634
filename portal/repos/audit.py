"""The event table as an auditor reads it: every chain from its first entry, and where each ought to end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, func, select, tuple_

from portal.models.event import Chain, Event
from portal.models.order import Order
from portal.repos.dialects import oldest_open_txid
from portal.repos.events import place_of
from portal.repos.rows import Row, each_row

EVENTS = Event.__table__
CHAINS = Chain.__table__
ORDERS = Order.__table__
_AT_ONCE = 1_000

Place = tuple[int, int]
"""How far the events have been read, as the feed counts: (txid, id)."""


def all_events(connection: Connection) -> Iterator[Row]:
    """Chain after chain, each by seq, a thousand in memory at a time.

    Each with its order's `number`, and with `end_length`, `end_head`: what the order's or the chain's row says, read at
    the same moment; None where there is no such row.
    """
    ends = {
        "end_length": func.coalesce(ORDERS.c.events_count, CHAINS.c.length),
        "end_head": func.coalesce(ORDERS.c.head, CHAINS.c.head),
    }
    query = (
        select(EVENTS, ORDERS.c.number, *(value.label(name) for name, value in ends.items()))
        .outerjoin(ORDERS, ORDERS.c.id == EVENTS.c.order_id)
        .outerjoin(CHAINS, CHAINS.c.name == EVENTS.c.chain)
        .order_by(EVENTS.c.chain, EVENTS.c.seq)
    )
    with connection.execute(query.execution_options(yield_per=_AT_ONCE)) as rows:
        yield from each_row(rows)


def emptied_chains(connection: Connection) -> Iterator[tuple[str, int]]:
    """(name, length) of the first order, and of the first loose chain, that ought to have events and has none."""
    of_order = select(EVENTS.c.id).where(EVENTS.c.order_id == ORDERS.c.id)
    orders = select(ORDERS.c.shop_id, ORDERS.c.number, ORDERS.c.events_count).where(
        ORDERS.c.events_count > 0, ~of_order.exists()
    )
    for row in connection.execute(orders.order_by(ORDERS.c.id).limit(1)).all():
        yield f"o:{row.shop_id}:{row.number}", row.events_count
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
