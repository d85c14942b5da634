"""An order after something happened to it: new facts from old ones, nothing stored. What is saved is the difference."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from portal.domain.orders.decisions import Plan, PlanTender
from portal.domain.orders.order import Line, Order, Payment, Units


def _each_line(order: Order, units: Units, change: Callable[[Line, int], Line]) -> Order:
    going = dict(units)
    return replace(
        order, lines=tuple(change(line, going[line.id]) if line.id in going else line for line in order.lines)
    )


def claimed(order: Order, units: Units) -> Order:
    """`units` are held by an open application."""
    return _each_line(order, units, lambda line, count: replace(line, claimed=line.claimed + count))


def released(order: Order, units: Units) -> Order:
    """The application that held `units` ended without them: free to be asked for again."""
    return _each_line(order, units, lambda line, count: replace(line, claimed=line.claimed - count))


def cancelled(order: Order, plan: Plan) -> Order:
    """`plan.units`, unshipped and unclaimed, are cancelled; its refund is reserved on the payments it goes back to."""
    money = {line.line_id: line.amount for line in plan.lines}

    def go(line: Line, count: int) -> Line:
        return replace(
            line,
            gone=line.gone + count,
            cancelled=line.cancelled + count,
            refunded=line.refunded + money[line.id],
        )

    after = _each_line(order, plan.units, go)
    return replace(
        after,
        freight_returned=order.freight_returned or plan.freight_returned,
        payments=reserved(order.payments, plan.tenders),
    )


def refunded(order: Order, plan: Plan, *, at_fault: bool = False, never_sent: Units = ()) -> Order:
    """`plan.units`, unclaimed by now, are gone, or stay with less money in them where it is `money_only`.

    The refund is reserved on the payments it goes back to. `at_fault`: the shop was, so they count towards freight.
    `never_sent`: those of the units that had not left, so that they are cancelled as well and no parcel takes them.
    """
    money = {line.line_id: line.amount for line in plan.lines}
    unsent = dict(never_sent)

    def go(line: Line, count: int) -> Line:
        gone = 0 if plan.money_only else count
        return replace(
            line,
            gone=line.gone + gone,
            cancelled=line.cancelled + unsent.get(line.id, 0),
            faulted=line.faulted + (gone if at_fault else 0),
            refunded=line.refunded + money[line.id],
        )

    going = dict(plan.units)
    return replace(
        order,
        lines=tuple(go(line, going[line.id]) if line.id in going else line for line in order.lines),
        freight_returned=order.freight_returned or plan.freight_returned,
        payments=reserved(order.payments, plan.tenders),
    )


def forfeited(order: Order, units: Units) -> Order:
    """`units`, unclaimed by now, are the shop's without money going back: given up by the customer."""
    return _each_line(order, units, lambda line, count: replace(line, gone=line.gone + count))


def given_back(order: Order, plan: Plan) -> Order:
    """The opposite of `refunded`: as if that plan had never been carried out, for looking at the past."""
    money = {line.line_id: line.amount for line in plan.lines}
    going = () if plan.money_only else plan.units
    order = _each_line(order, going, lambda line, count: replace(line, gone=line.gone - count))
    order = _each_line(
        order, plan.units, lambda line, _: replace(line, refunded=max(0, line.refunded - money[line.id]))
    )
    promised = {tender.payment_id: tender.amount.minor for tender in plan.tenders}

    def with_less(payment: Payment) -> Payment:
        from_flight = min(payment.in_flight, promised.get(payment.id, 0))
        settled_part = min(payment.refunded, promised.get(payment.id, 0) - from_flight)
        return replace(payment, in_flight=payment.in_flight - from_flight, refunded=payment.refunded - settled_part)

    return replace(
        order,
        freight_returned=order.freight_returned and not plan.freight_returned,
        payments=tuple(map(with_less, order.payments)),
    )


def reserved(payments: tuple[Payment, ...], tenders: tuple[PlanTender, ...]) -> tuple[Payment, ...]:
    """What `tenders` promise is in flight until the rail says it has arrived (TRAPS T7)."""
    promised = {tender.payment_id: tender.amount.minor for tender in tenders}
    return tuple(replace(payment, in_flight=payment.in_flight + promised.get(payment.id, 0)) for payment in payments)


def taken_back(order: Order, payment_id: str, minor: int) -> Order:
    """`minor` units of that payment are the customer's again by a dispute that the shop has lost; below 0: the bank has
    given them back to the shop."""
    return replace(
        order,
        payments=tuple(
            replace(payment, refunded=payment.refunded + minor) if payment.id == payment_id else payment
            for payment in order.payments
        ),
    )


def unsettled(order: Order, payment_id: str, amount: int) -> Order:
    """The opposite of `settled`: what had arrived was sent back, and is promised once more."""
    return settled(order, payment_id, -amount)


def settled(order: Order, payment_id: str, amount: int) -> Order:
    """A refund of `amount` (minor units) to that payment has succeeded: from in flight to refunded."""
    return replace(
        order,
        payments=tuple(
            replace(payment, in_flight=payment.in_flight - amount, refunded=payment.refunded + amount)
            if payment.id == payment_id
            else payment
            for payment in order.payments
        ),
    )
