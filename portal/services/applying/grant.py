"""An application that is approved, whoever says yes: a rule at once, a person, or a deadline (POLICY, timers).

The amount is computed again from the order as it is at that moment, so that every sequence of refunds sums to what was
paid, to the minor unit (ARCHITECTURE law 3); the case keeps what was granted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.domain.applying.after_part import Part, in_all, part_of, rest_of
from portal.domain.applying.amounts import plan_application
from portal.domain.applying.reasons import at_fault
from portal.domain.cases import offering, replacing, steps
from portal.domain.cases.case import Case, Deadline
from portal.domain.deadlines.spans import reminders
from portal.domain.errors import Invalid
from portal.domain.money import Money
from portal.domain.orders import effects
from portal.domain.orders.decisions import Plan
from portal.domain.orders.order import Order, Units
from portal.domain.policy.pack import Policy
from portal.repos.refunds import NewRefund
from portal.services.act import CaseAct
from portal.services.applying.begin_replacing import begin_replacing
from portal.services.cancelling.apply_cancel import giving_back, money_params
from portal.services.numbers import new_return_no
from portal.services.refunds.start_refunds import start_refunds


@dataclass(frozen=True, slots=True)
class Grant:
    """What an approval would do: `plan`, carried out on `order`, the facts without what the case claims.

    `in_all`: with what was paid before, where it is the rest of what the shop had granted a part of.
    """

    order: Order
    plan: Plan
    in_all: Plan | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """How it was granted: `said` is accept, partly, offer or deadline; `reason` is what the customer reads; `by`: the
    key of whoever decided, None for whoever acts."""

    said: str = "accept"
    reason: str = ""
    by: str | None = None


def effect_of_granting(
    order: Order, case: Case, policy: Policy, *, units: Units = (), amount: Money | None = None
) -> Grant:
    """For the desk that shows it and for the act (N2). `units` empty: all that is claimed; `amount`: only less.

    Of an appeal about a part it is what was asked for and not granted. Raises Invalid for an amount above what is
    computed.
    """
    freed, ask = effects.released(order, case.units), case.application
    if case.is_under_appeal and (part := part_of(case)):
        return _rest(freed, part, policy, amount)
    units = units or case.units
    about: dict[str, Any] = {"kind": ask.kind, "reason": ask.reason, "variants": ask.variants}
    plan = plan_application(freed, units, policy, **about)
    wanted = amount if amount is not None else ask.amount
    # What the customer asked for is a ceiling; the worth may have fallen below it since.
    if wanted is not None and (amount is not None or wanted < plan.refund):
        plan = plan_application(freed, units, policy, **about, amount=wanted)
    return Grant(freed, plan)


def _rest(freed: Order, part: Part, policy: Policy, amount: Money | None) -> Grant:
    plan = rest_of(freed, part, policy)
    if amount is not None:
        if amount.minor <= 0:
            raise Invalid((("amount", "too_small"),))
        if amount.minor > plan.refund.minor:
            raise Invalid((("amount", "above_computed"),))
        plan = rest_of(freed, part, policy, amount=amount)
    return Grant(freed, plan, in_all(part, plan))


def grant(act: CaseAct, granted: Grant, answer: Answer) -> None:
    """The order is under lock and `granted` was computed on exactly these facts."""
    case = act.case
    act.close_task("application_unanswered")
    known = _known(act, granted, answer)
    unsent = unsent_units(case, granted)
    if case.handling.remedy == "refund" or granted.in_all:
        is_offered = answer.said == "offer"
        pay_back(act, known, granted, unsent=unsent, step=offering.offer_paid if is_offered else steps.approved)
        return
    if case.handling.remedy == "reship":
        _send_again(act, known, granted)
        return
    if unsent:
        granted = _pay_for_unsent(act, granted, unsent)
    _await_goods(act, known, granted)


def _known(act: CaseAct, granted: Grant, answer: Answer) -> Case:
    """The case with its answer. A part that is paid at once can be contested at once, one of a return when the goods
    have come; what an appeal was decided about is final."""
    case, is_open = act.case, answer.said == "partly" and act.case.appeal is None
    return steps.answered(
        case,
        granted.in_all or granted.plan,
        answer=answer.said,
        reason=answer.reason,
        by=answer.by or act.actor.key,
        at=act.now,
        appeal_by=act.due(act.policy.timers.customer_appeals) if is_open else None,
    )


def unsent_units(case: Case, granted: Grant) -> Units:
    """Of a withdrawal from contract, which does not wait for delivery: what never left, and so cannot be sent back."""
    if case.kind != "contract_withdrawal" or granted.plan.money_only:
        return ()
    unshipped = {line.id: line.unshipped for line in granted.order.lines}
    return tuple((line_id, some) for line_id, count in granted.plan.units if (some := min(count, unshipped[line_id])))


def _pay_for_unsent(act: CaseAct, granted: Grant, unsent: Units) -> Grant:
    """There are no goods to wait for, so the money starts at once; the grant of the others is what is left."""
    kind, never_sent = act.case.kind, dict(unsent)
    plan = plan_application(granted.order, unsent, act.policy, kind=kind, reason="")
    _take(act, Grant(granted.order, plan), unsent)
    rest = tuple((line_id, count - never_sent.get(line_id, 0)) for line_id, count in granted.plan.units)
    rest = tuple(pair for pair in rest if pair[1])
    return Grant(act.order, plan_application(act.order, rest, act.policy, kind=kind, reason=""))


def pay_back(
    act: CaseAct,
    known: Case,
    granted: Grant,
    *,
    unsent: Units = (),
    step: Callable[..., Case] = steps.approved,
) -> None:
    """The money starts now. `known`: the case with its answer; `step`: what leads to the money, `steps.paid_by_law`
    where it is not an approval."""
    plan = granted.plan
    act.save(step(known, at=act.now, is_paid_back=bool(plan.tenders)))
    act.work.cases.release(act.case)
    _tell_of_approval(act, plan)
    refunds = _take(act, granted, unsent)
    part = part_params(act.case)
    act.notify_customer("part_approved" if part else "refund_approved", **money_params(plan, refunds), **part)


def part_params(case: Case) -> dict[str, Any]:
    """What the notice says where the shop grants less than was asked for: of how much, why, and until when the rest may
    be contested; nothing where it grants all."""
    outcome = case.outcome
    if not (outcome.is_part and outcome.requested and outcome.requested != case.plan.refund):
        return {}
    until = outcome.appeal_by if part_of(case) and case.appeal is None else None
    return {"granted": case.plan.refund, "asked": outcome.requested, "reason": outcome.reason, "appeal_by": until}


def _take(act: CaseAct, granted: Grant, unsent: Units) -> list[NewRefund]:
    """The units go, what was paid for them starts on its way, points and coupons come back."""
    plan, is_fault = granted.plan, at_fault(act.case.reason)
    act.save_order(effects.refunded(granted.order, plan, at_fault=is_fault, never_sent=unsent))
    if unsent and act.order.state == "cancelled":
        act.record.is_cancelled(at=act.now, by="portal")
    if not plan.money_only:
        act.record_events(*giving_back(act, plan))
    return start_refunds(act, plan.tenders, why=act.case.kind, plan=plan)


def _send_again(act: CaseAct, known: Case, granted: Grant) -> None:
    """What was missing or wrong is sent: its units stay claimed until it is with the customer, nothing comes back.

    `known`: the case with its answer.
    """
    plan = granted.plan
    act.save_order(effects.claimed(granted.order, plan.units))
    begin_replacing(act, replacing.to_be_sent(known, plan.units, at=act.now))
    if plan.units != act.case.units:
        act.case = act.work.cases.replace_claims(act.case, plan.units)
    _tell_of_approval(act, plan)
    act.notify_customer("replacement_approved", kind=act.case.kind)


def _await_goods(act: CaseAct, known: Case, granted: Grant) -> None:
    """The units stay claimed until the goods are back; a refused parcel is waited for without a deadline.

    `known`: the case with its answer.
    """
    plan = granted.plan
    act.save_order(effects.claimed(granted.order, plan.units))
    return_no = new_return_no(act.now, act.deps)
    deadline = None if known.handling.remedy == "await_parcel" else _send_back_by(act)
    send_by = deadline.at if deadline else None
    after = steps.goods_awaited(
        known,
        return_no=return_no,
        deadline=deadline,
        reminder_at=next_reminder(send_by, act.policy, act.now),
        at=act.now,
    )
    act.save(after)
    if plan.units != act.case.units:
        act.case = act.work.cases.replace_claims(act.case, plan.units)
    until = {"until": send_by.isoformat()} if send_by else {}
    _tell_of_approval(act, plan, {"return": return_no} | until)
    if send_by:
        if act.case.kind == "repair":
            act.notify_customer("repair_approved", return_no=return_no, deadline=send_by)
        else:
            act.notify_customer("return_approved", kind=act.case.kind, return_no=return_no, deadline=send_by)
    else:
        act.notify_customer("parcel_awaited", return_no=return_no, is_paid_back=bool(plan.refund))


def next_reminder(deadline: datetime | None, policy: Policy, now: datetime) -> datetime | None:
    """When to remind of `deadline` next; None where there is none, or every reminder would come too late."""
    if deadline is None:
        return None
    return next((at for at in reminders(deadline, policy.send_back_reminders) if at > now), None)


def _send_back_by(act: CaseAct) -> Deadline:
    """A withdrawal from contract has a deadline of its own: it is not over because its goods are late."""
    is_withdrawal = act.case.kind == "contract_withdrawal"
    return Deadline("withdrawal_sends_back" if is_withdrawal else "customer_sends_back", act.terms().send_back_by)


def _tell_of_approval(act: CaseAct, plan: Plan, more: dict[str, str] | None = None) -> None:
    act.happened(
        "case:approved",
        units=[list(pair) for pair in plan.units],
        refund=plan.refund.minor,
        currency=plan.refund.currency,
        **({"answer": "partly"} if act.case.outcome.is_part else {}),
        **(more or {}),
    )
