"""What an application is worth: the units' share of what was paid; then freight, gifts, offers, fees, less if asked.

Everything is built on `planning.plan_units`; nothing here prices a unit by itself.
"""

from __future__ import annotations

from dataclasses import replace

from portal.domain.applying.reasons import at_fault
from portal.domain.cases.ask import WantedVariant
from portal.domain.cases.life_cycle import REPLACING_KINDS, CaseKind
from portal.domain.errors import Invalid
from portal.domain.exchanging.difference import plan_exchange
from portal.domain.money import Money, zero
from portal.domain.orders.apportion import largest_remainder, worth_of_first
from portal.domain.orders.decisions import Deduction, Plan, PlanLine
from portal.domain.orders.order import Discount, Line, Order, Units
from portal.domain.orders.planning import plan_units
from portal.domain.orders.tenders import over_tenders
from portal.domain.policy.pack import Policy


def plan_application(
    order: Order,
    units: Units,
    policy: Policy,
    *,
    kind: CaseKind,
    reason: str,
    amount: Money | None = None,
    variants: tuple[WantedVariant, ...] = (),
) -> Plan:
    """The refund of an application of `kind` for `units` with all that belongs to it; of an exchange for `variants`
    what it costs more or less. What else is answered with goods moves no money.

    `amount` is what the customer asks for: less than computed lowers it, more raises Invalid (TRAPS T4).
    """
    if kind == "exchange":
        return plan_exchange(order, units, variants)
    if kind in REPLACING_KINDS:
        return _no_money(order, units)
    with_freight = returns_freight(order, units, policy, kind=kind, reason=reason)
    plan = plan_units(order, units, with_freight=with_freight)
    lines = list(plan.lines)
    deductions = [
        *_gifts(order, units, lines, is_fault=at_fault(reason)),
        *_fee(order, lines, policy, kind=kind, reason=reason),
        *(_offers(order, plan, lines) if policy.thresholds == "reprice" else ()),
    ]
    if deductions or policy.coupons == "kept":
        plan = _with(order, plan, lines, deductions)
        if policy.coupons == "kept":
            plan = replace(plan, coupons_back=(), coupons_wait=())
    return plan if amount is None else asked_less(order, plan, amount, keeps_goods=kind == "refund_only")


def returns_freight(order: Order, units: Units, policy: Policy, *, kind: CaseKind, reason: str) -> bool:
    """Once per order, with its last unit: of a withdrawal, where the pack provides it, or whole where the shop was at
    fault
    for all that was sent (ARCHITECTURE law 3, TRAPS T8)."""
    going = dict(units)
    if order.freight_returned or any(line.gone + going.get(line.id, 0) < line.quantity for line in order.lines):
        return False
    if kind == "contract_withdrawal" or policy.freight.outbound == "with_last_unit":
        return True
    return at_fault(reason) and all(
        line.cancelled + line.faulted + going.get(line.id, 0) == line.quantity for line in order.lines
    )


def asked_less(order: Order, plan: Plan, amount: Money, *, keeps_goods: bool) -> Plan:
    """`plan` with only `amount` of its refund. Goods that are kept keep their units: only their money is lowered.

    Raises Invalid for more than computed, or nothing where there is something.
    """
    if amount.minor < 0 or (not amount and plan.refund):
        raise Invalid((("amount", "too_small"),))
    if amount.minor > plan.refund.minor:
        raise Invalid((("amount", "above_computed"),))
    less = plan.refund - amount
    if not less:
        return plan
    # A broken offer is taken off the whole: what the lines, freight and fees come to is that much above the refund.
    worth = amount.minor + sum(deduction.amount.minor for deduction in plan.deductions if deduction.why == "offer")
    lines = _lowered(plan.lines, max(0, worth), keeps_goods=keeps_goods)
    rest = max(0, worth) - sum(line.amount for line in lines)
    plan = replace(
        plan,
        lines=lines,
        freight=Money(min(rest, plan.freight.minor), order.currency),
        fees=Money(max(0, rest - plan.freight.minor), order.currency),
        already=zero(order.currency),
        refund=amount,
        tenders=over_tenders(amount, order.payments),
        deductions=(*_given_back_at_most(plan.deductions, amount), Deduction(why="less", amount=less)),
    )
    if not keeps_goods:
        return plan
    # The units may yet go, and freight with the last: less what was given of it here, by the cap of all refunds.
    return replace(
        plan,
        money_only=True,
        whole=False,
        freight_returned=False,
        points_back=0,
        points_taken=0,
        coupons_back=(),
        coupons_wait=(),
    )


