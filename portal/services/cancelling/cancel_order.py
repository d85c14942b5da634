"""取消订单: cancels at once where the policy allows it, asks the warehouse where it is being packed."""

from __future__ import annotations

from dataclasses import replace

from portal.domain.cancelling.decide import CancelAsk, CancelTerms
from portal.domain.cases.case import Case, Deadline, Submission
from portal.domain.cases.life_cycle import case_priority
from portal.domain.cases.payout import Payout
from portal.domain.codec import canonical
from portal.domain.errors import Conflict, NotSummarised, RefusedError
from portal.domain.identity.access import Actor
from portal.domain.orders import effects
from portal.domain.orders.decisions import Allowed, Decision, Refused, Review, shown_digest
from portal.domain.orders.order import Order
from portal.domain.results import CancelAsked, CancelDone, OrderCancelled
from portal.domain.sent import RequestKey
from portal.ports import Deps
from portal.repos.case_rows import NewCase
from portal.repos.unit_of_work import unit_of_work
from portal.services.act import Act, lock_order
from portal.services.cancelling.apply_cancel import apply_cancel
from portal.services.cancelling.decide_now import decide_cancel_now
from portal.services.numbers import new_case_no
from portal.services.refunds.choose_payout import payout_asked
from portal.services.request_digest import digest_of


def cancel_order(
    *, order_no: str, ask: CancelAsk, shown: str, actor: Actor, request_id: RequestKey, deps: Deps
) -> CancelDone:
    """OrderCancelled, or CancelAsked where it waits for the warehouse.

    `shown` is what the confirmation carried. Errors: NotFound, RefusedError, Conflict (the order is not as it was
    shown; "payout_fixed"), NotSummarised (this choice was never summarised), Reused (the request acted before, with
    another body).
    """
    with unit_of_work(deps) as work:
        if first := work.requests.claim(actor, request_id, digest_of("cancel", order_no, ask), CancelDone):
            return first
        act = lock_order(work, order_no, actor, deps)
        decision, terms = decide_cancel_now(act, ask)
        confirmed = check_shown(decision, act.order, shown)
        payout = payout_asked(act, ask.payout, kind="cancel", refund=confirmed.plan.refund)
        if isinstance(confirmed, Review):
            case = _ask_warehouse(act, ask, confirmed, payout)
            done: CancelDone = CancelAsked(case_no=case.case_no, answer_by=confirmed.answer_by)
        else:
            case = None
            apply_cancel(act, confirmed.plan, payout=payout)
            done = _cancelled(act.order, confirmed)
        if payout:
            (act.on(case) if case else act).happened("payout:credit")
        _keep_decision(act, ask, terms, decision, case)
        return work.requests.finish(actor, request_id, done)


def _cancelled(after: Order, decision: Allowed) -> OrderCancelled:
    plan = decision.plan
    return OrderCancelled(
        order_no=after.no,
        units=sum(count for _, count in plan.units),
        left=sum(line.unshipped for line in after.lines),
        refund=plan.refund if plan.refund else None,
        is_whole=after.state == "cancelled",
        is_unpaid="unpaid" in decision.notes or "cod" in decision.notes,
    )


def check_shown(decision: Decision, order: Order, shown: str) -> Allowed | Review:
    """What was confirmed must be what would happen now (SECURITY, double effects): the decision, where it is."""
    if isinstance(decision, Refused):
        raise RefusedError(decision)
    now = shown_of(decision, order)
    if shown == now:
        return decision
    if shown.partition(".")[0] == now.partition(".")[0] or not shown:
        raise NotSummarised(decision)
    raise Conflict(now=decision)


def shown_of(decision: Allowed | Review, order: Order) -> str:
    """The `shown` of a confirmation for this order as it is now."""
    return shown_digest(decision, (order.no, order.version), decision.plan.units)


def _ask_warehouse(act: Act, ask: CancelAsk, decision: Review, payout: Payout | None) -> Case:
    """A case that claims the units and holds all shipping of the order until somebody answers (P14)."""
    plan = decision.plan
    case = act.work.cases.open(
        act.record,
        NewCase(
            case_no=new_case_no(act.now, act.deps),
            kind="cancel",
            opened_by=act.actor.key,
            proof_id=act.actor.proof or None,
            submission=Submission(
                reason=ask.reason,
                note=ask.note,
                priority=case_priority(ask.reason, is_late=decision.priority),
                plan=plan,
                deadline=Deadline("warehouse_answers", decision.answer_by),
            ),
            units=plan.units,
            payout=payout,
        ),
    )
    opened = act.on(case)
    opened.save_order(replace(effects.claimed(act.order, plan.units), waiting_case=case.case_no))
    opened.happened(
        "cancel:asked",
        units=[list(pair) for pair in plan.units],
        refund=plan.refund.minor,
        currency=plan.refund.currency,
        until=decision.answer_by.isoformat(),
        reason=ask.reason,
    )
    opened.notify_customer("cancel_received", is_paid_back=bool(plan.tenders), deadline=decision.answer_by)
    opened.notify_staff("cancel_waiting")
    return case


def _keep_decision(act: Act, ask: CancelAsk, terms: CancelTerms, decision: Decision, case: Case | None) -> None:
    """Facts as they were decided on, before the effect: what replay computes again (N4)."""
    act.work.cases.record_decision(
        act.record,
        kind="cancel",
        case_id=case.id if case else None,
        by=act.actor.key,
        facts=canonical({"order": act.record.loaded, "ask": ask, "terms": terms, "now": act.now}),
        decision=canonical(decision),
    )
