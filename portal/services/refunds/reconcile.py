"""Compares our refunds and fees with the rail's own books and lists every difference (PAYMENTS rule 10, TRAPS T17)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from portal.domain.fees.charged import FeePayment
from portal.ports import Deps, RailPayment, RailRefund
from portal.repos.fees import BookedPayment
from portal.repos.unit_of_work import reading

_BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


def reconcile_refunds(*, since: datetime | None = None, deps: Deps) -> list[str]:
    """One line a difference, none when the books agree. Changes nothing: no state is ever inferred from it."""
    start = since or _BEGINNING
    with reading(deps) as work:
        ours = {row["number"]: row for row in work.refunds.submitted_since(start)}
        fees = work.fees.tried_since(start)
    ours |= {fee.payment.refund_number: _as_refund(fee) for fee in fees if _goes_back(fee.payment, start)}
    tries = {fee.payment.number: fee for fee in fees if fee.payment.created_at >= start}
    theirs = {refund.number: refund for refund in deps.rail.refunds_since(start)}
    taken = {payment.number: payment for payment in deps.rail.payments_since(start)}
    return [*_differences(ours, theirs), *_fee_differences(tries, taken)]


def _goes_back(payment: FeePayment, since: datetime) -> bool:
    return bool(payment.refund_number and payment.settled_at and payment.settled_at >= since)


def _as_refund(fee: BookedPayment) -> Mapping[str, Any]:
    """A fee that goes back, as the refund that the rail knows; it arrives as a whole."""
    state = "succeeded" if fee.payment.state == "returned" else "pending"
    amount = {"amount_minor": fee.payment.got_minor, "currency": fee.amount.currency}
    return amount | {"state": state, "order_no": fee.order_no}


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


def _differences(ours: Mapping[str, Mapping[str, Any]], theirs: Mapping[str, RailRefund]) -> Iterator[str]:
    for number in sorted(theirs.keys() - ours.keys()):
        booked = theirs[number].amount
        yield f"{number}: the rail booked {booked} {booked.currency} that we do not know of"
    for number in sorted(ours):
        row, refund = ours[number], theirs.get(number)
        if refund is None:
            if row["state"] == "succeeded":
                yield f"{number}: arrived here, unknown to the rail (order {row['order_no']})"
            continue
        if refund.amount.minor != row["amount_minor"] or refund.amount.currency != row["currency"]:
            yield f"{number}: {row['amount_minor']} minor units here, {refund.amount.minor} with the rail"
        if refund.outcome == "succeeded" and row["state"] != "succeeded":
            yield f"{number}: succeeded with the rail, {row['state']} here (order {row['order_no']})"
        if row["state"] == "succeeded" and refund.outcome != "succeeded":
            yield f"{number}: succeeded here, {refund.outcome} with the rail (order {row['order_no']})"
