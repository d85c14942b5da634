"""Compares our refunds and fees with the rail's own books and lists every difference (PAYMENTS rule 10, TRAPS T17)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from portal.domain.fees.charged import FeePayment
from portal.domain.money import Money
from portal.domain.refunds.life_cycle import RefundState
from portal.ports import Deps, RailPayment, RailRefund
from portal.repos.fees import BookedPayment
from portal.repos.refunds import RefundOfOrder
from portal.repos.unit_of_work import reading

_BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """A refund of an order, or of a fee, as our books have it."""

    order_no: str
    state: RefundState
    amount: Money


def reconcile_refunds(*, since: datetime | None = None, deps: Deps) -> list[str]:
    """One line a difference, none when the books agree. Changes nothing: no state is ever inferred from it."""
    start = since or _BEGINNING
    with reading(deps) as work:
        ours = {found.refund.number: _booked(found) for found in work.refunds.submitted_since(start)}
        fees = work.fees.tried_since(start)
    ours |= {fee.payment.refund_number: _as_refund(fee) for fee in fees if _goes_back(fee.payment, start)}
    tries = {fee.payment.number: fee for fee in fees if fee.payment.created_at >= start}
    theirs = {refund.number: refund for refund in deps.rail.refunds_since(start)}
    taken = {payment.number: payment for payment in deps.rail.payments_since(start)}
    return [*_differences(ours, theirs), *_fee_differences(tries, taken)]


def _goes_back(payment: FeePayment, since: datetime) -> bool:
    return bool(payment.refund_number and payment.settled_at and payment.settled_at >= since)


def _booked(found: RefundOfOrder) -> Booked:
    return Booked(order_no=found.order_no, state=found.refund.state, amount=found.refund.amount)


def _as_refund(fee: BookedPayment) -> Booked:
    """A fee that goes back, as the refund that the rail knows; it arrives as a whole."""
    state: RefundState = "succeeded" if fee.payment.state == "returned" else "pending"
    return Booked(order_no=fee.order_no, state=state, amount=Money(fee.payment.got_minor, fee.amount.currency))


def _fee_differences(ours: Mapping[str, BookedPayment], theirs: Mapping[str, RailPayment]) -> Iterator[str]:
    """What was taken for fees, by number: in both books, and as much."""
    for number in sorted(theirs.keys() | ours.keys()):
        our, their = ours.get(number), theirs.get(number)
        if our is None and their:
            yield f"{number}: the rail took {their.amount} {their.amount.currency} that we do not know of"
        elif our and their and our.payment.state in ("processing", "failed"):
            yield f"{number}: paid with the rail, {our.payment.state} here (order {our.order_no})"
        elif our and their and their.amount.minor != our.payment.got_minor:
            yield f"{number}: {our.payment.got_minor} minor units taken here, {their.amount.minor} with the rail"
        elif our and their is None and our.payment.got_minor:
            yield f"{number}: paid here, unknown to the rail (order {our.order_no})"


def _differences(ours: Mapping[str, Booked], theirs: Mapping[str, RailRefund]) -> Iterator[str]:
    for number in sorted(theirs.keys() - ours.keys()):
        booked = theirs[number].amount
        yield f"{number}: the rail booked {booked} {booked.currency} that we do not know of"
    for number in sorted(ours):
        our, refund = ours[number], theirs.get(number)
        if refund is None:
            if our.state == "succeeded":
                yield f"{number}: arrived here, unknown to the rail (order {our.order_no})"
            continue
        if refund.amount != our.amount:
            yield f"{number}: {our.amount.minor} minor units here, {refund.amount.minor} with the rail"
        if refund.outcome == "succeeded" and our.state != "succeeded":
            yield f"{number}: succeeded with the rail, {our.state} here (order {our.order_no})"
        if our.state == "succeeded" and refund.outcome != "succeeded":
            yield f"{number}: succeeded here, {refund.outcome} with the rail (order {our.order_no})"
