"""Past applications as they were asked for: for simulating, and for the file that `portal cases export` writes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Table, and_, func, or_, select

from portal.domain.applying.simulation import PastApplication
from portal.models.case import Case, CaseLine
from portal.models.order import Order
from portal.repos.rows import all_rows, each_row

CASES: Table = Case.__table__
LINES: Table = CaseLine.__table__
ORDERS: Table = Order.__table__
NOT_DECIDED = ("question",)
"""Nothing is asked for by them."""
_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PastCase:
    """With its applications, one for each line; `law_version_id`: of the law its order stands under."""

    id: int
    order_id: int
    order_no: str
    opened_at: datetime
    law_version_id: int | None
    applications: tuple[PastApplication, ...]


Place = tuple[datetime, int]
"""Of a case among those of its shop: when it was opened, and its row."""


class PastCases:
    """`work.past_cases`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def count(self, shop_id: int, since: datetime, until: datetime, but: Sequence[str]) -> int:
        """Cases opened from `since` to `until`, but those of some kinds."""
        return int(
            self._connection.execute(
                select(func.count()).select_from(CASES).where(*self._opened(shop_id, since, until, but))
            ).scalar_one()
        )

    def page(
        self, shop_id: int, after: Place, until: datetime, but: Sequence[str], limit: int
    ) -> tuple[list[tuple[datetime, int, int]], list[PastCase]]:
        """The next cases by the time they were opened, as (opened_at, id, order_id), and every case of their orders in
        that order, whenever it was opened: what came earlier lowers what is left."""
        at, row_id = after
        beyond = or_(CASES.c.opened_at > at, and_(CASES.c.opened_at == at, CASES.c.id > row_id))
        query = select(CASES.c.opened_at, CASES.c.id, CASES.c.order_id).where(*self._opened(shop_id, at, until, but))
        rows = self._connection.execute(query.where(beyond).order_by(CASES.c.opened_at, CASES.c.id).limit(limit)).all()
        found = [(row.opened_at, row.id, row.order_id) for row in rows]
        return found, self._of_orders(sorted({row.order_id for row in rows}), until, but)

    def _of_orders(self, order_ids: Sequence[int], until: datetime, but: Sequence[str]) -> list[PastCase]:
        names = ("id", "order_id", "kind", "reason", "opened_at")
        columns = (*(CASES.c[name] for name in names), ORDERS.c.number, ORDERS.c.law_version_id)
        query = select(*columns).join(ORDERS, ORDERS.c.id == CASES.c.order_id)
        query = query.where(CASES.c.order_id.in_(order_ids), CASES.c.opened_at <= until, CASES.c.kind.not_in(but))
        rows = all_rows(self._connection.execute(query.order_by(CASES.c.opened_at, CASES.c.id)))
        lines = self._lines([row["id"] for row in rows])
        return [
            PastCase(
                id=row["id"],
                order_id=row["order_id"],
                order_no=row["number"],
                opened_at=row["opened_at"],
                law_version_id=row["law_version_id"],
                applications=tuple(
                    PastApplication(
                        order_no=row["number"],
                        line_id=line_id,
                        quantity=quantity,
                        kind=row["kind"],
                        reason=row["reason"],
                        requested_at=row["opened_at"],
                    )
                    for line_id, quantity in lines[row["id"]]
                ),
            )
            for row in rows
        ]

    def _lines(self, case_ids: Sequence[int]) -> dict[int, list[tuple[str, int]]]:
        found: dict[int, list[tuple[str, int]]] = defaultdict(list)
        query = select(LINES.c.case_id, LINES.c.line_id, LINES.c.quantity).where(LINES.c.case_id.in_(case_ids))
        for row in self._connection.execute(query.order_by(LINES.c.id)):
            found[row.case_id].append((row.line_id, row.quantity))
        return found

    def export(self, shop_id: int, since: datetime | None) -> Iterator[PastApplication]:
        """Every line of every case, in the order they were opened, a thousand in memory at a time."""
        names = ("kind", "reason", "opened_at")
        columns = (ORDERS.c.number, LINES.c.line_id, LINES.c.quantity, *(CASES.c[name] for name in names))
        query = (
            select(*columns).join(CASES, CASES.c.id == LINES.c.case_id).join(ORDERS, ORDERS.c.id == CASES.c.order_id)
        )
        query = query.where(CASES.c.shop_id == shop_id, CASES.c.kind.not_in(NOT_DECIDED))
        if since is not None:
            query = query.where(CASES.c.opened_at >= since)
        query = query.order_by(CASES.c.opened_at, CASES.c.id, LINES.c.id).execution_options(yield_per=_AT_ONCE)
        with self._connection.execute(query) as rows:
            for row in each_row(rows):
                yield PastApplication(
                    order_no=row["number"],
                    line_id=row["line_id"],
                    quantity=row["quantity"],
                    kind=row["kind"],
                    reason=row["reason"],
                    requested_at=row["opened_at"],
                )

    def _opened(
        self, shop_id: int, since: datetime, until: datetime, but: Sequence[str]
    ) -> tuple[ColumnElement[bool], ...]:
        return (
            CASES.c.shop_id == shop_id,
            CASES.c.opened_at >= since,
            CASES.c.opened_at <= until,
            CASES.c.kind.not_in(but),
        )
