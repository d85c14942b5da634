"""Decisions as they were stored: facts, versions and answer, read in the order they were taken."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection, select

from portal.models.case import Decision
from portal.models.order import Order
from portal.repos.rows import Row, all_rows

DECISIONS = Decision.__table__
ORDERS = Order.__table__
_AT_ONCE = 500


def stored_decisions(connection: Connection, *, since: datetime | None = None) -> Iterator[Row]:
    """Each with its order's `number`; a few hundred at a time, so that years of them fit in memory."""
    query = select(DECISIONS, ORDERS.c.number).join(ORDERS, ORDERS.c.id == DECISIONS.c.order_id)
    if since is not None:
        query = query.where(DECISIONS.c.at >= since)
    last = 0
    while True:
        page = query.where(DECISIONS.c.id > last).order_by(DECISIONS.c.id).limit(_AT_ONCE)
        rows = all_rows(connection.execute(page))
        yield from rows
        if len(rows) < _AT_ONCE:
            return
        last = rows[-1]["id"]
