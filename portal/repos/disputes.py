"""Payments in dispute (PAYMENTS rule 12). The order is under lock wherever something is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from portal.models.order import Payment
from portal.models.rail import PaymentDispute
from portal.ports import DisputeState
from portal.repos.rows import row_or_none, value_of

DISPUTES = PaymentDispute.__table__
PAYMENTS = Payment.__table__


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """As models.rail.PaymentDispute."""

    id: int
    payment_row_id: int
    state: DisputeState
    amount_minor: int
    given_minor: int

    @property
    def holds_refunds(self) -> bool:
        """While nobody knows, and for good where what was lost is what a refund had been promised from."""
        return self.state == "open" or (self.state == "lost" and self.amount_minor > self.given_minor)


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputedPayment:
    """A payment by the row of its order."""

    id: int
    order_id: int
    payment_id: str
    method: str
    captured_minor: int


class Disputes:
    """`work.rails.disputes`."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection, self._now = connection, now

    def find_payment(self, shop_id: int, references: tuple[str, ...]) -> DisputedPayment | None:
        """The newest of the shop that was paid under one of these references of its rail."""
        named = [reference for reference in references if reference]
        columns = (PAYMENTS.c[name] for name in ("id", "order_id", "payment_id", "method", "captured_minor"))
        mine = (PAYMENTS.c.shop_id == shop_id) & PAYMENTS.c.reference.in_(named)
        query = select(*columns).where(mine).order_by(PAYMENTS.c.id.desc()).limit(1)
        row = row_or_none(self._connection.execute(query))
        return value_of(DisputedPayment, row) if row else None

    def find(self, payment_row_id: int) -> Dispute | None:
        row = row_or_none(self._connection.execute(select(DISPUTES).where(DISPUTES.c.payment_row_id == payment_row_id)))
        return value_of(Dispute, row) if row else None

    def open(self, shop_id: int, payment: DisputedPayment, amount_minor: int) -> None:
        row = {"shop_id": shop_id, "payment_row_id": payment.id, "state": "open", "amount_minor": amount_minor}
        self._connection.execute(insert(DISPUTES).values(row | {"given_minor": 0, "opened_at": self._now}))

    def close(self, dispute: Dispute, state: DisputeState, *, given_minor: int) -> None:
        values = {"state": state, "given_minor": given_minor, "closed_at": self._now}
        self._connection.execute(update(DISPUTES).where(DISPUTES.c.id == dispute.id).values(values))
