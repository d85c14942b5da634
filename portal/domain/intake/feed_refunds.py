"""What the shop itself gave back, with money or without: counted once, and dropped again where it failed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from portal.domain.intake.imported_order import Counted, CountedLine, FeedRefund
from portal.domain.intake.order_facts import gone_too
from portal.domain.orders.apportion import worth_of_step
from portal.domain.orders.order import Line, Order, Payment


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """`order` with the shop's refunds counted; `refunds` say of each what was; `collided` are those of them that a
    person must look at: ours to the same payment is on its way, or more goes back than is left."""

    order: Order
    refunds: tuple[FeedRefund, ...]
    collided: tuple[FeedRefund, ...] = ()


def with_feed_refunds(order: Order, refunds: Iterable[FeedRefund], before: Iterable[FeedRefund] = ()) -> Given:
    """What the shop gave back lowers what is left, also while it is on its way; lines of it whatever its money.

    `before` are those that are counted in `order` already. One of them that is said again counts only for what is other
    in it: a pending one that failed is dropped again, one that arrived is no longer on its way. Only what fits is
    counted, so the portal never promises money or units twice.
    """
    known, done, collided = {refund.id: refund for refund in before}, [], []
    ours = _in_flight_of_ours(order, known.values())
    for refund in refunds:
        old = known.get(refund.id)
        if old is not None and _is_same(old, refund):
            done.append(old)
            continue
        order, counted, fits = _count(_uncounted(order, old) if old else order, refund, ours)
        done.append(replace(refund, counted=counted))
        if not fits:
            collided.append(refund)
    return Given(order=order, refunds=tuple(done), collided=tuple(collided))


def units_of(refund: FeedRefund) -> tuple[tuple[str, int], ...]:
    """The units that are gone because of it."""
    if refund.counted is None:
        return refund.lines
    return tuple((line.line_id, line.units) for line in refund.counted.lines)


def _is_same(old: FeedRefund, new: FeedRefund) -> bool:
    return (old.amount, old.lines, old.status, old.payment_id) == (new.amount, new.lines, new.status, new.payment_id)


def _in_flight_of_ours(order: Order, refunds: Iterable[FeedRefund]) -> dict[str, int]:
    """By payment: what is on its way and not because of the shop's own refunds."""
    found = {payment.id: payment.in_flight for payment in order.payments}
    for refund in refunds:
        if refund.counted and refund.counted.in_flight and refund.payment_id in found:
            found[refund.payment_id] -= refund.counted.amount
    return found


def _count(order: Order, refund: FeedRefund, ours: dict[str, int]) -> tuple[Order, Counted, bool]:
    if refund.status == "failed":
        return order, Counted(0), True
    payment = next((paid for paid in order.payments if paid.id == refund.payment_id), None)
    if payment is None and refund.amount:
        return order, Counted(0), False
    amount = min(refund.amount.minor, payment.left) if payment else 0
    fits = amount == refund.amount.minor and not (amount and ours[refund.payment_id])
    units, rest, lines, counted = dict(refund.lines), amount, [], []
    for line in order.lines:
        asked = units.get(line.id, 0)
        count = min(asked, line.left)
        fits = fits and (count == asked or order.state == "cancelled")
        worth = min(rest, worth_of_step(line.net, line.quantity, line.gone, count)) if count else 0
        rest -= worth
        lines.append(gone_too(line, count, worth) if count else line)
        if count:
            counted.append(CountedLine(line.id, count, lines[-1].cancelled - line.cancelled, worth))
    is_pending = refund.status == "pending"
    payments = tuple(_taken(paid, amount, is_pending) if paid is payment else paid for paid in order.payments)
    after = replace(order, payments=payments, lines=tuple(lines))
    return after, Counted(amount, is_pending, tuple(counted)), fits


def _taken(payment: Payment, amount: int, is_pending: bool) -> Payment:
    if is_pending:
        return replace(payment, in_flight=payment.in_flight + amount)
    return replace(payment, refunded=payment.refunded + amount)


def _uncounted(order: Order, refund: FeedRefund) -> Order:
    """As if `refund` had never been counted. Nothing falls below what is there without it."""
    counted = refund.counted or Counted(
        refund.amount.minor, lines=tuple(CountedLine(line_id, count, 0, 0) for line_id, count in refund.lines)
    )
    by_line = {line.line_id: line for line in counted.lines}
    return replace(
        order,
        payments=tuple(
            _given_again(paid, counted) if paid.id == refund.payment_id else paid for paid in order.payments
        ),
        lines=tuple(_there_again(line, by_line[line.id]) if line.id in by_line else line for line in order.lines),
    )


def _given_again(payment: Payment, counted: Counted) -> Payment:
    if counted.in_flight:
        return replace(payment, in_flight=max(0, payment.in_flight - counted.amount))
    return replace(payment, refunded=max(0, payment.refunded - counted.amount))


def _there_again(line: Line, counted: CountedLine) -> Line:
    gone = max(0, line.gone - counted.units)
    return replace(
        line,
        gone=gone,
        cancelled=min(gone, max(0, line.cancelled - counted.cancelled)),
        refunded=max(0, line.refunded - counted.worth),
    )
