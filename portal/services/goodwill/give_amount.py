"""A goodwill amount of a case: paid at once where one person may give it, else claimed until somebody approves."""

from __future__ import annotations

from portal.domain.codec import fingerprint
from portal.domain.errors import Conflict, Invalid
from portal.domain.given_reason import given_reason
from portal.domain.goodwill.amounts import plan_goodwill, plan_owed
from portal.domain.goodwill.proposal import Goodwill
from portal.domain.goodwill.results import GoodwillGiven
from portal.domain.identity.access import Actor
from portal.domain.money import BadMoney, Money, parse_amount
from portal.domain.orders import effects
from portal.domain.sent import RequestKey
from portal.ports import Deps
from portal.repos.unit_of_work import unit_of_work
from portal.services.act import CaseAct, lock_case
from portal.services.cancelling.apply_cancel import money_params
from portal.services.goodwill.propose import check_may_propose, record_goodwill
from portal.services.refunds.start_refunds import start_refunds
from portal.services.waiting_proposals import facts_of

WHY = "goodwill"
"""What its refunds are for; the database lets none of them be without a granted row."""


def give_amount(
    *, case_no: str, amount: str, reason: str, actor: Actor, request_id: RequestKey, deps: Deps
) -> GoodwillGiven:
    """`amount` in major units; `reason` for colleagues and the audit.

    Errors: NotFound, Forbidden, Conflict (a cancel that waits for the warehouse), Invalid (amount, reason), Reused.
    """
    check_may_propose(actor)
    reason = given_reason(reason)
    with unit_of_work(deps) as work:
        asked = fingerprint(["goodwill", "amount", case_no, amount, reason])
        if done := work.requests.claim(actor, request_id, asked, GoodwillGiven):
            return done
        act = lock_case(work, case_no, actor, deps)
        if not may_be_given(act):
            raise Conflict("cancel_open")
        one = claim_amount(act, _read(amount, act.order.currency), reason)
        if one.state == "granted":
            pay_goodwill(act, one)
        done = GoodwillGiven(case_no=case_no, what="waiting" if one.state == "waiting" else "granted")
        return work.requests.finish(actor, request_id, done)


def may_be_given(act: CaseAct) -> bool:
    """For the page and the act. While the warehouse looks for the parcel all of the money may have to go back."""
    return (act.case.kind, act.case.state) != ("cancel", "submitted")


def claim_amount(act: CaseAct, amount: Money, reason: str) -> Goodwill:
    """Reserved on the payments and taken from the lines, whether it is paid now or waits. Raises Invalid."""
    plan = plan_goodwill(act.order, amount)
    act.save_order(effects.refunded(act.order, plan))
    return record_goodwill(act, "amount", amount, reason=reason, plan=plan)


def pay_goodwill(act: CaseAct, one: Goodwill) -> None:
    """Its row is granted, and what it pays is reserved already."""
    if one.plan is None:
        raise Conflict("decided")
    refunds = start_refunds(act, one.plan.tenders, why=WHY, goodwill_id=one.id)
    act.happened("goodwill:granted", **facts_of(one))
    act.notify_customer("goodwill_granted", **money_params(one.plan, refunds))


def release_goodwill(act: CaseAct, one: Goodwill) -> None:
    """It is not given: what was claimed for it is free again. Goods that have gone meanwhile were paid so much less for
    it, which starts on its way now."""
    if one.plan is None:
        return
    act.save_order(effects.given_back(act.order, one.plan))
    if owed := plan_owed(act.order, one.plan):
        act.save_order(effects.refunded(act.order, owed))
        refunds = start_refunds(act, owed.tenders, why="owed")
        act.notify_customer("refund_rest", **money_params(owed, refunds))


def _read(text: str, currency: str) -> Money:
    try:
        return parse_amount(text.strip(), currency)
    except BadMoney:
        raise Invalid((("amount", "not_an_amount"),)) from None
