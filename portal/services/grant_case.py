"""An application that is approved, whoever says yes: a rule at once, a person, or a deadline (POLICY, timers).

The amount is computed anew from the order as it is at that moment, so that every sequence of refunds sums to what was
paid, to the minor unit (ARCHITECTURE law 3); the case keeps what was granted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.domain import effects
from portal.domain.access import Actor
from portal.domain.applying import ApplicationAsk
from portal.domain.applying_amounts import plan_application
from portal.domain.applying_reasons import at_fault
from portal.domain.codec import from_plain, to_plain
from portal.domain.decisions import Handling, Plan
from portal.domain.events import Event
from portal.domain.money import Money
from portal.domain.orders import Order, Units
from portal.domain.policy import Policy
from portal.domain.shop_settings import ShopSettings
from portal.ports import Deps
from portal.repos.cases import CaseRecord
from portal.repos.orders import OrderRecord
from portal.repos.unit_of_work import UnitOfWork
from portal.services.apply_cancel import event_source, giving_back, money_params
from portal.services.decide_application_now import situation_of, terms_at
from portal.services.numbers import new_return_no
from portal.services.start_refunds import start_refunds


@dataclass(frozen=True, slots=True)
class Grant:
    """What a yes would do: `plan`, carried out on `order`, the facts without what the case claims."""

    order: Order
    plan: Plan


def asked_of(case: CaseRecord) -> ApplicationAsk:
    return from_plain(ApplicationAsk, case.row["asked"])


def handling_of(case: CaseRecord) -> Handling:
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
    *,
    policy: Policy,
    actor: Actor,
    settings: ShopSettings,
    deps: Deps,
    answer: str = "accept",
    reason: str = "",
) -> None:
    """The order is under lock and `granted` was computed on exactly these facts."""
    outcome = case.row["outcome"] | {"answer": answer, "at": work.now.isoformat()}
    if reason:
        outcome["reason"] = reason
    values = {"summary": to_plain(granted.plan), "outcome": outcome, "decided_by": actor.key, "escalated_at": None}
    work.tasks.close(f"application_unanswered:{case.case_no}")
    if handling_of(case).remedy == "refund":
        _refund(work, record, case, granted, values, actor, settings, deps)
    else:
        _await_goods(work, record, case, granted, values, policy, actor, settings, deps)


def _refund(
    work: UnitOfWork,
    record: OrderRecord,
    case: CaseRecord,
    granted: Grant,
    values: dict[str, Any],
    actor: Actor,
    settings: ShopSettings,
    deps: Deps,
) -> None:
    plan, case_no = granted.plan, case.case_no
    work.orders.save(record, effects.refunded(granted.order, plan, at_fault=at_fault(case.row["reason"])))
    event = "approve_refund" if plan.tenders else "approve_free"
    work.cases.step(case, event, deadline_at=None, deadline_kind=None, **values)
    work.cases.release(case)
    back = () if plan.money_only else giving_back(record, plan, case_no)
    work.events.append(record, actor, _approved(case, plan, actor), *back)
    refunds = start_refunds(
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
    params = {"order_no": record.order.no, "case_no": case_no} | money_params(plan, refunds)
    tell(work, record, case_no, "refund_approved", params)


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
        deadline_kind="customer_sends_back" if is_sent else None,
        **values,
    )
    data = {"return": return_no} | ({"until": send_by.isoformat()} if send_by else {})
    work.events.append(record, actor, _approved(case, plan, actor, data))
    params = {"order_no": record.order.no, "case_no": case_no, "return_no": return_no}
    if send_by:
        tell(work, record, case_no, "return_approved", params | {"deadline": send_by})
    else:
        tell(work, record, case_no, "parcel_awaited", params)


def _send_back_by(
    work: UnitOfWork, record: OrderRecord, policy: Policy, settings: ShopSettings, deps: Deps
) -> datetime:
    found = situation_of(work, record, settings, deps, policy=policy)
    return terms_at(work, found, line_ids=()).send_back_by


def _approved(case: CaseRecord, plan: Plan, actor: Actor, more: dict[str, Any] | None = None) -> Event:
    data = {
        "units": [list(pair) for pair in plan.units],
        "refund": plan.refund.minor,
        "currency": plan.refund.currency,
    }
    return Event(kind=f"{event_source(actor)}:case:approved", data=data | (more or {}), case_no=case.case_no)


def tell(work: UnitOfWork, record: OrderRecord, case_no: str, kind: str, params: dict[str, Any]) -> None:
    work.notices.tell(record.shop_id, record.customer_id, kind, params, order_no=record.order.no, case_no=case_no)
