"""A goodwill amount as a plan: money of goods that stay and are not asked for, then of freight and fees that were kept.

It is paid back by the way it was paid, so it is never more than the payments have left; and what open applications
would pay is not taken from them. As of every refund of goods that are kept it lowers the money of their lines, not
their quantity (POLICY): a later step is worth at most what is left, and every sequence sums to what was paid.
"""

from __future__ import annotations

from dataclasses import replace

from portal.domain.errors import Invalid
from portal.domain.money import Money, zero
from portal.domain.orders.apportion import largest_remainder, worth_of_first
from portal.domain.orders.decisions import Plan, PlanLine
from portal.domain.orders.order import Line, Order, Units
from portal.domain.orders.planning import plan_line
from portal.domain.orders.tenders import over_tenders


def room_for_goodwill(order: Order) -> Money:
    """The most that can be given of this order; what was collected at the door has no way back."""
    if order.payment_terms == "cod":
        return zero(order.currency)
    kept = sum(line.amount for line in _kept_lines(order))
    return Money(min(order.money_left.minor, kept + _beside_lines(order)), order.currency)


def plan_goodwill(order: Order, amount: Money) -> Plan:
    """Raises Invalid: nothing, or more than there is room for."""
    if amount.minor <= 0:
        raise Invalid((("amount", "too_small"),))
    if amount.minor > room_for_goodwill(order).minor:
        raise Invalid((("amount", "above_room"),))
    lines = _kept_lines(order)
    worth = [line.amount for line in lines]
    shares = largest_remainder(min(amount.minor, sum(worth)), worth, worth)
    parts = tuple(_lowered(line, share) for line, share in zip(lines, shares, strict=True) if share)
    nothing, units = zero(order.currency), tuple((line.line_id, line.units) for line in parts)
    return Plan(
        units=units,
        whole=False,
        lines=parts,
        freight=Money(amount.minor - sum(shares), order.currency),
        fees=nothing,
        already=nothing,
        refund=amount,
        tenders=over_tenders(amount, order.payments),
        money_only=True,
    )


def plan_owed(released: Order, plan: Plan) -> Plan | None:
    """What refunds that came in between left out because of an amount that was claimed and is not given after all:
    units that have gone since are worth what they always were. `released`: without it. None where nothing is."""
    by_id = {line.id: line for line in released.lines}
    parts = [(line, _left_out(by_id[line.line_id], line.amount)) for line in plan.lines]
    lines = tuple(replace(line, amount=owed, less=0, already=0) for line, owed in parts if owed)
    refund = Money(min(sum(line.amount for line in lines), released.money_left.minor), released.currency)
    if not refund:
        return None
    units, tenders = tuple((line.line_id, line.units) for line in lines), over_tenders(refund, released.payments)
    return replace(
        plan, units=units, lines=lines, freight=zero(released.currency), refund=refund, tenders=tenders, money_only=True
    )


def _left_out(line: Line, share: int) -> int:
    return max(0, min(share, worth_of_first(line.net, line.quantity, line.gone) - line.refunded))


def _kept_lines(order: Order) -> list[PlanLine]:
    """Of each line the units that nobody has asked for, with what they are still worth."""
    kept: Units = tuple((line.id, line.left) for line in order.lines if line.left > 0)
    by_id = {line.id: line for line in order.lines}
    return [plan_line(by_id[line_id], count) for line_id, count in kept]


def _beside_lines(order: Order) -> int:
    """Freight and fees that were not given back: what the payments have left beyond the money of the lines."""
    in_lines = sum(max(0, line.net - line.refunded) for line in order.lines)
    return max(0, order.money_left.minor - in_lines)


def _lowered(line: PlanLine, share: int) -> PlanLine:
    return replace(line, amount=share, less=line.amount - share, points_count=0)