def _given_back_at_most(deductions: tuple[Deduction, ...], amount: Money) -> tuple[Deduction, ...]:
    """An offer that is given back again is a part of the refund, so no more of it than `amount`."""
    return tuple(
        replace(one, amount=max(one.amount, -amount, key=lambda money: money.minor)) if one.why == "offer" else one
        for one in deductions
    )


def _lowered(lines: tuple[PlanLine, ...], minor: int, *, keeps_goods: bool) -> tuple[PlanLine, ...]:
    """The lines with up to `minor` between them, in the proportion of what each was worth."""
    worth = [line.amount for line in lines]
    shares = largest_remainder(min(minor, sum(worth)), worth, worth)
    return tuple(
        replace(line, amount=share, less=line.amount - share, points_count=0 if keeps_goods else line.points_count)
        for line, share in zip(lines, shares, strict=True)
    )


def _no_money(order: Order, units: Units) -> Plan:
    nothing = zero(order.currency)
    return Plan(
        units=units, whole=False, lines=(), freight=nothing, fees=nothing, already=nothing, refund=nothing, tenders=()
    )


def _with(order: Order, plan: Plan, lines: list[PlanLine], deductions: list[Deduction]) -> Plan:
    """The plan with other amounts in its lines and what is taken off the whole, capped as every refund is (T7)."""
    offers = sum(deduction.amount.minor for deduction in deductions if deduction.why == "offer")
    goods = sum(line.amount for line in lines)
    worth = max(0, goods + plan.freight.minor + plan.fees.minor - offers)
    refund = Money(min(worth, order.money_left.minor), order.currency)
    return replace(
        plan,
        lines=tuple(lines),
        deductions=tuple(deductions),
        already=Money(worth - refund.minor, order.currency),
        refund=refund,
        tenders=over_tenders(refund, order.payments),
    )


def _take(lines: list[PlanLine], line_id: str, minor: int) -> int:
    """Takes up to `minor` off a line's amount, or gives that much back where it is negative; what it came to."""
    for index, line in enumerate(lines):
        if line.line_id == line_id:
            taken = min(minor, line.amount)
            lines[index] = replace(line, amount=line.amount - taken, deducted=line.deducted + taken)
            return taken
    return 0


def _gifts(order: Order, units: Units, lines: list[PlanLine], *, is_fault: bool) -> list[Deduction]:
    """Gifts go with their parent: one that stays when its parent goes entirely costs `gift_value`, unless the parent
    is faulty; one that comes later gives it back (POLICY, returns)."""
    going, by_id = dict(units), {line.id: line for line in order.lines}
    found = []
    for gift in order.lines:
        parent = by_id.get(gift.gift_of or "")
        if parent is None or gift.gift_value is None:
            continue
        stays = gift.delivered and gift.gone + going.get(gift.id, 0) < gift.quantity
        if parent.id in going and _goes_entirely(parent, going) and stays and not is_fault:
            taken = _take(lines, parent.id, gift.gift_value.minor)
        elif gift.id in going and not stays and parent.gone == parent.quantity:
            taken = _take(lines, gift.id, -min(gift.gift_value.minor, _withheld(parent)))
        else:
            continue
        if taken:
            found.append(Deduction(why="gift", amount=Money(taken, order.currency), name=gift.title))
    return found


