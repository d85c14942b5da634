"""Refunds: planned with the act that causes them, stepped by compare-and-set as the rail answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, false, func, insert, select, update

from portal.domain.errors import Conflict
from portal.domain.refunds.life_cycle import IN_FLIGHT_STATES, REFUND_TRANSITIONS
from portal.domain.refunds.refund import Refund
from portal.domain.transitions import NoSuchStep, advance
from portal.models.order import Payment
from portal.models.refund import Refund as RefundRow
from portal.ports import RefundAnswer
from portal.repos.refund_rows import refund_of
from portal.repos.rows import all_rows, one_row, row_or_none

REFUNDS = RefundRow.__table__
PAYMENTS = Payment.__table__


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRefund:
    """`number` is stored before any call (PAYMENTS rule 1). Amount in minor units."""

    refund_id: str
    number: str
    quote_no: str
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
    to_credit: bool = False
    bonus_minor: int = 0
    credit_days: int = 0
    goodwill_id: int | None = None


@dataclass(frozen=True, slots=True)
class RefundOfOrder:
    """A refund with the number of its order."""

    refund: Refund
    order_no: str


def _called(refund_id: str) -> Select[Any]:
    query = select(REFUNDS, PAYMENTS.c.payment_id, PAYMENTS.c.reference, PAYMENTS.c.captured_minor)
    return query.join(PAYMENTS, PAYMENTS.c.id == REFUNDS.c.payment_row_id).where(REFUNDS.c.refund_id == refund_id)


class Refunds:
    """`work.refunds`. A step is written only from the state that was read; each raises Conflict where somebody was
    faster."""

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

    def summary_of(self, refund: Refund) -> dict[str, Any] | None:
        """The plan that it was made by, where it is the first of it."""
        query = select(REFUNDS.c.summary).where(REFUNDS.c.id == refund.id)
        found: dict[str, Any] | None = self._connection.execute(query).scalar_one()
        return found

    def order_id_of(self, refund_id: str) -> int:
        query = select(REFUNDS.c.order_id).where(REFUNDS.c.refund_id == refund_id)
        return int(self._connection.execute(query).scalar_one())

    def get(self, refund_id: str) -> Refund:
        """With its payment, as it is, without a lock."""
        return refund_of(one_row(self._connection.execute(_called(refund_id))))

    def get_for_update(self, refund_id: str) -> Refund:
        """With its payment. The order is locked already."""
        return refund_of(one_row(self._connection.execute(_called(refund_id).with_for_update(of=REFUNDS))))

    def is_another_in_flight(self, refund: Refund) -> bool:
        """One refund in flight per payment (PAYMENTS rule 3); the unique index holds it as well."""
        query = select(func.count()).where(
            REFUNDS.c.payment_row_id == refund.payment_row_id,
            REFUNDS.c.id != refund.id,
            REFUNDS.c.state.in_(IN_FLIGHT_STATES),
        )
        return bool(self._connection.execute(query).scalar_one())

    def was_sent_after(self, refund: Refund, moment: datetime) -> bool:
        """Another refund of its payment."""
        others = (REFUNDS.c.payment_row_id == refund.payment_row_id) & (REFUNDS.c.id != refund.id)
        lately = (REFUNDS.c.submitted_at > moment) | (REFUNDS.c.settled_at > moment)
        return bool(self._connection.execute(select(func.count()).where(others, lately)).scalar_one())

    def sent(self, refund: Refund, *, rail: str) -> None:
        """It is being sent to that rail, under the number it has."""
        first = refund.submitted_at or self._now
        self._step(refund, "submit", attempts=refund.attempts + 1, submitted_at=first, rail=rail)

    def unanswered(self, refund: Refund) -> None:
        """The rail did not answer: the state stays, so does the number."""
        self._step(refund, _same_state(refund), attempts=refund.attempts + 1)

    def parked(self, refund: Refund) -> None:
        """Nobody can be asked what became of it: it is never sent again by itself."""
        self._step(refund, _same_state(refund), parked_at=self._now)

    def unparked(self, refund: Refund) -> None:
        """Its rail can be asked again."""
        self._step(refund, _same_state(refund), parked_at=None)

    def sent_by_hand(self, refund: Refund) -> None:
        """A person has it sent once more, under the number it has."""
        self._step(refund, _same_state(refund), attempts=refund.attempts + 1, parked_at=None)

    def to_send_again(self, refund: Refund) -> None:
        """The rail does not know the number."""
        self._step(refund, "submit", attempts=refund.attempts + 1, is_unseen=True)

    def sending_again(self, refund: Refund) -> None:
        """Whether the rail has it is not known from now on."""
        self._step(refund, _same_state(refund), is_unseen=False, attempts=max(refund.attempts, 1))

    def accepted(self, refund: Refund, said: RefundAnswer) -> None:
        """The rail has it; that is not success."""
        self._step(refund, "pend", pending_at=self._now, polls=0, **_ids(refund, said))

    def polled(self, refund: Refund, said: RefundAnswer) -> None:
        """Asked once more, and not settled yet."""
        self._step(refund, "pend", polls=refund.polls + 1, **_ids(refund, said))

    def succeeded(self, refund: Refund, said: RefundAnswer) -> None:
        """The money has arrived, by the rail's own books."""
        at = said.at or self._now
        self._step(refund, "succeed", settled_at=at, account=said.account, reason="", **_ids(refund, said))

    def confirmed(self, refund: Refund, said: RefundAnswer) -> None:
        """A person has found it in the books of whoever paid it, which nobody here could ask."""
        self._step(refund, "succeed", settled_at=self._now, confirmed_at=self._now, reason="", **_ids(refund, said))

    def transferred(self, refund: Refund, *, method: str, account: str, trace: str) -> None:
        """It was paid another way than it had been collected; the rail had refused it."""
        self._step(refund, "succeed", settled_at=self._now, method=method, account=account, trace=trace, reason="")

    def split(self, refund: Refund, part: NewRefund) -> None:
        """`part` of one that was never sent becomes a refund of its own, before either is."""
        rest = refund.amount.minor - part.amount_minor
        bonus = refund.bonus_minor * rest // refund.amount.minor
        mine = (REFUNDS.c.id == refund.id) & (REFUNDS.c.state == "planned")
        done = self._connection.execute(update(REFUNDS).where(mine).values(amount_minor=rest, bonus_minor=bonus))
        if done.rowcount != 1:
            raise Conflict("decided")
        self.plan([part])

    def covered(self, refund: Refund, *, method: str) -> None:
        """The customer has had it from their bank: it is never sent."""
        self._step(refund, "cover", settled_at=self._now, method=method)

    def owed_again(self, refund: Refund, *, method: str) -> None:
        """The bank has taken it back: it is to be sent after all."""
        self._step(refund, "owe", settled_at=None, method=method)

    def failed(self, refund: Refund, said: RefundAnswer) -> None:
        """It did not arrive, or was sent back, for a reason in the rail's words."""
        why = {"reason": said.reason[:200], "settled_at": None, "confirmed_at": None}
        self._step(refund, "fail", failed_at=self._now, **why, **_ids(refund, said))

    def renumbered(self, refund: Refund, number: str) -> None:
        """The rail says that its number is spent: the next of the series, which it has not seen yet."""
        self._step(refund, "submit", series=refund.series + 1, number=number, attempts=0, is_unseen=True)

    def _step(self, refund: Refund, event: str, **values: Any) -> None:
        try:
            state = advance(REFUND_TRANSITIONS, refund.state, event)
        except NoSuchStep:
            raise Conflict("decided") from None
        mine = (REFUNDS.c.id == refund.id) & (REFUNDS.c.state == refund.state)
        done = self._connection.execute(update(REFUNDS).where(mine).values(state=state, **values))
        if done.rowcount != 1:
            raise Conflict("decided")

    def are_open(self, case_id: int) -> bool:
        query = select(func.count()).where(REFUNDS.c.case_id == case_id, REFUNDS.c.state != "succeeded")
        return bool(self._connection.execute(query).scalar_one())

    def overall_state(self, order_id: int) -> str:
        """The state of the order's least advanced refund, "" for none: what the list says of a cancelled order."""
        found = set(self._connection.execute(select(REFUNDS.c.state).where(REFUNDS.c.order_id == order_id)).scalars())
        return next(
            (state for state in ("failed", "planned", "submitted", "pending", "succeeded") if state in found), ""
        )

    def of_order(self, order_id: int) -> list[Refund]:
        """Oldest first, with the payment's id."""
        query = select(REFUNDS, PAYMENTS.c.payment_id).join(PAYMENTS, PAYMENTS.c.id == REFUNDS.c.payment_row_id)
        rows = all_rows(self._connection.execute(query.where(REFUNDS.c.order_id == order_id).order_by(REFUNDS.c.id)))
        return [refund_of(row) for row in rows]

    def is_ours(self, shop_id: int, number: str) -> bool:
        """A number of our own, so that the feed's mention of it is not a second refund (INTERFACE, who owns what)."""
        query = select(func.count()).where(REFUNDS.c.shop_id == shop_id, REFUNDS.c.number == number)
        return bool(self._connection.execute(query).scalar_one())

    def find_by_number(self, shop_id: int, number: str) -> str | None:
        """The id of the refund that has this number now, or had it before it was spent."""
        refund_id, _, series = number.rpartition("-")
        had: ColumnElement[bool] = false()
        if series.isascii() and series.isdigit() and len(series) < 4:
            had = (REFUNDS.c.refund_id == refund_id) & (REFUNDS.c.series > int(series))
        query = select(REFUNDS.c.refund_id).where(REFUNDS.c.shop_id == shop_id, (REFUNDS.c.number == number) | had)
        return self._connection.execute(query).scalar_one_or_none()

    def find_sent(self, shop_id: int, rail: str, number: str) -> Refund | None:
        """The refund that was sent to that rail under this number."""
        mine = (REFUNDS.c.shop_id == shop_id) & (REFUNDS.c.rail == rail) & (REFUNDS.c.number == number)
        row = row_or_none(self._connection.execute(select(REFUNDS).where(mine)))
        return refund_of(row) if row else None

    def find_paid_order(self, reference: str) -> int | None:
        """The first order that was paid under that reference of the rail's, in any shop."""
        query = select(PAYMENTS.c.order_id).where(PAYMENTS.c.reference == reference, PAYMENTS.c.reference != "")
        return self._connection.execute(query.order_by(PAYMENTS.c.id).limit(1)).scalar_one_or_none()

    def shop_of_order(self, order_id: int) -> int:
        """Whose it is, by its payments: it may be in the archive."""
        query = select(PAYMENTS.c.shop_id).where(PAYMENTS.c.order_id == order_id).limit(1)
        return int(self._connection.execute(query).scalar_one())


def _same_state(refund: Refund) -> str:
    """The step that leaves a refund in flight where it is."""
    return "submit" if refund.state == "submitted" else "pend"


def _ids(refund: Refund, said: RefundAnswer) -> dict[str, Any]:
    """What the rail calls it, from every answer that says so (PAYMENTS rule 11). Whoever has answered is not asked
    about any more."""
    return {
        "trace": said.trace[:64] or refund.trace,
        "rail_reference": said.reference[:128] or refund.rail_reference,
        "parked_at": None,
    }
