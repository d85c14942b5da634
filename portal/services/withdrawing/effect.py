"""What withdrawing would do: the same for the page that shows it and for the act (N2)."""

from __future__ import annotations

from portal.domain.cases.case import Case
from portal.domain.codec import fingerprint
from portal.domain.errors import Invalid
from portal.domain.fees.fee import pickup_fee, withdrawal_fee
from portal.domain.money import Money
from portal.domain.orders.order import Units
from portal.domain.returning.pickup import Pickup
from portal.domain.withdrawing.decide import way_of
from portal.services.act import CaseAct


def fee_of_withdrawing(act: CaseAct) -> Money | None:
    """None where it is free: neither the goods nor a courier are on their way, or nobody takes a fee for that."""
    case, policy = act.case, act.policy
    is_exchange = case.kind == "exchange"
    worths = (line.paid if is_exchange else line.amount for line in case.plan.lines)
    worth = Money(sum(worths), case.plan.refund.currency)
    if courier_on_the_way(act):
        return pickup_fee(worth, reason=case.reason, policy=policy)
    if way_of(case.kind, case.state) != "goods_under_way":
        return None
    return withdrawal_fee(worth, kind=case.kind, reason=case.reason, policy=policy, shop=act.settings.fees)


def courier_on_the_way(act: CaseAct) -> Pickup | None:
    """One who can no longer be called off for nothing. One query while goods are to be sent, none else."""
    if act.case.state != "awaiting_return":
        return None
    found = act.work.pickups.newest_of(act.case.id)
    return found if found and found.is_open and not found.may_change(act.now) else None


def remaining_units(case: Case, units: Units) -> Units:
    """What the case is still about once `units` are taken back; empty: nothing. Raises Invalid.

    Of goods that are on their way nothing is taken out of the parcel: all of it is sent back, or none.
    """
    if not units:
        return ()
    held, going = dict(case.units), dict(units)
    problems = [
        (f"quantity-{line_id}", "too_many" if count > 0 else "negative")
        for line_id, count in units
        if not 0 < count <= held.get(line_id, 0)
    ]
    if problems:
        raise Invalid(tuple(problems))
    rest = ((line_id, count - going.get(line_id, 0)) for line_id, count in case.units)
    left = tuple(pair for pair in rest if pair[1])
    if left and not case.may("reduce"):
        raise Invalid((("quantities", "whole_only"),))
    return left


def shown_withdrawal(case: Case, fee: Money | None) -> str:
    """What the page's form carries as `shown`: what is asked for, what it would pay, and what taking it back costs."""
    return fingerprint([case.case_no, case.state, case.units, case.plan.refund, fee])[:32]