def _goes_entirely(line: Line, going: dict[str, int]) -> bool:
    return line.gone + going.get(line.id, 0) == line.quantity


def _withheld(line: Line) -> int:
    """What refunds of the line so far left out of its units' worth."""
    return max(0, worth_of_first(line.net, line.quantity, line.gone) - line.refunded)


def _fee(order: Order, lines: list[PlanLine], policy: Policy, *, kind: CaseKind, reason: str) -> list[Deduction]:
    """A restocking fee, where a pack withholds one: never for a fault, never of a withdrawal (CN-13, EU-7)."""
    fee = policy.fees.restocking
    if fee is None or fee.how != "withheld" or kind != "return_refund" or at_fault(reason):
        return []
    worth = [line.amount for line in lines]
    amount = fee.of(Money(sum(worth), order.currency))
    for line, share in zip(list(lines), largest_remainder(amount.minor, worth, worth), strict=True):
        _take(lines, line.line_id, share)
    return [Deduction(why="fee", amount=amount)] if amount else []


def _offers(order: Order, plan: Plan, lines: list[PlanLine]) -> list[Deduction]:
    """Re-pricing: refund = max(0, paid − price of what is kept − refunded − in flight), the difference as a deduction.

    Below 0 it gives back what an earlier step took, because the rest goes now (POLICY). Gifts, fees and what was never
    asked for stay withheld.
    """
    price, broken = _price_of_kept(order, dict(plan.units), keeps_freight=not plan.freight_returned)
    withheld = sum(_withheld(line) for line in order.lines) + sum(line.deducted for line in lines)
    refund = max(0, order.money_left.minor - price - withheld)
    taken = sum(line.amount for line in lines) + plan.freight.minor + plan.fees.minor - refund
    return [Deduction(why="offer", amount=Money(taken, order.currency), name=broken)] if taken else []


def _price_of_kept(order: Order, going: dict[str, int], *, keeps_freight: bool) -> tuple[int, str]:
    """What the units that stay would have cost alone, and the code of the first offer they no longer reach."""
    kept = {line.id: line.quantity - line.gone - going.get(line.id, 0) for line in order.lines}
    if not any(kept.values()):
        return 0, ""
    price = sum(max(0, _rest(line, line.net, kept[line.id]) - _paid_back_beyond(line)) for line in order.lines)
    broken = ""
    goods = {line.id: _rest(line, line.total.minor, kept[line.id]) for line in order.lines}
    for discount in order.discounts:
        if discount.kind == "promotion" and discount.threshold is not None and discount.on == "goods":
            covered = sum(goods[line.id] for line in order.lines if discount.covers(line.id))
            if covered < discount.threshold.minor:
                price += _kept_share(order, discount, kept)
                broken = broken or discount.code or "promotion"
    if keeps_freight and not order.freight_returned:
        price += order.freight.minor + order.freight_tax.minor + sum(fee.amount.minor for fee in order.fees)
        waived = order.freight_waived
        if waived and sum(goods.values()) < waived.threshold.minor:
            price += waived.amount.minor
            broken = broken or "freight"
    return price, broken


def _rest(line: Line, whole: int, kept: int) -> int:
    """What `kept` units, the last of the line, are worth of `whole`."""
    return whole - worth_of_first(whole, line.quantity, line.quantity - kept)


def _paid_back_beyond(line: Line) -> int:
    """Money given back for units that stayed: it lowers what the line costs, not its quantity."""
    return max(0, line.refunded - worth_of_first(line.net, line.quantity, line.gone))


def _kept_share(order: Order, discount: Discount, kept: dict[str, int]) -> int:
    """The part of `discount` that lies on the units that stay, spread as it was at intake (law 3)."""
    covered = [line for line in order.lines if discount.covers(line.id)]
    totals = [line.total.minor for line in covered]
    shares = largest_remainder(min(discount.amount.minor, sum(totals)), totals, totals)
    return sum(_rest(line, share, kept[line.id]) for line, share in zip(covered, shares, strict=True))
