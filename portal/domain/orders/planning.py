"""What a set of units is worth when it goes: the one function behind every refund that is shown, stored or sent."""

from __future__ import annotations

from collections.abc import Iterable

from portal.domain.money import Money, total, zero
from portal.domain.orders.apportion import largest_remainder, worth_of_first, worth_of_step
from portal.domain.orders.decisions import CouponBack, Plan, PlanLine
from portal.domain.orders.order import Discount, Line, Order, Units
from portal.domain.orders.tenders import over_tenders


def plan_line(line: Line, units: int) -> PlanLine:
    """The next `units` of `line`, after those already gone, priced by F(k) of what was paid (law 3).

    The cash amount is F over the line's net; each discount is F over itself, and the list price with tax is their sum,
    so no part can be negative and Σ over any sequence is the line's whole. What earlier refunds took beyond F lowers
    what is left.
    """
    parts = (line.net, line.discount, line.promotion, line.coupon, line.points, line.adjustment)
    gross = _gross_step(line, parts, units)
    tax = worth_of_step(line.tax, sum(parts), *gross) if line.tax else 0
    paid, own, promotion, coupon, points, adjustment = (_step(line, value, units) for value in parts)
    amount = max(0, min(paid, line.net - line.refunded))
    return PlanLine(
        line_id=line.id,
        title=line.title,
        units=units,
        goods=gross[1] - tax,
        promotion=promotion,
        coupon=coupon,
        points=points,
        adjustment=adjustment,
        amount=amount,
        points_count=_step(line, line.points_count, units),
        own=own,
        tax=tax,
        already=paid - amount,
    )


def _step(line: Line, value: int, units: int) -> int:
    """What the next `units` are worth of a part of the line."""
    return worth_of_step(value, line.quantity, line.gone, units)


def _gross_step(line: Line, parts: tuple[int, ...], units: int) -> tuple[int, int]:
    """Of the list price with tax: what the units gone so far were worth, and what the next are.

    Tax goes by these amounts, not by units: F over it alone could be a minor unit more than both together.
    """
    before = sum(worth_of_first(value, line.quantity, line.gone) for value in parts)
    return before, sum(_step(line, value, units) for value in parts)


def plan_units(order: Order, units: Units, *, with_freight: bool) -> Plan:
    """Refund of `units` (each ≤ what is left of its line). `with_freight`: the order's freight and fees go back too.

    Never more than paid − done − in flight (TRAPS T7); the difference is shown as `already`.
    """
    currency, by_id = order.currency, {line.id: line for line in order.lines}
    lines = tuple(plan_line(by_id[line_id], count) for line_id, count in units)
    freight = order.freight + order.freight_tax if with_freight else zero(currency)
    fees = total((fee.amount for fee in order.fees), currency) if with_freight else zero(currency)
    worth = Money(sum(line.amount for line in lines), currency) + freight + fees
    refund = min(worth, order.money_left, key=lambda money: money.minor)
    going = dict(units)
    return Plan(
        units=units,
        whole=all(line.gone + going.get(line.id, 0) == line.quantity for line in order.lines),
        lines=lines,
        freight=freight,
        fees=fees,
        already=worth - refund,
        refund=refund,
        tenders=over_tenders(refund, order.payments),
        points_back=sum(line.points_count for line in lines) + (_freight_points(order) if with_freight else 0),
        points_taken=_points_taken(order, units),
        coupons_back=tuple(_coupons(order, units, back=True)),
        coupons_wait=tuple(coupon.code for coupon in _coupons(order, units, back=False)),
        freight_returned=with_freight,
        freight_kept=None if with_freight or order.freight_returned else order.freight + order.freight_tax,
    )


def _freight_points(order: Order) -> int:
    """Points that paid freight: they come back with it."""
    return sum(discount.points for discount in order.discounts if discount.on == "freight")


def _coupons(order: Order, units: Units, *, back: bool) -> Iterable[CouponBack]:
    """Coupons touched by `units`: back once every unit they applied to is gone, else waiting (law 3, TRAPS T20)."""
    going = dict(units)
    for discount in order.discounts:
        if discount.kind != "coupon" or not any(discount.covers(line_id) for line_id in going):
            continue
        if discount.on == "freight" and not back:
            # Nothing of it is in the lines, so there is no share that stays unpaid.
            continue
        covered = [line for line in order.lines if discount.covers(line.id)]
        is_back = all(line.gone + going.get(line.id, 0) == line.quantity for line in covered)
        if is_back == back:
            yield _coupon_back(discount)


def _coupon_back(discount: Discount) -> CouponBack:
    return CouponBack(code=discount.code, amount=discount.amount, expires_at=discount.expires_at)


def _points_taken(order: Order, units: Units) -> int:
    """Points earned with the order, for these units: spread over the lines by what was paid, then F(k) (POLICY)."""
    if not order.points_earned:
        return 0
    nets = [line.net or line.quantity for line in order.lines]
    shares = largest_remainder(order.points_earned, nets, [order.points_earned] * len(nets))
    going = dict(units)
    return sum(
        worth_of_step(share, line.quantity, line.gone, going[line.id])
        for line, share in zip(order.lines, shares, strict=True)
        if line.id in going
    )
