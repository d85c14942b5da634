"""Fees and the tries to pay them: stepped by compare-and-set, as cases and refunds are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, and_, func, insert, or_, select, update

from portal.domain.errors import Conflict
from portal.domain.fees.fee import FEE_TRANSITIONS, OPEN_FEE_STATES, PAYMENT_TRANSITIONS
from portal.domain.transitions import NoSuchStep, advance
from portal.domain.transitions import Table as Transitions
from portal.models.case import Case
from portal.models.fee import Fee, FeePayment
from portal.models.order import Order
from portal.repos.rows import Row

FEES: Table = Fee.__table__
FEE_PAYMENTS: Table = FeePayment.__table__
CASES: Table = Case.__table__
ORDERS: Table = Order.__table__
_LAST_TRY = tuple(column.label(f"p_{column.name}") for column in FEE_PAYMENTS.c)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFee:
    """`choice`: what is carried out once it is paid."""

    fee_no: str
    shop_id: int
    order_id: int
    case_id: int
    amount_minor: int
    currency: str
    choice: dict[str, Any]
    due_at: datetime
    for_what: str = "withdrawal"


class Fees:
    """`work.fees`. The order and the case are under lock wherever something is written (law 5)."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection, self._now = connection, now

    def issue(self, new: NewFee) -> None:
        """A second open fee of one case meets the unique index."""
        values = {name: getattr(new, name) for name in NewFee.__dataclass_fields__}
        self._connection.execute(insert(FEES).values(values | {"state": "due", "created_at": self._now, "version": 1}))

    def count_of(self, case_id: int) -> int:
        return int(self._connection.execute(select(func.count()).where(FEES.c.case_id == case_id)).scalar_one())

    def of_case(self, case_id: int) -> Row | None:
        """The newest fee with its newest try (`p_…`, None where nobody has tried), for reading."""
        last = select(FEES, *_LAST_TRY).outerjoin(FEE_PAYMENTS, FEE_PAYMENTS.c.fee_id == FEES.c.id)
        last = last.where(FEES.c.case_id == case_id).order_by(FEES.c.id.desc(), FEE_PAYMENTS.c.id.desc()).limit(1)
        return self._connection.execute(last).mappings().one_or_none()

    def newest_for_update(self, case_id: int) -> Row | None:
        query = select(FEES).where(FEES.c.case_id == case_id).order_by(FEES.c.id.desc()).limit(1)
        return self._connection.execute(query.with_for_update()).mappings().one_or_none()

    def open_for_update(self, case_id: int) -> Row | None:
        """The fee that the case is waiting for, None for none."""
        query = select(FEES).where(FEES.c.case_id == case_id, FEES.c.state.in_(OPEN_FEE_STATES))
        return self._connection.execute(query.with_for_update()).mappings().one_or_none()

    def get_for_update(self, fee_id: int) -> Row:
        return self._connection.execute(select(FEES).where(FEES.c.id == fee_id).with_for_update()).mappings().one()

    def step(self, row: Row, event: str, **values: Any) -> str:
        """One step by the table, only from the state that was read. Raises Conflict."""
        return self._step(FEES, FEE_TRANSITIONS, row, event, values | {"version": row["version"] + 1})

    def past_due(self, moment: datetime, limit: int) -> list[Row]:
        """Fees that nobody has paid in time: (case_no, shop_id), the longest overdue first."""
        query = select(CASES.c.case_no, FEES.c.shop_id).join(CASES, CASES.c.id == FEES.c.case_id)
        query = query.where(FEES.c.state == "due", FEES.c.due_at < moment)
        return list(self._connection.execute(query.order_by(FEES.c.due_at).limit(limit)).mappings())

    def tries_of(self, fee_id: int) -> int:
        query = select(func.count()).where(FEE_PAYMENTS.c.fee_id == fee_id)
        return int(self._connection.execute(query).scalar_one())

    def begin_payment(self, fee: Row, number: str, method: str, **values: Any) -> None:
        """Its number is stored before anybody is called. A second one at the same time meets the unique index."""
        row = {"shop_id": fee["shop_id"], "fee_id": fee["id"], "number": number, "method": method}
        row |= {"state": "processing", "created_at": self._now} | values
        self._connection.execute(insert(FEE_PAYMENTS).values(row))

    def whose(self, number: str) -> Row:
        """What to lock for a try, in which order: its `order_id`, `case_id` and `fee_id`."""
        columns = (FEES.c.order_id, FEES.c.case_id, FEE_PAYMENTS.c.fee_id)
        query = select(*columns).join(FEES, FEES.c.id == FEE_PAYMENTS.c.fee_id).where(FEE_PAYMENTS.c.number == number)
        return self._connection.execute(query).mappings().one()

    def payment_for_update(self, number: str) -> Row:
        query = select(FEE_PAYMENTS).where(FEE_PAYMENTS.c.number == number).with_for_update()
        return self._connection.execute(query).mappings().one()

    def kept_payment(self, fee_id: int) -> Row | None:
        """The try that has paid the fee."""
        query = select(FEE_PAYMENTS).where(FEE_PAYMENTS.c.fee_id == fee_id, FEE_PAYMENTS.c.state == "paid")
        return self._connection.execute(query.with_for_update()).mappings().one_or_none()

    def step_payment(self, row: Row, event: str, **values: Any) -> str:
        """Raises Conflict where somebody was faster."""
        return self._step(FEE_PAYMENTS, PAYMENT_TRANSITIONS, row, event, values)

    def tried_since(self, since: datetime) -> list[Row]:
        """Tries that began, or of which money began to go back, since then: what a rail should know of.

        With `currency`, `amount_minor` and `order_no`, for reconciliation.
        """
        recent = or_(FEE_PAYMENTS.c.created_at >= since, FEE_PAYMENTS.c.settled_at >= since)
        query = (
            select(FEE_PAYMENTS, FEES.c.amount_minor, FEES.c.currency, ORDERS.c.number.label("order_no"))
            .join(FEES, FEES.c.id == FEE_PAYMENTS.c.fee_id)
            .join(ORDERS, ORDERS.c.id == FEES.c.order_id)
            .where(recent, FEE_PAYMENTS.c.method != "cod")
            .order_by(FEE_PAYMENTS.c.id)
        )
        return list(self._connection.execute(query).mappings())

    def _step(self, table: Table, transitions: Transitions, row: Row, event: str, values: dict[str, Any]) -> str:
        try:
            state = advance(transitions, row["state"], event)
        except NoSuchStep:
            raise Conflict("decided", at=row["settled_at"]) from None
        mine = and_(table.c.id == row["id"], table.c.state == row["state"])
        if self._connection.execute(update(table).where(mine).values(values | {"state": state})).rowcount != 1:
            raise Conflict("decided")
        return state
