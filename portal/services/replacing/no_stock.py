"""没有货: an exchange whose goods the shop has none of goes on as a return with its refund (P9).

Said before the goods that came back are accepted; from then on it is `refund_instead`.
"""

from __future__ import annotations

from portal.domain.applying.amounts import plan_application
from portal.domain.cases import replacing
from portal.domain.cases.case import Case
from portal.domain.codec import fingerprint
from portal.domain.errors import Conflict, Forbidden, Invalid
from portal.domain.given_reason import given_reason
from portal.domain.goodwill.proposal import Said
from portal.domain.identity.access import Actor, may
from portal.domain.orders import effects
from portal.domain.orders.order import Order
from portal.domain.policy.pack import Policy
from portal.domain.results import MadeReturn
from portal.domain.sent import RequestKey
from portal.ports import Deps
from portal.repos.unit_of_work import unit_of_work
from portal.services.act import CaseAct, lock_case
from portal.services.applying.grant import Answer, Grant, effect_of_granting, grant
from portal.services.cases.decide_case import may_need_second, needs_payout
from portal.services.goodwill.late_return import propose_late_return
from portal.services.replacing.refund_instead import shown_refund
from portal.services.waiting_messages import take_up
from portal.services.waiting_proposals import lapse_proposal


def report_no_stock(
    *, case_no: str, reason: str, actor: Actor, request_id: RequestKey, deps: Deps, shown: str | None = None
) -> MadeReturn:
    """`reason`: what the customer reads besides. One that nobody has answered yet is approved with it.

    Errors: NotFound, Forbidden, Conflict (too late, or not as `shown`), Invalid (reason), Reused.
    """
    if not may(actor, "write", "cases"):
        raise Forbidden("cases")
    reason = given_reason(reason, is_required=False)
    with unit_of_work(deps) as work:
        asked = fingerprint(["no_stock", case_no, reason])
        if done := work.requests.claim(actor, request_id, asked, MadeReturn):
            return done
        act = lock_case(work, case_no, actor, deps)
        if not may_report(act.case):
            raise Conflict("decided", at=act.case.closed_at)
        as_return = effect_of_return(act.order, act.case, act.policy)
        if shown is not None and shown != shown_refund(act.case, as_return):
            raise Conflict()
        _make_return(act, as_return, reason)
        return work.requests.finish(actor, request_id, MadeReturn(case_no=case_no))


def may_report(case: Case) -> bool:
    """Goods that were looked at and not accepted are the customer's to choose about first."""
    return case.may("no_stock") and case.inspection is None


def effect_of_return(order: Order, case: Case, policy: Policy) -> Grant:
    """For the desk that shows it and for the act (N2)."""
    freed = effects.released(order, case.units)
    return Grant(freed, plan_application(freed, case.units, policy, kind="return_refund", reason=case.reason))


def _make_return(act: CaseAct, as_return: Grant, reason: str) -> None:
    if needs_payout(act, as_return):
        raise Invalid((("reason", "needs_payout"),))
    is_waiting, plan = act.case.may("reject"), as_return.plan
    lapse_proposal(act)
    act.save(replacing.made_return(act.case, plan, at=act.now))
    act.happened("exchange:no_stock", refund=plan.refund.minor, currency=plan.refund.currency)
    act.notify_customer("exchange_no_stock", refund=plan.refund, reason=reason)
    if is_waiting:
        _approve(act, reason)
        take_up(act)


def _approve(act: CaseAct, reason: str) -> None:
    """Beyond policy and over what one person alone may give it waits for a second (S44)."""
    granted = effect_of_granting(act.order, act.case, act.policy)
    if may_need_second(act.case):
        one = propose_late_return(act, granted, reason, Said(reason=reason))
        if one.state == "waiting":
            return
    grant(act, granted, Answer("accept", reason))
