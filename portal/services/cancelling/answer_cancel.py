"""The warehouse's answer to a cancel that waits: stopped, or too late with the time the parcel left."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Literal

from portal.domain.cancelling.decide import returns_freight
from portal.domain.cases import steps
from portal.domain.codec import fingerprint
from portal.domain.errors import Conflict, Forbidden, Invalid
from portal.domain.identity.access import Actor, may
from portal.domain.orders import effects
from portal.domain.orders.decisions import Plan
from portal.domain.orders.order import Order, Units
from portal.domain.orders.planning import plan_units
from portal.domain.records.events import NewEvent
from portal.domain.results import CancelAnswered
from portal.domain.sent import RequestKey
from portal.ports import Deps
from portal.repos.unit_of_work import unit_of_work
from portal.services.act import CaseAct, lock_case
from portal.services.cancelling.apply_cancel import apply_cancel
from portal.services.waiting_messages import read_up

Answer = Literal["stopped", "too_late"]


def answer_cancel(
    *,
    case_no: str,
    answer: Answer,
    left_at: datetime | None,
    actor: Actor,
    request_id: RequestKey | None,
    deps: Deps,
    shown: str | None = None,
) -> CancelAnswered:
    """Errors: NotFound, Forbidden, Conflict (answered, or not as shown), Invalid (left_at).

    `shown` is what the desk's form carried: pages always send it, scripts (None) have not been shown anything.
    """
    if actor.kind != "feed" and not may(actor, "write", "hold"):
        raise Forbidden("hold")
    with unit_of_work(deps) as work:
        asked = fingerprint(["answer", case_no, answer, left_at])
        if done := work.requests.claim(actor, request_id, asked, CancelAnswered):
            return done
        act = lock_case(work, case_no, actor, deps)
        if answer == "stopped":
            _stopped(act, shown)
        else:
            _too_late(act, _checked(left_at, act.now))
        act.close_task("cancel_unanswered")
        read_up(act)
        return work.requests.finish(actor, request_id, CancelAnswered(case_no=case_no, answer=answer))


def effect_of_stopping(order: Order, units: Units) -> tuple[Order, Plan]:
    """The order with the case's `units` free again, and the plan of cancelling them.

    The same for the desk that shows it and for the answer that does it (N2).
    """
    freed = replace(effects.released(order, units), waiting_case=None)
    return freed, plan_units(freed, units, with_freight=returns_freight(freed, units))


def shown_hold(case_no: str, state: str, plan: Plan) -> str:
    """What the desk's form carries as `shown`: the case as it was, and what stopping would pay back."""
    return fingerprint([case_no, state, plan.refund, plan.tenders])[:32]


def _stopped(act: CaseAct, shown: str | None) -> None:
    """The parcel stays: what was summarised when it was asked for happens now, from the same function."""
    case = act.case
    if case.state != "submitted":
        raise Conflict("decided", at=case.closed_at)
    order, plan = effect_of_stopping(act.order, case.units)
    if shown is not None and shown != shown_hold(case.case_no, case.state, plan):
        raise Conflict()
    act.save_order(order)
    act.save(steps.stopped(case, by=act.actor.key, at=act.now, is_paid_back=bool(plan.tenders)))
    act.work.cases.release(case)
    act.record_events(NewEvent(kind=f"{_source(act.actor)}:cancel:stopped", case_no=case.case_no))
    apply_cancel(act, plan)


def _too_late(act: CaseAct, left_at: datetime) -> None:
    """The parcel has gone: the units are free for the ways on, and the case is over (POLICY, where cases end)."""
    case = act.case
    act.save(steps.too_late(case, by=act.actor.key, at=act.now, left_at=left_at))
    act.work.cases.release(case)
    act.save_order(replace(effects.released(act.order, case.units), waiting_case=None))
    data = {"left_at": left_at.isoformat()}
    act.record_events(NewEvent(kind=f"{_source(act.actor)}:cancel:too_late", data=data, case_no=case.case_no))
    act.notify_customer("cancel_too_late", left_at=left_at)


def _source(actor: Actor) -> str:
    return "feed" if actor.kind == "feed" else "staff"


def _checked(left_at: datetime | None, now: datetime) -> datetime:
    """Too late needs the time the parcel left: not in the future."""
    if left_at is None:
        raise Invalid((("left_at", "required"),))
    if left_at > now:
        raise Invalid((("left_at", "future"),))
    return left_at
