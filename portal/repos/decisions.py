"""Decisions as they were stored: facts, versions and answer, read in the order they were taken."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from portal.models.case import Decision
from portal.models.order import Order
from portal.repos.rows import all_rows, value_of

DECISIONS = Decision.__table__
ORDERS = Order.__table__
_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDecision:
    """`number` is its order's; `facts` and `decision` are JSON as stored."""

    id: int
    number: str
    kind: str
    at: datetime
    engine: int
    shop_version_id: int
    law_version_id: int | None
    facts: str
    decision: str


def stored_decisions(connection: Connection, *, since: datetime | None = None) -> Iterator[StoredDecision]:
    """A few hundred at a time, so that years of them fit in memory."""
    query = select(DECISIONS, ORDERS.c.number).join(ORDERS, ORDERS.c.id == DECISIONS.c.order_id)
    if since is not None:
        query = query.where(DECISIONS.c.at >= since)
    last = 0
    while True:
        page = query.where(DECISIONS.c.id > last).order_by(DECISIONS.c.id).limit(_AT_ONCE)
        rows = all_rows(connection.execute(page))
        yield from (value_of(StoredDecision, row) for row in rows)
        if len(rows) < _AT_ONCE:
            return
        last = rows[-1]["id"]
