"""验货: what came back is accepted or not, line by line; what is accepted is paid at once (S28, S29, N11).

Of goods that were not accepted the customer sees why and the photos, and chooses what becomes of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from portal.domain.applying.reasons import at_fault
from portal.domain.cases.life_cycle import may_step
from portal.domain.codec import fingerprint, from_plain, to_plain
from portal.domain.deadlines.spans import ROUND_THE_CLOCK, due
from portal.domain.errors import Conflict, Forbidden, Invalid
from portal.domain.identity.access import Actor, may
from portal.domain.orders import effects
from portal.domain.orders.decisions import Plan
from portal.domain.orders.order import Order, Units
from portal.domain.policy.pack import Policy
from portal.domain.records.events import Event
from portal.domain.returning.inspection import Found, Sorted, plain_found, problems_of, together
from portal.domain.shops.settings import ShopSettings
from portal.ports import Deps
from portal.repos.cases import CaseRecord
from portal.repos.order_record import OrderRecord
from portal.repos.unit_of_work import UnitOfWork, unit_of_work
from portal.services.actor_source import event_source
from portal.services.cancelling.apply_cancel import giving_back, money_params
from portal.services.evidence.receive_files import attach_evidence
from portal.services.fees.fee_steps import give_back_fee
from portal.services.notify import tell
from portal.services.refunds.start_refunds import start_refunds
from portal.services.returning.inspection_effect import (
    Inspection,
    effect_of_accepting,
    effect_of_inspecting,
    effect_of_reversing,
    is_to_be_inspected,
    shown_inspection,
)
from portal.services.returning.receive_parcel import take_in
from portal.services.situation import Situation, situation_of

CUSTOMER_CHOOSES = "customer_chooses_rejected"


def inspect_goods(
    *,
    case_no: str,
    found: Found,
    reason: str = "",
    photo_ids: Sequence[str] = (),
    actor: Actor,
    request_id: str,
    deps: Deps,
    shown: str | None = None,
) -> str:
    """Returns `case:<no>`. A parcel that nobody has booked in is received by it. Lines not in `found` have not come.

    Errors: NotFound, Forbidden, Conflict (inspected, or not as `shown`), Invalid (per field), EvidenceRefused, Reused.
    """
    if not may(actor, "write", "inspect"):
        raise Forbidden("inspect")
    lines = sorted(found, key=lambda line: line.line_id)
    asked = ["inspect", case_no, plain_found(tuple(lines)), reason, list(photo_ids)]
    with unit_of_work(deps) as work:
        if done := work.requests.claim(actor, request_id, fingerprint(asked)):
            return done
        record = work.orders.get_by_id_for_update(work.cases.order_id_of(case_no, actor))
        case = work.cases.get_for_update(case_no, actor)
        if may_step(case.row["kind"], case.state, "receive"):
            take_in(work, record, case, actor, deps)
            case = work.cases.get_for_update(case_no, actor)
        if not is_to_be_inspected(case):
            raise Conflict("decided", at=case.row["closed_at"])
        if problems := problems_of(found, case.units, reason):
            raise Invalid(problems)
        here = situation_of(work, record, work.shops.settings_of(record.shop_id), deps)
        if shown is not None and shown != shown_inspection(case, effect_of_accepting(record.order, case, here.policy)):
            raise Conflict()
        message = _told(work, record, case, reason.strip(), photo_ids, actor)
        conclude(work, record, case, found, here, actor, deps, reason=reason.strip(), message=message)
        return work.requests.finish(actor, request_id, f"case:{case_no}")


def conclude(
    work: UnitOfWork,
    record: OrderRecord,
    case: CaseRecord,
    found: Found,
    here: Situation,
    actor: Actor,
    deps: Deps,
    *,
    reason: str = "",
    message: int | None = None,
) -> None:
    """The order and the case are under lock, the case is to be inspected, `found` fits it. Raises Invalid."""
    done = effect_of_inspecting(record.order, case, here.policy, found)
    _check_payout(record, done.plan)
    work.cases.sort_units(case, found)
    after = _paid(done.order, done.units, done.plan, case)
    work.orders.save(record, effects.claimed(after, done.units.rejected))
    until = _step(work, case, found, done, here, actor, reason, message)
    _tell_of_inspection(work, record, case, found, done, actor, until, reason)
    _pay(work, record, case, done.plan, actor, deps, until=until)


def accept_rejected(
    work: UnitOfWork,
    record: OrderRecord,
    case: CaseRecord,
    policy: Policy,
    actor: Actor,
    settings: ShopSettings,
    deps: Deps,
    *,
    outcome: dict[str, Any],
) -> Plan:
    """Goods that were not accepted are after all: paid like the others. What was carried out now."""
    before = from_plain(Plan, case.row["summary"])
    plan = effect_of_reversing(record.order, case, policy)
    _check_payout(record, plan)
    units = Sorted(accepted=case.units, rejected=(), missing=())
    work.cases.release(case)
    work.orders.save(record, _paid(effects.released(record.order, case.units), units, plan, case))
    goes_on = plan.tenders or work.refunds.are_open(case.id)
    work.cases.step(
        case,
        "accept" if goes_on else "accept_free",
        summary=to_plain(together(before, plan)),
        outcome=outcome,
        decided_by=actor.key,
        deadline_at=None,
        deadline_kind=None,
        escalated_at=None,
    )
    _pay(work, record, case, plan, actor, deps, until=None)
    return plan


def _check_payout(record: OrderRecord, plan: Plan) -> None:
    """What was collected at the door has no way back of its own (POLICY, paid on delivery)."""
    if record.order.payment_terms == "cod" and plan.refund:
        raise Invalid((("accept", "needs_payout"),))


def _paid(freed: Order, units: Sorted, plan: Plan, case: CaseRecord) -> Order:
    return effects.refunded(freed, plan, at_fault=at_fault(case.row["reason"])) if units.accepted else freed


def _told(
    work: UnitOfWork, record: OrderRecord, case: CaseRecord, reason: str, photo_ids: Sequence[str], actor: Actor
) -> int | None:
    """The inspector's words and photos are a message of the case: they stay with it whatever comes."""
    if not reason and not photo_ids:
        return None
    message = work.messages.add(case.id, reason, actor)
    attach_evidence(work, ids=photo_ids, actor=actor, order_id=record.id, case_id=case.id, message_id=message)
    return message


