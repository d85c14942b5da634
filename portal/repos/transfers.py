"""Refunds that go another way: proposed, approved by somebody else, paid and recorded."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Table, insert, literal_column, select, update

from portal.domain.errors import Conflict
from portal.domain.money import Money
from portal.domain.refunds.transfer import OPEN, Transfer, TransferState
from portal.models.order import Order
from portal.models.refund import Refund
from portal.models.transfer import Transfer as TransferRow
from portal.repos.rows import Row, all_rows, row_or_none

ORDERS: Table = Order.__table__
REFUNDS: Table = Refund.__table__
TRANSFERS: Table = TransferRow.__table__
_SAME = tuple(name for name in Transfer.__dataclass_fields__)


class ProposedTransfer(NamedTuple):
    """One that waits for a second person, with the numbers by which people know its refund and order."""

    transfer: Transfer
    refund_no: str
    quote_no: str
    order_no: str
    amount: Money


class Transfers:
    """`work.transfers`. The order is locked by whoever writes."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection, self._now = connection, now

    def add(self, new: Transfer, shop_id: int) -> None:
        """Proposed. A second one of the same refund meets the unique index, which the caller has looked at before."""
        given = ("order_id", "refund_row", "state", "way", "sealed", "tail", "consent", "proposed_by")
        values: dict[str, Any] = {name: getattr(new, name) for name in (*given, "proposed_person", "proposed_at")}
        self._connection.execute(insert(TRANSFERS).values(values | {"shop_id": shop_id, "answer": "", "reference": ""}))

    def find_open(self, refund_row: int) -> Transfer | None:
        """Proposed or approved, and not paid yet."""
        query = select(TRANSFERS).where(TRANSFERS.c.refund_row == refund_row, TRANSFERS.c.state.in_(OPEN))
        row = row_or_none(self._connection.execute(query))
        return _transfer_of(row) if row else None

    def of_refund(self, refund_row: int) -> list[Transfer]:
        """Newest first."""
        query = select(TRANSFERS).where(TRANSFERS.c.refund_row == refund_row).order_by(TRANSFERS.c.id.desc())
        return [_transfer_of(row) for row in all_rows(self._connection.execute(query))]

    def open_of(self, shop_id: int) -> dict[int, TransferState]:
        """How those of the shop stand that are not paid yet, by the refund's row."""
        query = select(TRANSFERS.c.refund_row, TRANSFERS.c.state)
        query = query.where(TRANSFERS.c.shop_id == shop_id, TRANSFERS.c.state.in_(OPEN))
        return {row.refund_row: row.state for row in self._connection.execute(query)}

    def proposed(self, shop_id: int, limit: int) -> list[ProposedTransfer]:
        """Those of the shop that nobody has answered, oldest first."""
        numbers = (REFUNDS.c.number.label("refund_no"), REFUNDS.c.quote_no, ORDERS.c.number.label("order_no"))
        query = (
            select(TRANSFERS, *numbers, REFUNDS.c.amount_minor, REFUNDS.c.currency)
            .join(REFUNDS, REFUNDS.c.id == TRANSFERS.c.refund_row)
            .join(ORDERS, ORDERS.c.id == TRANSFERS.c.order_id)
            .where(TRANSFERS.c.shop_id == shop_id, TRANSFERS.c.state == literal_column("'proposed'"))
        )
        rows = all_rows(self._connection.execute(query.order_by(TRANSFERS.c.id).limit(limit)))
        return [
            ProposedTransfer(
                transfer=_transfer_of(row),
                amount=Money(row["amount_minor"], row["currency"]),
                **{name: row[name] for name in ("refund_no", "quote_no", "order_no")},
            )
            for row in rows
        ]

    def step(self, one: Transfer, state: TransferState, **values: Any) -> None:
        """Written only from the state that was read. Raises Conflict."""
        mine = (TRANSFERS.c.id == one.id) & (TRANSFERS.c.state == one.state)
        if self._connection.execute(update(TRANSFERS).where(mine).values(state=state, **values)).rowcount != 1:
            raise Conflict("decided")


def _transfer_of(row: Row) -> Transfer:
    return Transfer(**{name: row[name] for name in _SAME})
