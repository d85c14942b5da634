"""极速退款: the parcel is with the carrier, so its return is paid before it has been looked at (P17).

The units stay claimed until the inspection says what they are worth; only money moves here.
"""

from __future__ import annotations

from dataclasses import replace

from portal.domain.applying.early import is_early
from portal.domain.cases import early_steps
from portal.domain.cases.case import Deadline
from portal.domain.orders import effects
from portal.domain.orders.decisions import Plan
from portal.services.act import CaseAct
from portal.services.applying.grant import effect_of_granting, next_reminder
from portal.services.refunds.start_refunds import start_refunds


def refund_at_handover(act: CaseAct) -> None:
    """Nothing where it was not promised, or is paid. Once it cannot be kept the refund waits for the inspection, as of
    any return, and the customer is told so."""
    case, rule = act.case, act.policy.refund_at_handover
    handling = case.outcome.handling
    if rule is None or case.parcel is None or case.is_paid_early:
        return
    if case.state != "in_transit" or handling is None or handling.pays != "handed_over":
        return
    plan = effect_of_granting(act.order, case, act.policy).plan
    if not _may_pay(act, plan):
        later = replace(case.outcome, handling=replace(handling, pays="inspected"))
        act.save(replace(case, outcome=later, version=case.version + 1))
        act.happened("early_refund:withheld")
        act.notify_customer("early_refund_withheld")
        return
    _pay(act, plan, Deadline("early_goods_arrive", act.due(rule.arrives_within)))


def _may_pay(act: CaseAct, plan: Plan) -> bool:
    """As at the approval, on what has been paid by now; and nothing is being paid for withdrawing."""
    rule, owner = act.policy.refund_at_handover, act.record.customer_id
    if rule is None or owner is None or act.work.fees.open_for_update(act.case.id):
        return False
    return is_early(plan.refund, rule, act.work.early_refunds.paid(act.record, owner, rule))


def _pay(act: CaseAct, plan: Plan, deadline: Deadline) -> None:
    remind_at = next_reminder(deadline.at, act.policy, act.now)
    act.save(early_steps.paid_early(act.case, plan, deadline, remind_at=remind_at))
    act.save_order(replace(act.order, payments=effects.reserved(act.order.payments, plan.tenders)))
    start_refunds(act, plan.tenders, why=act.case.kind, plan=plan)
    money = {"amount": plan.refund.minor, "currency": plan.refund.currency}
    act.happened("early_refund:begun", **money, until=deadline.at.isoformat())
    act.notify_customer("early_refund_begun", amount=plan.refund, deadline=deadline.at)
