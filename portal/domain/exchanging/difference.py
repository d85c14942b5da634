"""What an exchange costs more or less: the price of the other goods against what was paid for those that go back."""

from __future__ import annotations

from dataclasses import replace

from portal.domain.cases.ask import WantedVariant
from portal.domain.money import Money, zero
from portal.domain.orders.apportion import largest_remainder
from portal.domain.orders.decisions import Plan, PlanLine
from portal.domain.orders.order import Order, Units
from portal.domain.orders.planning import plan_line
from portal.domain.orders.tenders import over_tenders


def plan_exchange(order: Order, units: Units, variants: tuple[WantedVariant, ...] = ()) -> Plan:
    """The money of exchanging `units` of `order`, exact to the minor unit.

    The law. A line that gets the same goods again costs nothing, whatever they cost today. A line that gets a variant
    changes by price × units − W, where `price` is what one of the variant cost when the exchange was applied for, and W
    is what a refund of these units would pay for them now: F(k) of the line's net, less what earlier refunds took
    (`plan_line`). The changes of all lines are one sum D, so a dearer line and a cheaper one are set off:

    - D > 0: `surcharge` = D, which is a fee of its own and is paid before the replacement is sent; `refund` = 0.
    - D < 0: `refund` = −D to the payments of the order, up to what they have left. The
      units stay with the customer (`money_only`), so it lowers the money of the lines that became cheaper, in
      proportion to by how much: a later return of the new goods pays at most what was paid for them.
    - D = 0: no money moves.

    Nothing of freight, coupons, points or gifts changes hands: the order stays as it was bought.
    """
    wanted, by_id = {variant.line_id: variant for variant in variants}, {line.id: line for line in order.lines}
    lines = tuple(plan_line(by_id[line_id], count) for line_id, count in units)
    changes = [_change(line, wanted.get(line.line_id)) for line in lines]
    difference, nothing = sum(changes), zero(order.currency)
    due = Money(max(0, -difference), order.currency)
    refund = min(due, order.money_left, key=lambda money: money.minor)
    cheaper = [max(0, -change) for change in changes]
    shares = largest_remainder(refund.minor, cheaper, cheaper)
    return Plan(
        units=units,
        whole=False,
        lines=tuple(map(_lowered_to, lines, shares)),
        freight=nothing,
        fees=nothing,
        already=nothing,
        refund=refund,
        tenders=over_tenders(refund, order.payments),
        money_only=True,
        surcharge=Money(difference, order.currency) if difference > 0 else None,
    )


def _change(line: PlanLine, variant: WantedVariant | None) -> int:
    """What the units of a line cost more (below 0: less), in minor units."""
    if variant is None:
        return 0
    if variant.price is None:
        raise ValueError(f"the price of {variant.sku} was not looked up")
    return variant.price.minor * line.units - line.amount


def _lowered_to(line: PlanLine, share: int) -> PlanLine:
    """`share` of the units' worth goes back; the rest stays in the goods that come instead."""
    return replace(line, amount=share, less=line.amount - share, points_count=0)
