"""取消订单: cancels at once where the policy allows it, asks the warehouse where it is being packed."""

from __future__ import annotations

from dataclasses import replace

from portal.domain.cancelling.decide import CancelAsk, CancelTerms
from portal.domain.cases.life_cycle import case_priority
from portal.domain.codec import canonical, to_plain
from portal.domain.errors import Conflict, NotSummarised
from portal.domain.errors import Refused as RefusedError
from portal.domain.identity.access import Actor
from portal.domain.orders import effects
from portal.domain.orders.decisions import Allowed, Decision, Refused, Review, shown_digest
from portal.domain.orders.order import Order
from portal.domain.records.events import Event
from portal.ports import Deps
from portal.repos.cases import NewCase
from portal.repos.order_record import OrderRecord
from portal.repos.unit_of_work import UnitOfWork, unit_of_work
from portal.services.actor_source import event_source
from portal.services.cancelling.apply_cancel import apply_cancel
from portal.services.cancelling.decide_now import decide_cancel_now
from portal.services.notify_staff import tell_staff
from portal.services.numbers import new_case_no
from portal.services.request_digest import digest_of


def cancel_order(*, order_no: str, ask: CancelAsk, shown: str, actor: Actor, request_id: str, deps: Deps) -> str:
    """Returns where it led: `order:<no>` for a cancel done, `case:<no>` for one that waits for the warehouse.

    `shown` is what the confirmation carried. Errors: NotFound, Refused, Conflict (the order is not as it was shown),
    NotSummarised (this choice was never summarised), Reused (the request acted before, with another body).
    """
    with unit_of_work(deps) as work:
        if done := work.requests.claim(actor, request_id, digest_of("cancel", order_no, ask)):
            return done
        record = work.orders.get_for_update(order_no, actor)
        settings = work.shops.settings_of(record.shop_id)
        decision, _, terms = decide_cancel_now(work, record, ask, settings, deps)
        check_shown(decision, record.order, shown)
        case_id, location = None, f"order:{order_no}"
        match decision:
            case Review():
                case_id, case_no = _ask_warehouse(work, record, ask, decision, actor, deps)
                location = f"case:{case_no}"
            case Allowed(plan=plan):
                apply_cancel(work, record, plan, actor=actor, settings=settings, deps=deps)
        _keep_decision(work, record, ask, terms, decision, actor, case_id)
        return work.requests.finish(actor, request_id, location)


def check_shown(decision: Decision, order: Order, shown: str) -> None:
    """What was confirmed must be what would happen now (SECURITY, double effects)."""
    if isinstance(decision, Refused):
        raise RefusedError(decision)
    now = shown_of(decision, order)
    if shown == now:
        return
    if shown.partition(".")[0] == now.partition(".")[0] or not shown:
        raise NotSummarised(decision)
    raise Conflict(now=decision)


def shown_of(decision: Allowed | Review, order: Order) -> str:
    """The `shown` of a confirmation for this order as it is now."""
    return shown_digest(decision, (order.no, order.version), decision.plan.units)


def _ask_warehouse(
    work: UnitOfWork, record: OrderRecord, ask: CancelAsk, decision: Review, actor: Actor, deps: Deps
) -> tuple[int, str]:
    """A case that claims the units and holds all shipping of the order until somebody answers (P14)."""
    case_no = new_case_no(work.now, deps)
    plan = decision.plan
    case_id = work.cases.open(
        NewCase(
            case_no=case_no,
            shop_id=record.shop_id,
            order_id=record.id,
            customer_id=record.customer_id,
            kind="cancel",
            reason=ask.reason,
            note=ask.note,
            priority=case_priority(ask.reason, is_late=decision.priority),
            summary=to_plain(plan),
            units=plan.units,
            opened_by=actor.key,
            deadline_at=decision.answer_by,
            deadline_kind="warehouse_answers",
        )
    )
    order = effects.claimed(record.order, plan.units)
    work.orders.save(record, replace(order, waiting_case=case_no))
    record.opens_case()
    data = {
        "units": [list(pair) for pair in plan.units],
        "refund": plan.refund.minor,
        "currency": plan.refund.currency,
        "until": decision.answer_by.isoformat(),
        "reason": ask.reason,
    }
    work.events.append(record, actor, Event(kind=f"{event_source(actor)}:cancel:asked", data=data, case_no=case_no))
    params = {"order_no": record.order.no, "case_no": case_no, "deadline": decision.answer_by}
    work.notices.tell(
        record.shop_id, record.customer_id, "cancel_received", params, order_no=record.order.no, case_no=case_no
    )
    tell_staff(work, "cancel_waiting", record, case_no)
    return case_id, case_no


def _keep_decision(
    work: UnitOfWork,
    record: OrderRecord,
    ask: CancelAsk,
    terms: CancelTerms,
    decision: Decision,
    actor: Actor,
    case_id: int | None,
) -> None:
    """Facts as they were decided on, before the effect: what replay computes again (N4)."""
    work.cases.record_decision(
        record,
        kind="cancel",
        case_id=case_id,
        by=actor.key,
        facts=canonical({"order": record.loaded, "ask": ask, "terms": terms, "now": work.now}),
        decision=canonical(decision),
    )
