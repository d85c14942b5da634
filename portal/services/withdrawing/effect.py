"""What withdrawing would do: the same for the page that shows it and for the act (N2)."""

from __future__ import annotations

from portal.domain.cases.case import Case
from portal.domain.codec import fingerprint
from portal.domain.errors import Invalid
from portal.domain.fees.fee import withdrawal_fee
from portal.domain.money import Money
from portal.domain.orders.order import Units
from portal.domain.policy.pack import Policy
from portal.domain.shops.settings import ShopSettings
from portal.domain.withdrawing.decide import way_of


def fee_of_withdrawing(case: Case, policy: Policy, settings: ShopSettings) -> Money | None:
    """None where it is free: the goods are not on their way, or nobody takes a fee for these."""
    if way_of(case.kind, case.state) != "goods_under_way":
        return None
    plan = case.plan
    worth = Money(sum(line.amount for line in plan.lines), plan.refund.currency)
    return withdrawal_fee(worth, kind=case.kind, reason=case.reason, policy=policy, shop=settings.fees)


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
