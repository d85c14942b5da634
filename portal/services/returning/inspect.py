"""验货: what came back is accepted or not, line by line; what is accepted is paid at once (S28, S29, N11).

Of goods that were not accepted the customer sees why and the photos, and chooses what becomes of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from portal.domain.applying.reasons import at_fault
from portal.domain.cases import early_steps, replacing, steps
from portal.domain.cases.case import Case, Inspection
from portal.domain.cases.early_refund import with_early_money
from portal.domain.cases.found import Found, Unannounced, plain_found
from portal.domain.cases.life_cycle import REPLACING_KINDS
from portal.domain.codec import fingerprint, to_plain
from portal.domain.errors import Conflict, Forbidden, Invalid
from portal.domain.identity.access import Actor, may
from portal.domain.money import Money
from portal.domain.orders import effects
from portal.domain.orders.combining import combined
from portal.domain.orders.decisions import Plan
from portal.domain.orders.order import Order, Units
from portal.domain.records.events import NewEvent
from portal.domain.results import GoodsInspected
from portal.domain.returning.inspection import InspectedUnits, problems_of, problems_of_unannounced
from portal.domain.sent import RequestKey
from portal.ports import Deps
from portal.repos.unit_of_work import unit_of_work
from portal.services.act import CaseAct, lock_case
from portal.services.applying.grant import part_params
from portal.services.cancelling.apply_cancel import giving_back, money_params
from portal.services.evidence.receive_files import attach_evidence
from portal.services.exchanging.begin_exchange import begin_exchange
from portal.services.fees.fee_steps import give_back_fee
from portal.services.fees.invoices import settle_invoice
from portal.services.refunds.start_refunds import start_refunds
from portal.services.returning.accept_for_sending import accept_for_sending
from portal.services.returning.inspection_effect import (
    InspectionEffect,
    effect_of_accepting,
    effect_of_inspecting,
    effect_of_reversing,
    shown_inspection,
)
from portal.services.returning.receive_parcel import receive_parcel


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectionReport:
    """What the inspector says. Lines not in `found` have not come; `reason`: why some are not accepted; `unannounced`:
    what came besides."""

    found: Found
    reason: str = ""
    photo_ids: Sequence[str] = ()
    unannounced: Unannounced | None = None

    def asked(self, case_no: str) -> str:
        """What tells a repeated form from another one, whatever the order of its lines."""
        lines = plain_found(tuple(sorted(self.found, key=lambda line: line.line_id)))
        more = [to_plain(self.unannounced)] if self.unannounced else []
        return fingerprint(["inspect", case_no, lines, self.reason, list(self.photo_ids), *more])


def inspect_goods(
    *,
    case_no: str,
    report: InspectionReport,
    actor: Actor,
    request_id: RequestKey,
    deps: Deps,
    shown: str | None = None,
) -> GoodsInspected:
    """A parcel that nobody has booked in is received by it.

    Errors: NotFound, Forbidden, Conflict (inspected, or not as `shown`), Invalid (per field), EvidenceRefused, Reused.
    """
    if not may(actor, "write", "inspect"):
        raise Forbidden("inspect")
    found, reason = report.found, report.reason.strip()
    with unit_of_work(deps) as work:
        if done := work.requests.claim(actor, request_id, report.asked(case_no), GoodsInspected):
            return done
        act = lock_case(work, case_no, actor, deps)
        if act.case.may("receive"):
            receive_parcel(act)
        if not act.case.is_to_be_inspected:
            raise Conflict("decided", at=act.case.closed_at)
        is_whole = act.case.kind == "repair"
        problems = problems_of(found, act.case.units, reason, is_whole=is_whole)
        if problems := (*problems, *problems_of_unannounced(report.unannounced)):
            raise Invalid(problems)
        if shown is not None and shown != shown_inspection(
            act.case, effect_of_accepting(act.order, act.case, act.policy)
        ):
            raise Conflict()
        message = _told(act, reason, report.photo_ids)
        conclude(act, found, reason=reason, message=message, unannounced=report.unannounced)
        done = GoodsInspected(case_no=case_no, is_to_be_sent=act.case.state == "replacing")
        return work.requests.finish(actor, request_id, done)


def conclude(
    act: CaseAct,
    found: Found,
    *,
    reason: str = "",
    message: int | None = None,
    unannounced: Unannounced | None = None,
) -> None:
    """The order and the case are under lock, the case is to be inspected, `found` fits it. Raises Invalid.

    `message`: the row id of the inspector's words and photos.
    """
    done = effect_of_inspecting(act.order, act.case, act.policy, found)
    _check_payout(act, done.plan)
    said = replace(_said(act, found, done, reason, message), unannounced=unannounced)
    _set_aside(act, unannounced)
    if act.case.kind == "exchange":
        _exchange(act, found, done, said)
        return
    if act.case.kind in REPLACING_KINDS and done.units.accepted:
        act.work.cases.sort_units(act.case, found, keeps="accepted")
        accept_for_sending(act, act.case, said, done.units.accepted, done.plan, done.order)
        act.happened("goods:inspected", **_inspected(done, None))
        return
    act.work.cases.sort_units(act.case, found)
    case, after = act.case, _paid(done.order, done.units, done.plan, act.case)
    act.save_order(effects.claimed(after, done.units.rejected))
    until = act.due(act.policy.timers.customer_chooses_rejected) if done.units.rejected else None
    if until is None and case.is_paid_early and act.work.refunds.are_open(case.id):
        act.save(early_steps.inspected_while_paying(_contestable(act), said, done.plan, at=act.now))
    else:
        act.save(steps.inspected(_contestable(act), said, done.plan, at=act.now, choose_by=until))
    act.close_task("goods_uninspected")
    _notify_of_inspection(act, said, done, until)
    _pay(act, done.plan, is_over=until is None, owed=done.owed)


def _exchange(act: CaseAct, found: Found, done: InspectionEffect, said: Inspection) -> None:
    """What is accepted stays claimed until other goods have come for it; no money moves before they leave.

    Where something is not accepted the customer chooses what becomes of it first.
    """
    act.work.cases.sort_units(act.case, found, keeps="received")
    act.save_order(effects.claimed(effects.claimed(done.order, done.units.accepted), done.units.rejected))
    act.close_task("goods_uninspected")
    until = act.due(act.policy.timers.customer_chooses_rejected) if done.units.rejected else None
    if until:
        act.save(steps.inspected(_contestable(act), said, done.plan, at=act.now, choose_by=until))
    else:
        accepted = done.units.accepted
        after = replacing.accepted_for_sending(act.case, done.plan, said, accepted, at=act.now)
        begin_exchange(act, replace(after, units=accepted), accepted)
    _notify_of_inspection(act, said, done, until)


def _set_aside(act: CaseAct, found: Unannounced | None) -> None:
    """Goods that nobody asked to return are on record and somebody's task; no money moves for them."""
    if found:
        act.happened("goods:unannounced", count=found.count, then=found.then)
        act.open_task("goods_unannounced")


