"""The warehouse's answer to a cancel that waits: stopped, or too late with the time the parcel left."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Literal

from portal.domain.codec import fingerprint
from portal.domain.errors import Conflict, Forbidden, Invalid
from portal.domain.identity.access import Actor, may
from portal.domain.orders import effects
from portal.domain.records.events import Event
from portal.ports import Deps
from portal.repos.cases import CaseRecord
from portal.repos.order_record import OrderRecord
from portal.repos.unit_of_work import UnitOfWork, unit_of_work
from portal.services.cancelling.apply_cancel import apply_cancel
from portal.services.cancelling.hold_effect import effect_of_stopping, shown_hold

Answer = Literal["stopped", "too_late"]


def answer_cancel(
    *,
    case_no: str,
    answer: Answer,
    left_at: datetime | None,
    actor: Actor,
    request_id: str,
    deps: Deps,
    shown: str | None = None,
) -> str:
    """Returns `case:<no>`. Errors: NotFound, Forbidden, Conflict (answered, or not as shown), Invalid (left_at).

    `shown` is what the desk's form carried: pages always send it, scripts (None) have not been shown anything.
    """
    if actor.kind != "feed" and not may(actor, "write", "hold"):
        raise Forbidden("hold")
    with unit_of_work(deps) as work:
        if done := work.requests.claim(actor, request_id, fingerprint(["answer", case_no, answer, left_at])):
            return done
        record = work.orders.get_by_id_for_update(work.cases.order_id_of(case_no, actor))
        case = work.cases.get_for_update(case_no, actor)
        if answer == "stopped":
            _stopped(work, record, case, actor, deps, shown)
        else:
            _too_late(work, record, case, _checked(left_at, case, work.now), actor)
        work.tasks.close(f"cancel_unanswered:{case_no}")
        return work.requests.finish(actor, request_id, f"case:{case_no}")


def _stopped(
    work: UnitOfWork, record: OrderRecord, case: CaseRecord, actor: Actor, deps: Deps, shown: str | None
) -> None:
    """The parcel stays: what was summarised when it was asked for happens now, from the same function."""
    if case.state != "submitted":
        raise Conflict("decided", at=case.row["closed_at"])
    order, plan = effect_of_stopping(record.order, case.units)
    if shown is not None and shown != shown_hold(case.case_no, case.state, plan):
        raise Conflict()
    work.orders.save(record, order)
    event = "stop" if plan.tenders else "stop_without_refund"
    work.cases.step(
        case, event, deadline_at=None, decided_by=actor.key, outcome={"answer": "stopped", "at": work.now.isoformat()}
    )
    work.cases.release(case)
    work.events.append(record, actor, Event(kind="staff:cancel:stopped", case_no=case.case_no))
    apply_cancel(
        work,
        record,
        plan,
        actor=actor,
        settings=work.shops.settings_of(record.shop_id),
        deps=deps,
        case_id=case.id,
        case_no=case.case_no,
    )


def _too_late(work: UnitOfWork, record: OrderRecord, case: CaseRecord, left_at: datetime, actor: Actor) -> None:
    """The parcel has gone: the units are free for the ways on, and the case is over (POLICY, where cases end)."""
    work.cases.step(
        case,
        "too_late",
        deadline_at=None,
        decided_by=actor.key,
        outcome={"answer": "too_late", "left_at": left_at.isoformat(), "at": work.now.isoformat()},
    )
    work.cases.release(case)
    work.orders.save(record, replace(effects.released(record.order, case.units), waiting_case=None))
    data = {"left_at": left_at.isoformat()}
    work.events.append(record, actor, Event(kind="staff:cancel:too_late", data=data, case_no=case.case_no))
    params = {"order_no": record.order.no, "case_no": case.case_no, "left_at": left_at}
    work.notices.tell(
        record.shop_id, record.customer_id, "cancel_too_late", params, order_no=record.order.no, case_no=case.case_no
    )


def _checked(left_at: datetime | None, case: CaseRecord, now: datetime) -> datetime:
    """Too late needs the time the parcel left: not in the future."""
    if left_at is None:
        raise Invalid((("left_at", "required"),))
    if left_at > now:
        raise Invalid((("left_at", "future"),))
    return left_at
