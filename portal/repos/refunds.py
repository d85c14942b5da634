"""Refunds: planned with the act that causes them, stepped by compare-and-set as the rail answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from portal.domain.errors import Conflict
from portal.domain.refunds.life_cycle import IN_FLIGHT_STATES, REFUND_TRANSITIONS
from portal.domain.transitions import NoSuchStep, advance
from portal.models.order import Order, Payment
from portal.models.refund import Refund
from portal.repos.rows import Row

REFUNDS = Refund.__table__
PAYMENTS = Payment.__table__
ORDERS = Order.__table__


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRefund:
    """`number` is stored before any call (PAYMENTS rule 1). Amount in minor units."""

    refund_id: str
    number: str
    shop_id: int
    order_id: int
    case_id: int | None
    payment_row_id: int
    amount_minor: int
    currency: str
    method: str
    why: str
    arrival_from: date
    arrival_to: date
    summary: dict[str, Any] | None = None


class Refunds:
    """`work.refunds`."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection, self._now = connection, now

    def plan(self, refunds: list[NewRefund]) -> None:
        rows = [
            {name: getattr(new, name) for name in NewRefund.__dataclass_fields__}
            | {"state": "planned", "series": 1, "created_at": self._now}
            for new in refunds
        ]
        if rows:
            self._connection.execute(insert(REFUNDS), rows)

    def order_id_of(self, refund_id: str) -> int:
        query = select(REFUNDS.c.order_id).where(REFUNDS.c.refund_id == refund_id)
        return int(self._connection.execute(query).scalar_one())

    def get_for_update(self, refund_id: str) -> Row:
        """The refund with its payment's `payment_id`, `reference` and `captured_minor`. The order is locked already."""
        query = (
            select(REFUNDS, PAYMENTS.c.payment_id, PAYMENTS.c.reference, PAYMENTS.c.captured_minor)
            .join(PAYMENTS, PAYMENTS.c.id == REFUNDS.c.payment_row_id)
            .where(REFUNDS.c.refund_id == refund_id)
            .with_for_update(of=REFUNDS)
        )
        return self._connection.execute(query).mappings().one()

    def is_another_in_flight(self, payment_row_id: int, refund_id: str) -> bool:
        """One refund in flight per payment (PAYMENTS rule 3); the unique index says so as well."""
        query = select(func.count()).where(
            REFUNDS.c.payment_row_id == payment_row_id,
            REFUNDS.c.refund_id != refund_id,
            REFUNDS.c.state.in_(IN_FLIGHT_STATES),
        )
        return bool(self._connection.execute(query).scalar_one())

    def step(self, row: Mapping[str, Any], event: str, **values: Any) -> str:
        """One step by the table, only from the state that was read. Raises Conflict where somebody was faster."""
        try:
            state = advance(REFUND_TRANSITIONS, row["state"], event)
        except NoSuchStep:
            raise Conflict("decided") from None
        mine = (REFUNDS.c.id == row["id"]) & (REFUNDS.c.state == row["state"])
        done = self._connection.execute(update(REFUNDS).where(mine).values(state=state, **values))
        if done.rowcount != 1:
            raise Conflict("decided")
        return state

    def are_open(self, case_id: int) -> bool:
        query = select(func.count()).where(REFUNDS.c.case_id == case_id, REFUNDS.c.state != "succeeded")
        return bool(self._connection.execute(query).scalar_one())

    def overall_state(self, order_id: int) -> str:
        """The state of the order's least advanced refund, "" for none: what the list says of a cancelled order."""
        found = set(self._connection.execute(select(REFUNDS.c.state).where(REFUNDS.c.order_id == order_id)).scalars())
        return next(
            (state for state in ("failed", "planned", "submitted", "pending", "succeeded") if state in found), ""
        )

    def of_order(self, order_id: int) -> list[Row]:
        """Oldest first, with the payment's id."""
        query = select(REFUNDS, PAYMENTS.c.payment_id).join(PAYMENTS, PAYMENTS.c.id == REFUNDS.c.payment_row_id)
        return list(
            self._connection.execute(query.where(REFUNDS.c.order_id == order_id).order_by(REFUNDS.c.id)).mappings()
        )

    def is_ours(self, shop_id: int, number: str) -> bool:
        """A number of our own, so that the feed's mention of it is not a second refund (INTERFACE, who owns what)."""
        query = select(func.count()).where(REFUNDS.c.shop_id == shop_id, REFUNDS.c.number == number)
        return bool(self._connection.execute(query).scalar_one())

    def submitted_since(self, since: datetime) -> list[Row]:
        """Refunds that a rail should know, for reconciliation, with their order and payment reference."""
        query = (
            select(REFUNDS, PAYMENTS.c.reference, ORDERS.c.number.label("order_no"))
            .join(PAYMENTS, PAYMENTS.c.id == REFUNDS.c.payment_row_id)
            .join(ORDERS, ORDERS.c.id == REFUNDS.c.order_id)
            .where(REFUNDS.c.submitted_at >= since)
            .order_by(REFUNDS.c.id)
        )
        return list(self._connection.execute(query).mappings())