def _step(
    work: UnitOfWork,
    case: CaseRecord,
    found: Found,
    done: Inspection,
    here: Situation,
    actor: Actor,
    reason: str,
    message: int | None,
) -> datetime | None:
    """Until when the customer chooses about what was not accepted; None where there is nothing to choose."""
    until = None
    if done.units.rejected:
        step, span = "hold_rejected", here.policy.timers.customer_chooses_rejected
        until = due(span, work.now, zone=here.around.zone, hours=ROUND_THE_CLOCK)
    else:
        step = "accept" if done.plan.tenders else "accept_free"
    inspection = {
        "by": actor.key,
        "at": work.now.isoformat(),
        "reason": reason,
        "message": message,
        "lines": plain_found(found),
        "accepted": _count(done.units.accepted),
        "rejected": _count(done.units.rejected),
        "missing": _count(done.units.missing),
    }
    work.cases.step(
        case,
        step,
        inspection=inspection,
        summary=to_plain(done.plan),
        escalated_at=None,
        deadline_at=until,
        deadline_kind=CUSTOMER_CHOOSES if until else None,
    )
    work.tasks.close(f"goods_uninspected:{case.case_no}")
    return until


def _tell_of_inspection(
    work: UnitOfWork,
    record: OrderRecord,
    case: CaseRecord,
    found: Found,
    done: Inspection,
    actor: Actor,
    until: datetime | None,
    reason: str,
) -> None:
    """On record for everybody; the customer hears of it where there is something to choose."""
    kind, data = f"{event_source(actor)}:goods:inspected", _inspected(done, until)
    stock = _stock_back(record.order, case.case_no, found)
    work.events.append(record, actor, Event(kind=kind, data=data, case_no=case.case_no), *stock)
    if until:
        params = {
            "order_no": record.order.no,
            "case_no": case.case_no,
            "accepted": _count(done.units.accepted),
            "rejected": _count(done.units.rejected),
            "refund": done.plan.refund if done.plan.refund else None,
            "reason": reason,
            "deadline": until,
        }
        tell(work, record, case.case_no, "goods_not_accepted", params)


def _inspected(done: Inspection, until: datetime | None) -> dict[str, Any]:
    """The event's ids, amounts in minor units and the customer's deadline."""
    data: dict[str, Any] = {
        "accepted": [list(pair) for pair in done.units.accepted],
        "rejected": [list(pair) for pair in done.units.rejected],
        "missing": [list(pair) for pair in done.units.missing],
        "refund": done.plan.refund.minor,
        "currency": done.plan.refund.currency,
    }
    return data | ({"until": until.isoformat()} if until else {})


def _stock_back(order: Order, case_no: str, found: Found) -> list[Event]:
    """Stock is the shop's to put back: an event for each line that can be sold again, with a key (T22)."""
    skus = {line.id: line.sku for line in order.lines}
    return [
        Event(
            kind="system:stock:returned",
            data={"line": line.line_id, "sku": skus[line.line_id], "quantity": line.resellable},
            case_no=case_no,
            key=f"stock-back:{case_no}:{line.line_id}",
        )
        for line in found
        if line.resellable
    ]


def _count(units: Units) -> int:
    return sum(count for _, count in units)


def _pay(
    work: UnitOfWork, record: OrderRecord, case: CaseRecord, plan: Plan, actor: Actor, deps: Deps, *, until: Any
) -> None:
    """The refund starts by itself (S29). The order has been saved with it reserved."""
    if plan.units:
        give_back_fee(work, record, case, actor)
    if plan.lines and plan.units:
        work.events.append(record, actor, *giving_back(record, plan, case.case_no))
    refunds = start_refunds(
        work,
        record,
        plan.tenders,
        why=case.row["kind"],
        actor=actor,
        settings=work.shops.settings_of(record.shop_id),
        deps=deps,
        case_id=case.id,
        case_no=case.case_no,
        plan=plan,
    )
    if until is None:
        params = {"order_no": record.order.no, "case_no": case.case_no} | money_params(plan, refunds)
        tell(work, record, case.case_no, "refund_approved", params)
