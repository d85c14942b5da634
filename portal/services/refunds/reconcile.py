"""Compares our refunds and fees with the rail's own books and lists every difference (PAYMENTS rule 10, TRAPS T17)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from portal.domain.fees.charged import FeePayment
from portal.domain.money import Money
from portal.domain.refunds.life_cycle import RefundState
from portal.domain.refunds.rails import SANDBOX
from portal.domain.refunds.transfer import METHOD
from portal.ports import Deps, NoLookUp, RailPayment, RailRefund
from portal.repos.fees import BookedPayment
from portal.repos.refunds import RefundOfOrder
from portal.repos.unit_of_work import reading
from portal.services.refunds.choose_rail import Choice, open_rail
from portal.services.refunds.unlisted import Unlisted

_BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """A refund of an order, or of a fee, as our books have it; `refund_id` "" of a fee's."""

    order_no: str
    order_id: int
    refund_id: str = ""
    state: RefundState
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What the books do not agree on, of one `number`: `says` in words for an operator. `order_id` of ours, None where
    it is not known here; `reference` of the payment that the rail names. `ours` and `theirs`: amounts, where known.
    `refund_id`: of a refund of ours that is to have arrived, and has not by the rail's books."""

    number: str
    kind: DifferenceKind
    says: str
    order_id: int | None = None
    reference: str = ""
    ours: Money | None = None
    theirs: Money | None = None
    refund_id: str = ""

    @property
    def line(self) -> str:
        """As `portal refunds reconcile` lists it."""
        return f"{self.number}: {self.says}"


def reconcile_refunds(*, since: datetime | None = None, deps: Deps) -> list[str]:
    """One line a difference, none when the books agree. Changes nothing: no state is ever inferred from it."""
    return [found.line for found in find_differences(since=since, deps=deps)]


def find_differences(*, since: datetime | None = None, deps: Deps) -> tuple[Difference, ...]:
    """Of everything that was sent, tried or booked since then, rail by rail. Raises ProviderUnavailable."""
    start = since or _BEGINNING
    with reading(deps) as work:
        choices: list[tuple[Choice, int | None]] = [
            (Choice(kept.kind, kept), kept.shop_id) for kept in work.rails.of_all_shops()
        ]
        connectors = [kept for kept in work.connectors.every() if kept.refund]
    choices += [(Choice(kept.platform, connector=kept), kept.shop_id) for kept in connectors]
    if deps.rail is not None:
        choices.append((Choice(SANDBOX), None))
    return tuple(found for choice, shop_id in choices for found in _of_rail(choice, shop_id, start, deps))


def _of_rail(choice: Choice, shop_id: int | None, start: datetime, deps: Deps) -> Iterator[Difference]:
    rail = open_rail(choice, deps)
    try:
        theirs = {refund.number: refund for refund in rail.refunds_since(start)}
        taken = {payment.number: payment for payment in rail.payments_since(start)}
    except NoLookUp:
        return
    with reading(deps) as work:
        sent = work.refunds.submitted_since(start, rail=choice.name, shop_id=shop_id)
        fees = work.fees.tried_since(start, rail=choice.name, shop_id=shop_id)
    ours = {found.refund.number: _booked(found) for found in sent}
    ours |= {fee.payment.refund_number: _as_refund(fee) for fee in fees if _goes_back(fee.payment, start)}
    tries = {fee.payment.number: fee for fee in fees if fee.payment.created_at >= start}
    unlisted = Unlisted(rail, sent, fees)
    for one in (*_differences(ours, theirs), *_fee_differences(tries, taken)):
        if not unlisted.is_known(one.kind, one.number):
            yield one


def _goes_back(payment: FeePayment, since: datetime) -> bool:
    return bool(payment.refund_number and payment.settled_at and payment.settled_at >= since)


def _booked(found: RefundOfOrder) -> Booked:
    """One that went another way has to be failed with the rail: else it was paid twice."""
    refund = found.refund
    state: RefundState = "failed" if refund.method == METHOD else refund.state
    return Booked(
        order_no=found.order_no,
        order_id=refund.order_id,
        refund_id=refund.refund_id,
        state=state,
        amount=refund.amount,
    )


def _as_refund(fee: BookedPayment) -> Booked:
    """A fee that goes back, as the refund that the rail knows; it arrives as a whole."""
    state: RefundState = "succeeded" if fee.payment.state == "returned" else "pending"
    amount = Money(fee.payment.got_minor, fee.amount.currency)
    return Booked(order_no=fee.order_no, order_id=fee.order_id, state=state, amount=amount)


def _fee_differences(ours: Mapping[str, BookedPayment], theirs: Mapping[str, RailPayment]) -> Iterator[Difference]:
    """What was taken for fees, by number: in both books, and as much."""
    for number in sorted(theirs.keys() | ours.keys()):
        our, their = ours.get(number), theirs.get(number)
        if our is None:
            if their:
                says = f"the rail took {their.amount} {their.amount.currency} that we do not know of"
                yield Difference(number=number, kind="fee_not_ours", says=says, theirs=their.amount)
            continue
        if found := _fee_difference(our, their):
            kind, says = found
            got = Money(our.payment.got_minor, our.amount.currency)
            theirs_too = their.amount if their else None
            order_id = our.order_id
            yield Difference(number=number, kind=kind, says=says, order_id=order_id, ours=got, theirs=theirs_too)


def _fee_difference(our: BookedPayment, their: RailPayment | None) -> tuple[DifferenceKind, str] | None:
    got = our.payment.got_minor
    if their and our.payment.state in ("processing", "failed"):
        return "fee_paid_there", f"paid with the rail, {our.payment.state} here (order {our.order_no})"
    if their and their.amount.minor != got:
        return "fee_amount", f"{got} minor units taken here, {their.amount.minor} with the rail"
    if their is None and got:
        return "fee_not_theirs", f"paid here, unknown to the rail (order {our.order_no})"
    return None


def _differences(ours: Mapping[str, Booked], theirs: Mapping[str, RailRefund]) -> Iterator[Difference]:
    for number in sorted(theirs.keys() - ours.keys()):
        their = theirs[number]
        says = f"the rail booked {their.amount} {their.amount.currency} that we do not know of"
        where = their.payment_reference
        yield Difference(number=number, kind="refund_not_ours", says=says, reference=where, theirs=their.amount)
    for number in sorted(ours):
        our, refund = ours[number], theirs.get(number)
        for kind, says in _refund_differences(our, refund):
            amount = refund.amount if refund else None
            yield Difference(
                number=number,
                kind=kind,
                says=says,
                order_id=our.order_id,
                ours=our.amount,
                theirs=amount,
                refund_id=our.refund_id if kind in NOT_ARRIVED else "",
            )


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