def _said(act: CaseAct, found: Found, done: InspectionEffect, reason: str, message: int | None) -> Inspection:
    return Inspection(
        by=act.actor.key,
        at=act.now,
        reason=reason,
        message=message,
        lines=found,
        accepted=_count(done.units.accepted),
        rejected=_count(done.units.rejected),
        missing=_count(done.units.missing),
    )


def _contestable(act: CaseAct) -> Case:
    """The case; where a part of it was granted, the rest may be contested from now on, since the goods have come."""
    case = act.case
    if not case.outcome.is_part or case.appeal:
        return case
    until = act.due(act.policy.timers.customer_appeals)
    return replace(case, outcome=replace(case.outcome, appeal_by=until))


def accept_rejected(act: CaseAct) -> None:
    """Goods that were not accepted are after all: paid like the others."""
    case = act.case
    plan, owed = effect_of_reversing(act.order, case, act.policy)
    _check_payout(act, plan)
    if case.kind == "exchange" and case.inspection:
        known = steps.answered(case, plan, answer="accept", by=act.actor.key, at=act.now)
        after = replacing.accepted_for_sending(known, plan, case.inspection, case.units, at=act.now)
        begin_exchange(act, after, case.units)
        return
    if case.kind in REPLACING_KINDS and case.inspection:
        known = steps.answered(case, plan, answer="accept", by=act.actor.key, at=act.now)
        freed = effects.released(act.order, case.units)
        accept_for_sending(act, known, case.inspection, case.units, plan, freed)
        return
    units = InspectedUnits(accepted=case.units, rejected=(), missing=())
    act.work.cases.release(case)
    act.save_order(_paid(effects.released(act.order, case.units), units, plan, case))
    goes_on = bool(plan.tenders) or act.work.refunds.are_open(case.id)
    known = steps.answered(case, combined(case.plan, plan), answer="accept", by=act.actor.key, at=act.now)
    act.save(steps.accepted_after_all(known, at=act.now, is_paid_back=goes_on))
    _pay(act, plan, is_over=True, owed=owed)


