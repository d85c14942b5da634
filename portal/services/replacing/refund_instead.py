"""What the shop cannot send it pays for: the refund of the same units, as if that had been asked for (P20)."""

from __future__ import annotations

from dataclasses import replace

from portal.domain.applying.amounts import plan_application
from portal.domain.cases import replacing, steps
from portal.domain.cases.case import Case
from portal.domain.cases.life_cycle import RETURNING_KINDS, CaseKind
from portal.domain.codec import fingerprint
from portal.domain.errors import Conflict, Forbidden, Invalid
from portal.domain.given_reason import given_reason
from portal.domain.identity.access import Actor, may
from portal.domain.orders import effects
from portal.domain.orders.combining import combined, topped_up
from portal.domain.orders.order import Order
from portal.domain.policy.pack import Policy
from portal.domain.results import RefundedInstead
from portal.domain.sent import RequestKey
from portal.ports import Deps
from portal.repos.unit_of_work import unit_of_work
from portal.services.act import CaseAct, lock_case
from portal.services.applying.begin_replacing import TASK
from portal.services.applying.grant import Grant, pay_back
from portal.services.cases.decide_case import needs_payout
from portal.services.replacing.exchange_money import drop_surcharge, plan_instead


def refund_instead(
    *, case_no: str, reason: str, actor: Actor, request_id: RequestKey, deps: Deps, shown: str | None = None
) -> RefundedInstead:
    """`reason`: why it cannot be sent, which the customer reads; `shown` as the desk's form carried it.

    Errors: NotFound, Forbidden, Conflict (nothing is to be sent any more, or not as `shown`), Invalid (reason), Reused.
    """
    if not may(actor, "write", "cases"):
        raise Forbidden("cases")
    reason = given_reason(reason)
    with unit_of_work(deps) as work:
        asked = fingerprint(["refund_instead", case_no, reason])
        if done := work.requests.claim(actor, request_id, asked, RefundedInstead):
            return done
        act = lock_case(work, case_no, actor, deps)
        if not act.case.may("refund_instead"):
            raise Conflict("decided", at=act.case.closed_at)
        granted = effect_of_refunding(act.order, act.case, act.policy)
        if shown is not None and shown != shown_refund(act.case, granted):
            raise Conflict()
        pay_instead(act, granted, reason)
        return work.requests.finish(actor, request_id, RefundedInstead(case_no=case_no))


def effect_of_refunding(order: Order, case: Case, policy: Policy) -> Grant:
    """For the desk that shows it and for the act (N2): all that the case holds, freight and gifts as of a refund."""
    freed = effects.released(order, case.units)
    if case.kind == "exchange":
        return Grant(freed, plan_instead(freed, case, policy))
    kind: CaseKind = "return_refund" if case.kind in RETURNING_KINDS else "refund_only"
    return Grant(freed, plan_application(freed, case.units, policy, kind=kind, reason=case.reason))


def shown_refund(case: Case, granted: Grant) -> str:
    """What the desk's form carries as `shown`: what is held, whether it has left, and what it would pay."""
    plan = granted.plan
    return fingerprint([case.case_no, case.label, case.units, plan.refund, plan.tenders])[:32]


def pay_instead(act: CaseAct, granted: Grant, reason: str) -> None:
    """The order and the case are under lock, `granted` was computed on them. Raises Invalid (reason, needs_payout)."""
    if needs_payout(act, granted):
        raise Invalid((("reason", "needs_payout"),))
    before = act.case.plan
    plan = granted.plan
    if act.case.kind == "exchange":
        plan = topped_up(before, plan) if act.case.is_replacement_sent and before.refund else plan
        drop_surcharge(act)
    elif before.refund:
        # Return freight of goods that came was paid before, with none of the units.
        plan = combined(replace(before, units=()), plan)
    known = steps.answered(act.case, plan, answer="accept", reason=reason, by=act.actor.key, at=act.now)
    act.close_task(TASK)
    pay_back(act, known, granted, step=replacing.refunded_instead)
