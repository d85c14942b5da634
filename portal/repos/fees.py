"""Fees and the tries to pay them: stepped by compare-and-set, as cases and refunds are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, func, insert, or_, select, update

from portal.domain.errors import Conflict
from portal.domain.fees.charged import ChargedFee, FeePayment
from portal.domain.fees.fee import FEE_TRANSITIONS, OPEN_FEE_STATES, PAYMENT_TRANSITIONS, FeePurpose
from portal.domain.fees.payer import Payer
from portal.domain.money import Money
from portal.domain.transitions import NoSuchStep, advance
from portal.domain.transitions import Table as Transitions
from portal.models.archive import ArchivedOrder
from portal.models.case import Case
from portal.models.fee import Fee
from portal.models.fee import FeePayment as FeePaymentRow
from portal.models.order import Order
from portal.repos.fee_rows import fee_of, payment_of
from portal.repos.rows import all_rows, one_row, row_or_none

FEES: Table = Fee.__table__
FEE_PAYMENTS: Table = FeePaymentRow.__table__
CASES: Table = Case.__table__
ORDERS: Table = Order.__table__
ARCHIVED: Table = ArchivedOrder.__table__
_LAST_TRY = tuple(column.label(f"p_{column.name}") for column in FEE_PAYMENTS.c)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFee:
    """`choice`: what is carried out once it is paid: reason and units of the withdrawal, and who asked."""

    fee_no: str
    shop_id: int
    order_id: int
    case_id: int
    amount_minor: int
    currency: str
    choice: dict[str, Any]
    due_at: datetime
    for_what: FeePurpose = "withdrawal"


@dataclass(frozen=True, slots=True)
class FeeOfPayment:
    """What to lock for a try, in this order."""

    order_id: int
    case_id: int
    fee_id: int


@dataclass(frozen=True, slots=True)
class OverdueFee:
    """A fee that nobody has paid in time, by its case."""

    case_no: str
    shop_id: int


@dataclass(frozen=True, slots=True)
class BookedPayment:
    """A try as a rail should know it: of which order, and for how much."""

    payment: FeePayment
    order_no: str
    amount: Money
    order_id: int


class Fees:
    """`work.fees`. The order and the case are under lock wherever something is written (law 5).

    A step is written only where the state is still as it was read; each raises Conflict where somebody was faster.
    """

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection, self._now = connection, now

    def issue(self, new: NewFee) -> None:
        """A second open fee of one case meets the unique index."""
        values = {name: getattr(new, name) for name in NewFee.__dataclass_fields__}
        self._connection.execute(insert(FEES).values(values | {"state": "due", "created_at": self._now, "version": 1}))

    def count_of(self, case_id: int) -> int:
        return int(self._connection.execute(select(func.count()).where(FEES.c.case_id == case_id)).scalar_one())

    def of_case(self, case_id: int) -> tuple[ChargedFee, FeePayment | None] | None:
        """The newest fee with its newest try, None where nobody has tried, for reading."""
        last = select(FEES, *_LAST_TRY).outerjoin(FEE_PAYMENTS, FEE_PAYMENTS.c.fee_id == FEES.c.id)
        last = last.where(FEES.c.case_id == case_id).order_by(FEES.c.id.desc(), FEE_PAYMENTS.c.id.desc()).limit(1)
        row = row_or_none(self._connection.execute(last))
        return (fee_of(row), payment_of(row, "p_") if row["p_id"] else None) if row else None

    def newest_for_update(self, case_id: int) -> ChargedFee | None:
        query = select(FEES).where(FEES.c.case_id == case_id).order_by(FEES.c.id.desc()).limit(1)
        row = row_or_none(self._connection.execute(query.with_for_update()))
        return fee_of(row) if row else None

    def open_for_update(self, case_id: int) -> ChargedFee | None:
        """The fee that the case is waiting for, None for none."""
        query = select(FEES).where(FEES.c.case_id == case_id, FEES.c.state.in_(OPEN_FEE_STATES))
        row = row_or_none(self._connection.execute(query.with_for_update()))
        return fee_of(row) if row else None

    def get_for_update(self, fee_id: int) -> ChargedFee:
        query = select(FEES).where(FEES.c.id == fee_id).with_for_update()
        return fee_of(one_row(self._connection.execute(query)))

    def paying(self, fee: ChargedFee) -> None:
        """A payment is being confirmed."""
        self._step_fee(fee, "pay")

    def on_delivery(self, fee: ChargedFee) -> None:
        """The courier is to take it with the goods."""
        self._step_fee(fee, "deliver")

    def paid(self, fee: ChargedFee) -> None:
        self._step_fee(fee, "succeed", settled_at=self._now)

    def collected(self, fee: ChargedFee) -> None:
        """The courier has taken it."""
        self._step_fee(fee, "collect", settled_at=self._now)

    def due_again(self, fee: ChargedFee, until: datetime) -> None:
        """The payment did not work: to be paid until then."""
        self._step_fee(fee, "fail", due_at=until)

    def voided(self, fee: ChargedFee) -> None:
        """What it was for does not happen."""
        self._step_fee(fee, "void", settled_at=self._now)

    def waived(self, fee: ChargedFee) -> None:
        """The shop does without it."""
        self._step_fee(fee, "waive", settled_at=self._now)

    def given_back(self, fee: ChargedFee) -> None:
        """The rail says that the money is back."""
        self._step_fee(fee, "give_back", settled_at=self._now)

    def came_back(self, fee: ChargedFee) -> None:
        """What the customer had back is with the shop again."""
        self._step_fee(fee, "come_back")

    def past_due(self, moment: datetime, limit: int) -> list[OverdueFee]:
        """Fees that nobody has paid in time, the longest overdue first."""
        return self._past_due(moment, limit, invoices=False)

    def invoices_past_due(self, moment: datetime, limit: int) -> list[OverdueFee]:
        """Invoices that are to be reminded of, the longest due first."""
        return self._past_due(moment, limit, invoices=True)

    def reminded(self, fee: ChargedFee) -> None:
        """It stays due, and is asked for again later."""
        self._write(FEES, fee, {"due_at": fee.remind_again_at, "version": fee.version + 1})

    def _past_due(self, moment: datetime, limit: int, *, invoices: bool) -> list[OverdueFee]:
        query = select(CASES.c.case_no, FEES.c.shop_id).join(CASES, CASES.c.id == FEES.c.case_id)
        is_invoice = FEES.c.for_what == "return"
        query = query.where(FEES.c.state == "due", FEES.c.due_at < moment, is_invoice if invoices else ~is_invoice)
        found = self._connection.execute(query.order_by(FEES.c.due_at).limit(limit))
        return [OverdueFee(row.case_no, row.shop_id) for row in found]

    def tries_of(self, fee_id: int) -> int:
        query = select(func.count()).where(FEE_PAYMENTS.c.fee_id == fee_id)
        return int(self._connection.execute(query).scalar_one())

    def begin_payment(self, fee: ChargedFee, number: str, method: str, *, rail: str, payer: Payer) -> None:
        """Its number is stored before anybody is called. A second one at the same time meets the unique index."""
        begun = {"number": number, "method": method, "state": "processing", "rail": rail}
        self._add_payment(fee, begun | {"is_phone": payer.is_phone, "payer_ip": payer.ip})

    def add_collected(self, fee: ChargedFee, number: str) -> None:
        """What the courier has taken, as a try that has worked."""
        got = {"got_minor": fee.amount.minor, "settled_at": self._now}
        self._add_payment(fee, {"number": number, "method": "cod", "state": "paid"} | got)

    def _add_payment(self, fee: ChargedFee, values: dict[str, Any]) -> None:
        row = {"shop_id": fee.shop_id, "fee_id": fee.id, "created_at": self._now} | values
        self._connection.execute(insert(FEE_PAYMENTS).values(row))

    def ids_of_payment(self, number: str) -> FeeOfPayment:
        """Which order, case and fee a try belongs to."""
        columns = (FEES.c.order_id, FEES.c.case_id, FEE_PAYMENTS.c.fee_id)
        query = select(*columns).join(FEES, FEES.c.id == FEE_PAYMENTS.c.fee_id).where(FEE_PAYMENTS.c.number == number)
        return FeeOfPayment(**one_row(self._connection.execute(query)))

    def find_ids(self, shop_id: int, number: str) -> FeeOfPayment | None:
        """The same of a shop's try, None where it has none of that number."""
        mine = select(FEE_PAYMENTS.c.id).where(FEE_PAYMENTS.c.shop_id == shop_id, FEE_PAYMENTS.c.number == number)
        return self.ids_of_payment(number) if self._connection.execute(mine).first() else None

    def payment_for_update(self, number: str) -> FeePayment:
        query = select(FEE_PAYMENTS).where(FEE_PAYMENTS.c.number == number).with_for_update()
        return payment_of(one_row(self._connection.execute(query)))

    def successful_payment(self, fee_id: int) -> FeePayment | None:
        """The try that has paid the fee."""
        query = select(FEE_PAYMENTS).where(FEE_PAYMENTS.c.fee_id == fee_id, FEE_PAYMENTS.c.state == "paid")
        row = row_or_none(self._connection.execute(query.with_for_update()))
        return payment_of(row) if row else None

    def to_pay_at(self, payment: FeePayment, pay_url: str, *, is_qr: bool) -> None:
        """Where its customer pays, as the rail says."""
        self._step_payment(payment, "wait", pay_url=pay_url, is_qr=is_qr)

    def asked_again(self, payment: FeePayment, *, polls: int | None = None, refund_number: str = "") -> None:
        """The rail has nothing to say yet, asked for the `polls`-th time, or wants another number for money that goes
        back."""
        values: dict[str, Any] = {} if polls is None else {"polls": polls}
        self._step_payment(payment, "wait", **values, **({"refund_number": refund_number} if refund_number else {}))

    def taken(self, payment: FeePayment, got_minor: int) -> None:
        """The rail says that it was paid."""
        self._step_payment(payment, "succeed", got_minor=got_minor, settled_at=self._now)

    def declined(self, payment: FeePayment, problem: str) -> None:
        """The rail says that nothing was taken."""
        self._step_payment(payment, "fail", problem=problem, settled_at=self._now)

    def returning(
        self, payment: FeePayment, refund_number: str, *, got_minor: int | None = None, problem: str = ""
    ) -> None:
        """All that was taken goes back. `got_minor` and `problem`, where it was not what was due."""
        values = {} if got_minor is None else {"got_minor": got_minor, "problem": problem}
        begun = {"refund_number": refund_number, "polls": 0, "settled_at": self._now}
        self._step_payment(payment, "return", **begun, **values)

    def reversed(self, payment: FeePayment) -> None:
        """It was back, and is with the shop again."""
        self._step_payment(payment, "reverse", returned_minor=0, polls=0)

    def returning_again(self, payment: FeePayment) -> None:
        """A person has it sent once more, under the number it has."""
        self._step_payment(payment, "return", polls=0)

    def returned(self, payment: FeePayment) -> None:
        """It is back."""
        self._step_payment(payment, "returned", returned_minor=payment.got_minor)

    def find_tried(self, shop_id: int, rail: str, number: str) -> BookedPayment | None:
        """The try that was made with that rail under this number, or whose money goes back under it."""
        called = or_(FEE_PAYMENTS.c.number == number, FEE_PAYMENTS.c.refund_number == number)
        mine = (FEE_PAYMENTS.c.shop_id == shop_id, FEE_PAYMENTS.c.rail == rail)
        found = booked_payments(self._connection, called, *mine)
        return found[0] if found else None

    def _step_fee(self, fee: ChargedFee, event: str, **values: Any) -> None:
        state = _after(FEE_TRANSITIONS, fee, event)
        self._write(FEES, fee, values | {"state": state, "version": fee.version + 1})

    def _step_payment(self, payment: FeePayment, event: str, **values: Any) -> None:
        state = _after(PAYMENT_TRANSITIONS, payment, event)
        # Once its outcome is known nobody asks for it any more, and whose address it was is nobody's business.
        known = {} if state == "processing" else {"payer_ip": ""}
        self._write(FEE_PAYMENTS, payment, values | known | {"state": state})

    def _write(self, table: Table, before: ChargedFee | FeePayment, values: dict[str, Any]) -> None:
        mine = and_(table.c.id == before.id, table.c.state == before.state)
        if self._connection.execute(update(table).where(mine).values(values)).rowcount != 1:
            raise Conflict("decided")


def booked_payments(connection: Connection, *conditions: ColumnElement[bool]) -> list[BookedPayment]:
    """Tries that are meant by the conditions, oldest first."""
    query = (
        select(FEE_PAYMENTS, FEES.c.amount_minor, FEES.c.currency, FEES.c.order_id)
        .add_columns(func.coalesce(ORDERS.c.number, ARCHIVED.c.number).label("order_no"))
        .join(FEES, FEES.c.id == FEE_PAYMENTS.c.fee_id)
        .outerjoin(ORDERS, ORDERS.c.id == FEES.c.order_id)
        .outerjoin(ARCHIVED, ARCHIVED.c.order_id == FEES.c.order_id)
        .where(*conditions)
        .order_by(FEE_PAYMENTS.c.id)
    )
    return [
        BookedPayment(payment_of(row), row["order_no"], Money(row["amount_minor"], row["currency"]), row["order_id"])
        for row in all_rows(connection.execute(query))
    ]


def _after(transitions: Transitions, before: ChargedFee | FeePayment, event: str) -> str:
    try:
        return advance(transitions, before.state, event)
    except NoSuchStep:
        raise Conflict("decided", at=before.settled_at) from None
