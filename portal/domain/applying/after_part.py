"""What is still owed of an application of which the shop granted a part, should its appeal be granted (S39).

What was granted is paid meanwhile and taken off, line by line and in all: never more than was asked for, never twice
(TRAPS T1, T7).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from portal.domain.applying.amounts import plan_application
from portal.domain.cases.ask import ApplicationAsk
from portal.domain.cases.case import Case
from portal.domain.money import Money, zero
from portal.domain.orders import effects
from portal.domain.orders.apportion import largest_remainder
from portal.domain.orders.combining import combined, topped_up
from portal.domain.orders.decisions import Plan, PlanLine
from portal.domain.orders.order import Order, Units
from portal.domain.orders.tenders import over_tenders
from portal.domain.policy.pack import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What the shop granted of an application, `plan`, and what was asked for: `ask`, worth `requested` at that time.

    `keeps_goods`: nothing has to be sent back for it, so that units which were not granted can be contested as well.
    Units of a return that were not granted are free to be applied for again.
    """

    plan: Plan
    ask: ApplicationAsk
    requested: Money
    keeps_goods: bool

    @property
    def owed(self) -> Money:
        """What was asked for and not granted. Return freight came on top of what was asked for."""
        carriage = self.plan.carriage or zero(self.requested.currency)
        return self.requested - (self.plan.refund - carriage)

    @property
    def units(self) -> Units:
        """What an appeal is about and holds: units not granted, all of them where they stay and only money went."""
        if not self.keeps_goods:
            return ()
        granted = {} if self.plan.money_only else dict(self.plan.units)
        return tuple((line_id, left) for line_id, count in self.ask.units if (left := count - granted.get(line_id, 0)))


def part_of(case: Case) -> Part | None:
    """None where the shop granted all, nothing, or only a part of the goods that it took a look at: what was not
    accepted has an appeal of its own. Of an exchange no money was asked for."""
    found = case.inspection
    if not case.outcome.is_part or case.state not in ("refunding", "completed") or case.asked is None:
        return None
    if case.kind == "exchange":
        return None
    if found and (found.rejected or found.missing):
        return None
    plan, requested = case.plan, case.outcome.requested
    if requested is None:
        requested = plan.refund - (plan.carriage or zero(plan.refund.currency))
    return Part(plan=plan, ask=case.asked, requested=requested, keeps_goods=case.handling.remedy == "refund")


def rest_of(order: Order, part: Part, policy: Policy, *, amount: Money | None = None) -> Plan:
    """What granting the appeal pays on `order`, which holds nothing for it; `amount`: only so much of it."""
    owed = part.owed if amount is None else min(amount, part.owed, key=lambda money: money.minor)
    owed = min(owed, order.money_left, key=lambda money: money.minor)
    if owed.minor <= 0:
        return _nothing(owed.currency)
    if not part.units:
        return _held_back(order, part, owed)
    if part.plan.money_only:
        return _less_what_was_paid(order, part, policy, owed)
    return _up_to(order, part, policy, owed)


def in_all(part: Part, rest: Plan) -> Plan:
    """What was granted first and the rest of it as one, for reading."""
    is_same_goods = part.plan.money_only or not part.units
    return (topped_up if is_same_goods and rest.lines else combined)(part.plan, rest)


def _nothing(currency: str) -> Plan:
    none = zero(currency)
    return Plan(
        units=(), whole=False, lines=(), freight=none, fees=none, already=none, refund=none, tenders=(), money_only=True
    )


def _up_to(order: Order, part: Part, policy: Policy, owed: Money) -> Plan:
    """Units that were not granted, worth `owed` at most."""
    kind, reason = part.ask.kind, part.ask.reason
    plan = plan_application(order, part.units, policy, kind=kind, reason=reason)
    if plan.refund.minor <= owed.minor:
        return plan
    return plan_application(order, part.units, policy, kind=kind, reason=reason, amount=owed)


def _held_back(order: Order, part: Part, owed: Money) -> Plan:
    """Money that was left out for goods that are back already: of their lines first, then of freight."""
    plan, lines = part.plan, {line.id: line for line in order.lines}
    left_out = sum(deduction.amount.minor for deduction in plan.deductions if deduction.why == "less")
    refund = Money(min(owed.minor, left_out), owed.currency)
    room = [max(0, min(line.less, lines[line.line_id].net - lines[line.line_id].refunded)) for line in plan.lines]
    shares = largest_remainder(min(refund.minor, sum(room)), room, room)
    return Plan(
        units=plan.units,
        whole=False,
        lines=tuple(map(_more, plan.lines, shares)),
        freight=Money(refund.minor - sum(shares), owed.currency),
        fees=zero(owed.currency),
        already=zero(owed.currency),
        refund=refund,
        tenders=over_tenders(refund, order.payments),
        money_only=True,
    )


def _more(line: PlanLine, share: int) -> PlanLine:
    """`share` more for units of which something was paid before."""
    less = line.less - share
    return replace(line, amount=share, already=line.already + line.amount, less=less, points_count=0)


def _less_what_was_paid(order: Order, part: Part, policy: Policy, owed: Money) -> Plan:
    """The goods stayed: the application as if nothing had been paid of it, less what was."""
    ask, paid = part.ask, {line.line_id: line.amount for line in part.plan.lines}
    before, kind, reason = effects.given_back(order, part.plan), ask.kind, ask.reason
    wanted = owed + part.plan.refund
    plan = plan_application(before, part.units, policy, kind=kind, reason=reason)
    if wanted.minor < plan.refund.minor:
        plan = plan_application(before, part.units, policy, kind=kind, reason=reason, amount=wanted)
    lines = tuple(_without(line, paid.get(line.line_id, 0)) for line in plan.lines)
    freight = max(0, plan.freight.minor - part.plan.freight.minor)
    fees = max(0, plan.fees.minor - part.plan.fees.minor)
    offers = _offers(part.plan)
    deductions = tuple(
        replace(one, amount=one.amount - Money(offers, owed.currency)) if one.why == "offer" else one
        for one in plan.deductions
    )
    worth = sum(line.amount for line in lines) + freight + fees - _offers(replace(plan, deductions=deductions))
    refund = Money(max(0, min(worth, owed.minor)), owed.currency)
    return replace(
        plan,
        lines=lines,
        freight=Money(freight, owed.currency),
        fees=Money(fees, owed.currency),
        already=Money(worth - refund.minor, owed.currency),
        refund=refund,
        tenders=over_tenders(refund, order.payments),
        deductions=deductions,
    )


def _without(line: PlanLine, paid: int) -> PlanLine:
    taken = min(paid, line.amount)
    return replace(line, amount=line.amount - taken, already=line.already + taken)


def _offers(plan: Plan) -> int:
    return sum(deduction.amount.minor for deduction in plan.deductions if deduction.why == "offer")