def _check_payout(act: CaseAct, plan: Plan) -> None:
    """What was collected at the door has no way back of its own (POLICY, paid on delivery)."""
    if act.order.payment_terms == "cod" and plan.refund:
        raise Invalid((("accept", "needs_payout"),))


def _paid(freed: Order, units: InspectedUnits, plan: Plan, case: Case) -> Order:
    paid = effects.refunded(freed, plan, at_fault=at_fault(case.reason)) if units.accepted else freed
    return with_early_money(paid, case, plan)


def _told(act: CaseAct, reason: str, photo_ids: Sequence[str]) -> int | None:
    """The inspector's words and photos are a message of the case: they stay with it whatever comes."""
    if not reason and not photo_ids:
        return None
    message = act.work.messages.add(act.case, reason, act.actor)
    attach_evidence(act, photo_ids, message_id=message)
    return message


def _notify_of_inspection(act: CaseAct, said: Inspection, done: InspectionEffect, until: datetime | None) -> None:
    """On record for everybody; the customer hears of it where there is something to choose."""
    act.happened("goods:inspected", **_inspected(done, until))
    act.record_events(*_stock_back(act.order, act.case_no, said.lines))
    if until:
        act.notify_customer(
            "goods_not_accepted",
            accepted=said.accepted,
            rejected=said.rejected,
            refund=done.plan.refund if done.plan.refund and act.case.kind != "exchange" else None,
            reason=said.reason,
            deadline=until,
        )


def _inspected(done: InspectionEffect, until: datetime | None) -> dict[str, Any]:
    """The event's ids, amounts in minor units and the customer's deadline."""
    data: dict[str, Any] = {
        "accepted": [list(pair) for pair in done.units.accepted],
        "rejected": [list(pair) for pair in done.units.rejected],
        "missing": [list(pair) for pair in done.units.missing],
        "refund": done.plan.refund.minor,
        "currency": done.plan.refund.currency,
    }
    return data | ({"until": until.isoformat()} if until else {})


def _stock_back(order: Order, case_no: str, found: Found) -> list[NewEvent]:
    """Stock is the shop's to put back: an event for each line that can be sold again, with a key (T22)."""
    skus = {line.id: line.sku for line in order.lines}
    return [
        NewEvent(
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


def _pay(act: CaseAct, plan: Plan, *, is_over: bool, owed: Money) -> None:
    """The refund starts by itself (S29). The order has been saved with it reserved. `is_over`: nothing is left to
    choose, so the customer is told of the money. `owed`: what of an early refund is invoiced."""
    is_early = act.case.is_paid_early
    if plan.units and not is_early:
        give_back_fee(act)
    if plan.lines and plan.units:
        act.record_events(*giving_back(act, plan))
    refunds = start_refunds(act, plan.tenders, why=act.case.kind, plan=plan)
    if is_early:
        settle_invoice(act, owed)
    if is_early and is_over:
        act.notify_customer("early_refund_settled", amount=owed if owed else None)
    elif is_over:
        part = part_params(act.case)
        act.notify_customer("part_approved" if part else "refund_approved", **money_params(plan, refunds), **part)
