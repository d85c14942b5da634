"""Our side of a rail's books: what it should list of a day, row by row, and what is known of the numbers it lists.

By `settled_at`, when money arrived or began to go back, and `created_at` of payments: each by an index that begins with
the shop and the rail.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, func, or_, select

from portal.models.archive import ArchivedOrder
from portal.models.fee import Fee
from portal.models.fee import FeePayment as FeePaymentRow
from portal.models.order import Order, Payment
from portal.models.refund import Refund as RefundRow
from portal.repos.fees import BookedPayment, booked_payments
from portal.repos.refund_rows import refund_of
from portal.repos.refunds import RefundOfOrder
from portal.repos.rows import all_rows

REFUNDS: Table = RefundRow.__table__
PAYMENTS: Table = Payment.__table__
ORDERS: Table = Order.__table__
ARCHIVED: Table = ArchivedOrder.__table__
FEES: Table = Fee.__table__
FEE_PAYMENTS: Table = FeePaymentRow.__table__
_AT_ONCE = 500
_CURRENCY = select(FEES.c.currency).where(FEES.c.id == FEE_PAYMENTS.c.fee_id).scalar_subquery()
"""Looked up a row, never joined: how many of all fees a day has no planner guesses well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OnRail:
    """Which rows are meant: what went to the rail of that name for these shops."""

    name: str
    shop_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class BookedLine:
    """Of our books, without anything of its order. `minor`: what is on its way, or was taken."""

    number: str
    state: str
    method: str
    minor: int
    currency: str


class RailBooks:
    """`work.rail_books`. The days are read row by row, by one statement each; to be read in a transaction that
    streams."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def refunds_of(self, rail: OnRail, start: datetime, end: datetime) -> Iterator[BookedLine]:
        """Refunds that arrived then."""
        columns = (REFUNDS.c.number, REFUNDS.c.state, REFUNDS.c.method, REFUNDS.c.amount_minor, REFUNDS.c.currency)
        settled = (REFUNDS.c.settled_at >= start) & (REFUNDS.c.settled_at < end)
        for row in self._streamed(select(*columns).where(*_on(REFUNDS, rail), settled)):
            yield BookedLine(*row)

    def returns_of(self, rail: OnRail, start: datetime, end: datetime) -> Iterator[BookedLine]:
        """Money of fees that began to go back then, as refunds."""
        columns = (FEE_PAYMENTS.c.refund_number, FEE_PAYMENTS.c.state, FEE_PAYMENTS.c.method, FEE_PAYMENTS.c.got_minor)
        settled = (FEE_PAYMENTS.c.settled_at >= start) & (FEE_PAYMENTS.c.settled_at < end)
        query = select(*columns, _CURRENCY)
        back = FEE_PAYMENTS.c.refund_number.is_not(None)
        for row in self._streamed(query.where(*_on(FEE_PAYMENTS, rail), settled, back)):
            yield BookedLine(*row)

    def payments_of(self, rail: OnRail, start: datetime, end: datetime) -> Iterator[BookedLine]:
        """Tries to pay a fee that began then, and took something."""
        columns = (FEE_PAYMENTS.c.number, FEE_PAYMENTS.c.state, FEE_PAYMENTS.c.method, FEE_PAYMENTS.c.got_minor)
        began = (FEE_PAYMENTS.c.created_at >= start) & (FEE_PAYMENTS.c.created_at < end)
        query = select(*columns, _CURRENCY)
        for row in self._streamed(query.where(*_on(FEE_PAYMENTS, rail), began, FEE_PAYMENTS.c.got_minor > 0)):
            yield BookedLine(*row)

    def refunds_called(self, rail: OnRail, numbers: Sequence[str]) -> list[RefundOfOrder]:
        """Those that went to the rail under these numbers, with their payments."""
        query = (
            select(REFUNDS, PAYMENTS.c.payment_id, PAYMENTS.c.reference, PAYMENTS.c.captured_minor)
            .add_columns(func.coalesce(ORDERS.c.number, ARCHIVED.c.number).label("order_no"))
            .join(PAYMENTS, PAYMENTS.c.id == REFUNDS.c.payment_row_id)
            .outerjoin(ORDERS, ORDERS.c.id == REFUNDS.c.order_id)
            .outerjoin(ARCHIVED, ARCHIVED.c.order_id == REFUNDS.c.order_id)
            .where(REFUNDS.c.number.in_(numbers), *_on(REFUNDS, rail))
        )
        rows = all_rows(self._connection.execute(query))
        return [RefundOfOrder(refund_of(row), row["order_no"]) for row in rows]

    def payments_called(self, rail: OnRail, numbers: Sequence[str]) -> list[BookedPayment]:
        """Tries that were made under these numbers, or whose money goes back under one of them."""
        called = or_(FEE_PAYMENTS.c.number.in_(numbers), FEE_PAYMENTS.c.refund_number.in_(numbers))
        return booked_payments(self._connection, called, FEE_PAYMENTS.c.method != "cod", *_on(FEE_PAYMENTS, rail))

    def began_at(self, rail: OnRail) -> datetime | None:
        """The oldest of all that the days are read by."""
        moments = [
            self._connection.execute(select(func.min(column)).where(*_on(table, rail))).scalar_one()
            for table, column in (
                (REFUNDS, REFUNDS.c.settled_at),
                (FEE_PAYMENTS, FEE_PAYMENTS.c.created_at),
            )
        ]
        return min((moment for moment in moments if moment), default=None)

    def _streamed(self, query: Any) -> Iterator[Any]:
        with self._connection.execute(query.execution_options(yield_per=_AT_ONCE)) as rows:
            yield from rows


def _on(table: Table, rail: OnRail) -> tuple[ColumnElement[bool], ...]:
    return table.c.shop_id.in_(rail.shop_ids), table.c.rail == rail.name
