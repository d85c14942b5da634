"""The money of an exchange whose goods leave, or never will (P9).

What they cost more is paid before; what they cost less goes back when they leave, and not before: until then the shop
may find that it has none, and pays for what came back instead.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from portal.domain.applying.amounts import plan_application
from portal.domain.cases.case import Case
from portal.domain.errors import Conflict
from portal.domain.orders import effects
from portal.domain.orders.decisions import Plan
from portal.domain.orders.order import Order
from portal.domain.policy.pack import Policy
from portal.domain.returning.inspection import with_return_freight
from portal.services.act import CaseAct
from portal.services.fees.fee_steps import give_back_fee, void_fee
from portal.services.refunds.start_refunds import start_refunds
from portal.services.returning.inspection_effect import effect_of_accepting, return_freight_of

SETTLED = ("paid", "waived")


def check_surcharge_paid(act: CaseAct) -> None:
    """Raises Conflict(fee_open, fee_confirming) while what the goods cost more is not paid."""
    if not act.case.plan.surcharge:
        return
    fee = act.work.fees.newest_for_update(act.case.id)
    if fee is None or fee.state not in SETTLED:
        raise Conflict("fee_confirming" if fee and fee.state == "processing" else "fee_open")


def pay_difference(act: CaseAct) -> None:
    """The parcel leaves now, the first of its case. The plan is computed again, on the order as it is (law 3)."""
    if act.case.kind != "exchange":
        return
    done = effect_of_accepting(act.order, act.case, act.policy)
    act.save(replace(act.case, plan=done.plan))
    if not done.plan.refund:
        return
    act.save_order(effects.claimed(effects.refunded(done.order, done.plan), act.case.units))
    start_refunds(act, done.plan.tenders, why=act.case.kind, plan=done.plan)


def plan_instead(freed: Order, case: Case, policy: Policy) -> Plan:
    """The refund of what came back and is not exchanged: as of a return, with the return freight that the shop bears.

    After the parcel has left the difference is paid already, and so much less is owed for the units.
    """
    about: dict[str, Any] = {"kind": "return_refund", "reason": case.reason}
    plan = plan_application(freed, case.units, policy, **about)
    if not case.is_replacement_sent:
        return with_return_freight(freed, plan, return_freight_of(case, freed.currency))
    paid = sum(line.amount for line in case.plan.lines)
    whole = plan_application(effects.given_back(freed, case.plan), case.units, policy, **about).refund
    owed = replace(whole, minor=whole.minor - paid)
    if not 0 < owed.minor < plan.refund.minor:
        return plan
    return plan_application(freed, case.units, policy, **about, amount=owed)


def drop_surcharge(act: CaseAct) -> None:
    """Nothing is sent for it: void where it is due, given back where it is paid. One that is being confirmed goes back
    when its outcome is known (settle_fee_payment)."""
    if act.case.kind != "exchange":
        return
    fee = act.work.fees.open_for_update(act.case.id)
    if fee and fee.state == "due":
        void_fee(act, fee, "no_stock")
    give_back_fee(act)
