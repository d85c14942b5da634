"""撤销申请: the customer takes an application back: free, whole or in part, until the goods are on their way; then the
parcel gets a way back, once the fee for that is paid where there is one (POLICY, where cases end)."""

from __future__ import annotations

from dataclasses import replace

from portal.domain.cancelling.reasons import WITHDRAW
from portal.domain.cases import steps
from portal.domain.codec import fingerprint
from portal.domain.errors import Conflict, Invalid
from portal.domain.identity.access import Actor
from portal.domain.money import Money
from portal.domain.orders import effects
from portal.domain.orders.order import Units
from portal.domain.results import CaseReduced, CaseWithdrawn, WithdrawalAsked, WithdrawalBegun, WithdrawDone
from portal.domain.sent import RequestKey
from portal.domain.withdrawing.decide import way_of, why_not
from portal.ports import Deps
from portal.repos.unit_of_work import unit_of_work
from portal.services.act import CaseAct, lock_case
from portal.services.applying.begin_replacing import TASK as TO_SEND
from portal.services.applying.grant import effect_of_granting
from portal.services.fees.fee_steps import issue_fee
from portal.services.returning.call_off_pickup import call_off_pickup
from portal.services.returning.return_to_customer import return_to_customer
from portal.services.waiting_proposals import lapse_proposal
from portal.services.withdrawing.effect import fee_of_withdrawing, remaining_units, shown_withdrawal


def withdraw_case(
    *,
    case_no: str,
    reason: str,
    units: Units = (),
    actor: Actor,
    request_id: RequestKey,
    deps: Deps,
    shown: str | None = None,
) -> WithdrawDone:
    """`units` empty: all of it; else only these are taken back and the rest goes on.

    `shown` is what the page's form carried; scripts (None) have not been shown anything. Errors: NotFound, Conflict (it
    can no longer be withdrawn: `withdrawing.WhyNot`; or not as `shown`), Invalid (reason, units), Reused.
    """
    if reason not in WITHDRAW:
        raise Invalid((("reason", "required" if not reason else "not_offered"),))
    with unit_of_work(deps) as work:
        asked = fingerprint(["withdraw", case_no, reason, sorted(units)])
        if first := work.requests.claim(actor, request_id, asked, WithdrawDone):
            return first
        act = lock_case(work, case_no, actor, deps)
        fee = _checked(act, shown)
        rest = remaining_units(act.case, units)
        if way_of(act.case.kind, act.case.state) == "goods_under_way":
            done = _with_goods_under_way(act, fee, reason)
        elif rest:
            done = _reduce(act, rest)
        elif fee:
            done = WithdrawalAsked(case_no=case_no, fee=fee, pay_by=issue_fee(act, fee, reason, "pickup"))
        else:
            undo_claims(act, reason)
            done = CaseWithdrawn(case_no=case_no)
        return work.requests.finish(actor, request_id, done)


def _checked(act: CaseAct, shown: str | None) -> Money | None:
    """What it costs. Raises Conflict where it is too late, a fee is waited for, or it is not as it was shown."""
    case = act.case
    waiting = act.work.fees.open_for_update(case.id) if case.state in ("awaiting_return", "in_transit") else None
    is_sent, is_paid = case.is_replacement_sent, case.is_paid_early
    if why := why_not(case.kind, case.state, waiting.state if waiting else "", is_sent=is_sent, is_paid=is_paid):
        raise Conflict(why, at=case.closed_at)
    fee = fee_of_withdrawing(act)
    if shown is not None and shown != shown_withdrawal(case, fee):
        raise Conflict()
    return fee


def _with_goods_under_way(act: CaseAct, fee: Money | None, reason: str) -> WithdrawDone:
    """It takes effect once the fee is paid, until then the application goes on; at once where nothing is to be paid."""
    if fee:
        return WithdrawalAsked(case_no=act.case_no, fee=fee, pay_by=issue_fee(act, fee, reason))
    return_to_customer(act, reason)
    return WithdrawalBegun(case_no=act.case_no)


def undo_claims(act: CaseAct, reason: str, *, consent: str = "") -> None:
    """The order is as it was; a parcel that was held for a cancel may go. `consent`: how the customer agreed, where
    staff take it back for them."""
    closed_by = act.actor.key if consent else ""
    lapse_proposal(act)
    act.save(steps.withdrawn(act.case, reason=reason, at=act.now, consent=consent, closed_by=closed_by))
    act.work.cases.release(act.case)
    call_off_pickup(act)
    after = effects.released(act.order, act.case.units)
    if act.case.kind == "cancel":
        after = replace(after, waiting_case=None)
        act.close_task("cancel_unanswered")
    act.close_task("application_unanswered")
    act.close_task(TO_SEND)
    act.save_order(after)
    act.happened("case:withdrawn", code=reason)
    act.notify_customer("application_withdrawn")


def _reduce(act: CaseAct, rest: Units) -> CaseReduced:
    held, left = act.case.units, dict(rest)
    granted = effect_of_granting(act.order, act.case, act.policy, units=rest)
    lapse_proposal(act)
    act.save(steps.reduced(act.case, granted.plan, rest, at=act.now))
    act.case = act.work.cases.replace_claims(act.case, rest)
    act.save_order(effects.claimed(granted.order, rest))
    back = [[line_id, count - left.get(line_id, 0)] for line_id, count in held if count > left.get(line_id, 0)]
    act.happened("case:reduced", units=back)
    kept = sum(left.values())
    return CaseReduced(case_no=act.case_no, units=sum(count for _, count in held) - kept, left=kept)
