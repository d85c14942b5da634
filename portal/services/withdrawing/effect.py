"""What withdrawing would do: the same for the page that shows it and for the act (N2)."""

from __future__ import annotations

from portal.domain.cases.life_cycle import may_step
from portal.domain.codec import fingerprint, from_plain
from portal.domain.errors import Invalid
from portal.domain.fees.fee import withdrawal_fee
from portal.domain.money import Money
from portal.domain.orders.decisions import Plan
from portal.domain.orders.order import Units
from portal.domain.policy.pack import Policy
from portal.domain.shops.settings import ShopSettings
from portal.domain.withdrawing.decide import way_of
from portal.repos.cases import CaseRecord
from portal.repos.rows import Row


def fee_of_withdrawing(row: Row, policy: Policy, settings: ShopSettings) -> Money | None:
    """None where it is free: the goods are not on their way, or nobody takes a fee for these."""
    if way_of(row["kind"], row["state"]) != "goods_under_way":
        return None
    plan = from_plain(Plan, row["summary"])
    worth = Money(sum(line.amount for line in plan.lines), plan.refund.currency)
    return withdrawal_fee(worth, kind=row["kind"], reason=row["reason"], policy=policy, shop=settings.fees)


def rest_of(case: CaseRecord, units: Units) -> Units:
    """What the case is still about once `units` are taken back; empty: nothing. Raises Invalid.

    Of goods that are on their way nothing is taken out of the parcel: all of it turns back, or none.
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
    if left and not may_step(case.row["kind"], case.state, "reduce"):
        raise Invalid((("quantities", "whole_only"),))
    return left


def shown_withdrawal(case: CaseRecord, fee: Money | None) -> str:
    """What the page's form carries as `shown`: what is asked for, what it would pay, and what taking it back costs."""
    plan = from_plain(Plan, case.row["summary"])
    return fingerprint([case.case_no, case.state, case.units, plan.refund, fee])[:32]
