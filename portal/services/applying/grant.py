"""An application that is approved, whoever says yes: a rule at once, a person, or a deadline (POLICY, timers).

The amount is computed anew from the order as it is at that moment, so that every sequence of refunds sums to what was
paid, to the minor unit (ARCHITECTURE law 3); the case keeps what was granted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.domain.applying.amounts import plan_application
from portal.domain.applying.decide import ApplicationAsk
from portal.domain.applying.reasons import at_fault
from portal.domain.codec import from_plain, to_plain
from portal.domain.deadlines.spans import reminders
from portal.domain.identity.access import Actor
from portal.domain.money import Money
from portal.domain.orders import effects
from portal.domain.orders.decisions import Handling, Plan
from portal.domain.orders.order import Order, Units
from portal.domain.policy.pack import Policy
from portal.domain.records.events import Event
from portal.domain.shops.settings import ShopSettings
from portal.ports import Deps
from portal.repos.cases import CaseRecord
from portal.repos.order_record import OrderRecord
from portal.repos.refunds import NewRefund
from portal.repos.unit_of_work import UnitOfWork
from portal.services.actor_source import event_source
from portal.services.cancelling.apply_cancel import giving_back, money_params
from portal.services.notify import tell
from portal.services.numbers import new_return_no
from portal.services.refunds.start_refunds import start_refunds
from portal.services.situation import situation_of, terms_at


@dataclass(frozen=True, slots=True)
class Grant:
    """What a yes would do: `plan`, carried out on `order`, the facts without what the case claims."""

    order: Order
    plan: Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Granting:
    """Who grants by which policy. `answer` is accept, partly or deadline; `reason` is what the customer reads."""

    policy: Policy
    actor: Actor
    settings: ShopSettings
    answer: str = "accept"
    reason: str = ""


def asked_of(case: CaseRecord) -> ApplicationAsk:
    """What the customer asked for, as it is kept with the case."""
    return from_plain(ApplicationAsk, case.row["asked"])


def handling_of(case: CaseRecord) -> Handling:
    """How the case was to be settled when it was decided on. Raises KeyError for kinds that have no handling."""
    return from_plain(Handling, case.row["outcome"]["handling"])


def effect_of_granting(
    order: Order, case: CaseRecord, policy: Policy, *, units: Units = (), amount: Money | None = None
) -> Grant:
    """For the desk that shows it and for the act (N2). `units` empty: all that is claimed; `amount`: only less.

    Raises Invalid for an amount above what is computed.
    """
    freed, ask = effects.released(order, case.units), asked_of(case)
    units = units or case.units
    plan = plan_application(freed, units, policy, kind=ask.kind, reason=ask.reason)
    wanted = amount if amount is not None else ask.amount
    # What the customer asked for is a ceiling; the worth may have fallen below it since.
    if wanted is not None and (amount is not None or wanted < plan.refund):
        plan = plan_application(freed, units, policy, kind=ask.kind, reason=ask.reason, amount=wanted)
    return Grant(freed, plan)


def grant(
    work: UnitOfWork,
    record: OrderRecord,
    case: CaseRecord,
    granted: Grant,
    by: Granting,
    deps: Deps,
) -> None:
    """The order is under lock and `granted` was computed on exactly these facts."""
    policy, actor, settings = by.policy, by.actor, by.settings
    outcome = case.row["outcome"] | {"answer": by.answer, "at": work.now.isoformat()}
    if by.reason:
        outcome["reason"] = by.reason
    values = {"summary": to_plain(granted.plan), "outcome": outcome, "decided_by": actor.key, "escalated_at": None}
    work.tasks.close(f"application_unanswered:{case.case_no}")
    unsent = unsent_units(case, granted)
    if handling_of(case).remedy == "refund":
        pay_back(work, record, case, granted, values, actor, settings, deps, unsent=unsent)
        return
    if unsent:
        granted = _pay_for_unsent(work, record, case, granted, unsent, policy, actor, settings, deps)
    _await_goods(work, record, case, granted, values, policy, actor, settings, deps)


def unsent_units(case: CaseRecord, granted: Grant) -> Units:
    """Of a withdrawal from contract, which does not wait for delivery: what never left, and so cannot be sent back."""
    if case.row["kind"] != "contract_withdrawal":
        return ()
    unshipped = {line.id: line.unshipped for line in granted.order.lines}
    return tuple((line_id, some) for line_id, count in granted.plan.units if (some := min(count, unshipped[line_id])))


def _pay_for_unsent(
    work: UnitOfWork,
    record: OrderRecord,
    case: CaseRecord,
    granted: Grant,
    unsent: Units,
    policy: Policy,
    actor: Actor,
    settings: ShopSettings,
    deps: Deps,
) -> Grant:
    """There are no goods to wait for, so the money starts at once; the grant of the others is what is left."""
    kind, never_sent = case.row["kind"], dict(unsent)
    plan = plan_application(granted.order, unsent, policy, kind=kind, reason="")
    _take(work, record, case, Grant(granted.order, plan), actor, settings, deps, unsent)
    rest = tuple((line_id, count - never_sent.get(line_id, 0)) for line_id, count in granted.plan.units)
    rest = tuple(pair for pair in rest if pair[1])
    return Grant(record.order, plan_application(record.order, rest, policy, kind=kind, reason=""))


def pay_back(
    work: UnitOfWork,
    record: OrderRecord,
    case: CaseRecord,
    granted: Grant,
    values: dict[str, Any],
    actor: Actor,
    settings: ShopSettings,
    deps: Deps,
    *,
    unsent: Units = (),
    steps: tuple[str, str] = ("approve_refund", "approve_free"),
) -> None:
    """The money starts now; `steps` are those with something to pay back, and with nothing."""
    plan, case_no = granted.plan, case.case_no
    event = steps[0] if plan.tenders else steps[1]
    work.cases.step(case, event, deadline_at=None, deadline_kind=None, **values)
    work.cases.release(case)
    work.events.append(record, actor, _approved(case, plan, actor))
    refunds = _take(work, record, case, granted, actor, settings, deps, unsent)
    params = {"order_no": record.order.no, "case_no": case_no} | money_params(plan, refunds)
    tell(work, record, case_no, "refund_approved", params)


def _take(
    work: UnitOfWork,
    record: OrderRecord,
    case: CaseRecord,
    granted: Grant,
    actor: Actor,
    settings: ShopSettings,
    deps: Deps,
    unsent: Units,
) -> list[NewRefund]:
    """The units go, what was paid for them starts on its way, points and coupons come back."""
    plan, case_no, is_fault = granted.plan, case.case_no, at_fault(case.row["reason"])
    work.orders.save(record, effects.refunded(granted.order, plan, at_fault=is_fault, never_sent=unsent))
    if unsent and record.order.state == "cancelled":
        record.is_cancelled(at=work.now, by="portal")
    if not plan.money_only:
        work.events.append(record, actor, *giving_back(record, plan, case_no))
    return start_refunds(
        work,
        record,
        plan.tenders,
        why=case.row["kind"],
        actor=actor,
        settings=settings,
        deps=deps,
        case_id=case.id,
        case_no=case_no,
        plan=plan,
    )


def _await_goods(
    work: UnitOfWork,
    record: OrderRecord,
    case: CaseRecord,
    granted: Grant,
    values: dict[str, Any],
    policy: Policy,
    actor: Actor,
    settings: ShopSettings,
    deps: Deps,
) -> None:
    """The units stay claimed until the goods are back; a refused parcel is waited for without a deadline."""
    plan, case_no = granted.plan, case.case_no
    work.orders.save(record, effects.claimed(granted.order, plan.units))
    if plan.units != case.units:
        work.cases.claim_instead(case, plan.units)
    return_no = new_return_no(work.now, deps)
    is_sent = handling_of(case).remedy == "send_back"
    send_by = _send_back_by(work, record, policy, settings, deps) if is_sent else None
    work.cases.step(
        case,
        "approve_return" if is_sent else "approve_parcel",
        return_no=return_no,
        deadline_at=send_by,
        deadline_kind=_sends_back(case) if is_sent else None,
        reminder_at=next_reminder(send_by, policy, work.now),
        **values,
    )
    data = {"return": return_no} | ({"until": send_by.isoformat()} if send_by else {})
    work.events.append(record, actor, _approved(case, plan, actor, data))
    params = {"order_no": record.order.no, "case_no": case_no, "return_no": return_no}
    if send_by:
        tell(work, record, case_no, "return_approved", params | {"deadline": send_by})
    else:
        tell(work, record, case_no, "parcel_awaited", params)


def next_reminder(deadline: datetime | None, policy: Policy, now: datetime) -> datetime | None:
    """When to remind of `deadline` next; None where there is none, or every reminder would come too late."""
    if deadline is None:
        return None
    return next((at for at in reminders(deadline, policy.send_back_reminders) if at > now), None)


def _sends_back(case: CaseRecord) -> str:
    """A deadline of its own: a withdrawal from contract is not over because its goods are late."""
    return "withdrawal_sends_back" if case.row["kind"] == "contract_withdrawal" else "customer_sends_back"


def _send_back_by(
    work: UnitOfWork, record: OrderRecord, policy: Policy, settings: ShopSettings, deps: Deps
) -> datetime:
    found = situation_of(work, record, settings, deps, policy=policy)
    return terms_at(found, line_ids=()).send_back_by


def _approved(case: CaseRecord, plan: Plan, actor: Actor, more: dict[str, Any] | None = None) -> Event:
    data = {
        "units": [list(pair) for pair in plan.units],
        "refund": plan.refund.minor,
        "currency": plan.refund.currency,
    }
    return Event(kind=f"{event_source(actor)}:case:approved", data=data | (more or {}), case_no=case.case_no)
