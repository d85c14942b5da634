"""What our books and a rail's do not agree on, of one number (PAYMENTS rule 10, TRAPS T17)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from portal.domain.money import Money
from portal.domain.refunds.life_cycle import RefundState
from portal.domain.refunds.transfer import METHOD
from portal.ports import RailPayment, RailRefund
from portal.repos.fees import BookedPayment
from portal.repos.rail_books import BookedLine
from portal.repos.refunds import RefundOfOrder

DifferenceKind = Literal[
    "refund_not_ours",
    "refund_not_theirs",
    "refund_amount",
    "refund_done_there",
    "refund_done_here",
    "fee_not_ours",
    "fee_not_theirs",
    "fee_amount",
    "fee_paid_there",
]
NOT_ARRIVED = ("refund_not_theirs", "refund_done_here")
_ASKED_AGAIN = (*NOT_ARRIVED, "refund_done_there")


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """A refund of an order, or of a fee, as our books have it; `refund_id` "" of a fee's. `touched_at`: when it was
    sent or arrived last."""

    number: str
    order_no: str
    order_id: int
    refund_id: str = ""
    state: RefundState
    amount: Money
    touched_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What the books do not agree on, of one `number`: `says` in words for an operator. `order_id` of ours, None where
    it is not known here; `reference` of the payment that the rail names. `ours` and `theirs`: amounts, where known.
    `refund_id`: of a refund of ours that has arrived in one of the two books alone. `touched_at`: as of `Booked`."""

    number: str
    kind: DifferenceKind
    says: str
    order_id: int | None = None
    reference: str = ""
    ours: Money | None = None
    theirs: Money | None = None
    refund_id: str = ""
    touched_at: datetime | None = None

    @property
    def line(self) -> str:
        """As `portal refunds reconcile` lists it."""
        return f"{self.number}: {self.says}"


def booked_refund(found: RefundOfOrder) -> Booked:
    refund = found.refund
    moments = [moment for moment in (refund.submitted_at, refund.settled_at) if moment]
    return Booked(
        number=refund.number,
        order_no=found.order_no,
        order_id=refund.order_id,
        refund_id=refund.refund_id,
        state=_state(refund.state, refund.method),
        amount=refund.amount,
        touched_at=max(moments, default=None),
    )


def booked_return(fee: BookedPayment) -> Booked:
    """A fee that goes back, as the refund that the rail knows; it arrives as a whole."""
    return Booked(
        number=fee.payment.refund_number,
        order_no=fee.order_no,
        order_id=fee.order_id,
        state=_returned(fee.payment.state),
        amount=Money(fee.payment.got_minor, fee.amount.currency),
        touched_at=fee.payment.settled_at,
    )


def agrees(ours: BookedLine, theirs: RailRefund | None, *, is_return: bool = False) -> bool | None:
    """Whether a refund stands in both books and is the same; None where it is in neither. `is_return`: of a fee."""
    state = _returned(ours.state) if is_return else _state(ours.state, ours.method)
    if theirs is None:
        return False if state == "succeeded" else None
    return state == theirs.outcome == "succeeded" and theirs.amount == Money(ours.minor, ours.currency)


def took(ours: BookedLine, theirs: RailPayment | None) -> bool:
    """Whether a payment that took something here stands in the rail's books as well, and as much."""
    is_taken = ours.state not in ("processing", "failed")
    return is_taken and theirs is not None and theirs.amount == Money(ours.minor, ours.currency)


def refund_differences(number: str, ours: Booked | None, theirs: RailRefund | None) -> Iterator[Difference]:
    """Of what stands in one of them at least."""
    if ours is None:
        if theirs:
            says = f"the rail booked {theirs.amount} {theirs.amount.currency} that we do not know of"
            where = theirs.payment_reference
            yield Difference(number=number, kind="refund_not_ours", says=says, reference=where, theirs=theirs.amount)
        return
    for kind, says in _refund_differences(ours, theirs):
        yield Difference(
            number=number,
            kind=kind,
            says=says,
            order_id=ours.order_id,
            ours=ours.amount,
            theirs=theirs.amount if theirs else None,
            refund_id=ours.refund_id if kind in _ASKED_AGAIN else "",
            touched_at=ours.touched_at,
        )


def fee_differences(number: str, ours: BookedPayment | None, theirs: RailPayment | None) -> Iterator[Difference]:
    """What was taken for a fee: in both books, and as much."""
    if ours is None:
        if theirs:
            says = f"the rail took {theirs.amount} {theirs.amount.currency} that we do not know of"
            yield Difference(number=number, kind="fee_not_ours", says=says, theirs=theirs.amount)
        return
    if found := _fee_difference(ours, theirs):
        kind, says = found
        got, amount = Money(ours.payment.got_minor, ours.amount.currency), theirs.amount if theirs else None
        yield Difference(number=number, kind=kind, says=says, order_id=ours.order_id, ours=got, theirs=amount)


def _state(state: str, method: str) -> RefundState:
    """One that went another way has to be failed with the rail: else it was paid twice."""
    return "failed" if method == METHOD else state  # type: ignore[return-value]


def _returned(state: str) -> RefundState:
    return "succeeded" if state == "returned" else "pending"


def _fee_difference(our: BookedPayment, their: RailPayment | None) -> tuple[DifferenceKind, str] | None:
    got = our.payment.got_minor
    if their and our.payment.state in ("processing", "failed"):
        return "fee_paid_there", f"paid with the rail, {our.payment.state} here (order {our.order_no})"
    if their and their.amount.minor != got:
        return "fee_amount", f"{got} minor units taken here, {their.amount.minor} with the rail"
    if their is None and got:
        return "fee_not_theirs", f"paid here, unknown to the rail (order {our.order_no})"
    return None


def _refund_differences(our: Booked, refund: RailRefund | None) -> Iterator[tuple[DifferenceKind, str]]:
    if refund is None:
        if our.state == "succeeded":
            yield "refund_not_theirs", f"arrived here, unknown to the rail (order {our.order_no})"
        return
    if refund.amount != our.amount:
        yield "refund_amount", f"{our.amount.minor} minor units here, {refund.amount.minor} with the rail"
    if refund.outcome == "succeeded" and our.state != "succeeded":
        yield "refund_done_there", f"succeeded with the rail, {our.state} here (order {our.order_no})"
    if our.state == "succeeded" and refund.outcome != "succeeded":
        yield "refund_done_here", f"succeeded here, {refund.outcome} with the rail (order {our.order_no})"
