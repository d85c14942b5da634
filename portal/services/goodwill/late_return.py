"""A return that no rule allows any more, granted by staff: of an application that waits, or opened for the customer."""

from __future__ import annotations

from portal.domain.applying.amounts import plan_application
from portal.domain.applying.decide import CONDITIONS
from portal.domain.cases.ask import ApplicationAsk
from portal.domain.cases.life_cycle import REPLACING_KINDS
from portal.domain.codec import fingerprint
from portal.domain.errors import Invalid, RefusedError
from portal.domain.given_reason import given_reason
from portal.domain.goodwill.proposal import BEYOND_POLICY, Goodwill, Said
from portal.domain.goodwill.results import GoodwillGiven
from portal.domain.identity.access import Actor
from portal.domain.money import Money
from portal.domain.orders.decisions import Refused, Review
from portal.domain.orders.order import Units
from portal.domain.sent import RequestKey
from portal.ports import Deps
from portal.repos.unit_of_work import unit_of_work
from portal.services.act import Act, CaseAct, lock_case
from portal.services.applying.apply_for import open_application
from portal.services.applying.decide_now import decide_application_now
from portal.services.applying.grant import Answer, Grant, effect_of_granting, grant
from portal.services.goodwill.propose import check_may_propose, record_goodwill

REASON = "other"
"""What the customer would have chosen: the window is over, so no rule answers it."""


def open_late_return(
    *, case_no: str, units: Units, reason: str, actor: Actor, request_id: RequestKey, deps: Deps
) -> GoodwillGiven:
    """A new application for `units` of the order of `case_no`, which holds them from now on.

    Errors: NotFound, Forbidden, RefusedError (goods that are not there, or restricted), Invalid (reason; quantities:
    none chosen, still in their window, or paid on delivery), Reused.
    """
    check_may_propose(actor)
    reason = given_reason(reason)
    with unit_of_work(deps) as work:
        asked = fingerprint(["goodwill", "late_return", case_no, sorted(units), reason])
        if done := work.requests.claim(actor, request_id, asked, GoodwillGiven):
            return done
        act = lock_case(work, case_no, actor, deps)
        opened = _open(act, units)
        act.happened("goodwill:opened", case=opened.case_no)
        granted = effect_of_granting(opened.order, opened.case, opened.policy)
        one = propose_late_return(opened, granted, reason)
        if one.state == "granted":
            grant(opened, granted, Answer())
        done = GoodwillGiven(case_no=opened.case_no, what="waiting" if one.state == "waiting" else "granted")
        return work.requests.finish(actor, request_id, done)


def _open(act: CaseAct, units: Units) -> CaseAct:
    if not units:
        raise Invalid((("quantities", "none_chosen"),))
    if act.order.payment_terms == "cod":
        raise Invalid((("quantities", "needs_payout"),))
    ask = ApplicationAsk(kind="return_refund", units=units, reason=REASON, conditions=CONDITIONS)
    decision, _ = decide_application_now(act.situation, ask)
    if isinstance(decision, Refused):
        raise RefusedError(decision)
    if not isinstance(decision, Review) or BEYOND_POLICY.isdisjoint(decision.notes):
        # A right, or the shop's to answer: the customer applies, and no goodwill is spent on it.
        raise Invalid((("quantities", "in_window"),))
    order_act = Act(act.work, act.record, act.actor, act.deps, settings=act.settings)
    return order_act.on(open_application(order_act, ask, act.situation))


def propose_late_return(act: CaseAct, granted: Grant, reason: str, said: Said | None = None) -> Goodwill:
    """The case holds its units; while it waits nobody can approve it, which the database holds as well."""
    return record_goodwill(act, "late_return", worth_of(act, granted), reason=reason, said=said)


def worth_of(act: CaseAct, granted: Grant) -> Money:
    """What counts to the limits: the money that goes back; of goods that are sent what would be paid for them."""
    if act.case.kind not in REPLACING_KINDS:
        return granted.plan.refund
    units = granted.plan.units or act.case.units
    return plan_application(granted.order, units, act.policy, kind="refund_only", reason=act.case.reason).refund
