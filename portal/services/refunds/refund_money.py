"""Sends one refund to its rail and records what the rail says: claim, commit, call, record (TRAPS T13).

Nothing is concluded from a call that failed: it is asked again under the same number. Success is only what the rail's
own books say when asked for that number (PAYMENTS; POLICY trap 7).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from portal.domain.cases import steps
from portal.domain.deadlines.spans import due
from portal.domain.errors import ProviderUnavailable
from portal.domain.identity.access import system
from portal.domain.money import Money
from portal.domain.orders import effects
from portal.domain.records.events import Event
from portal.domain.refunds.life_cycle import event_of, refund_number, seconds_until_poll, seconds_until_retry
from portal.ports import Deps, RefundAnswer, RefundAsk
from portal.repos.order_record import OrderRecord
from portal.repos.unit_of_work import UnitOfWork, unit_of_work
from portal.services.act import CaseAct
from portal.services.notify_staff import tell_staff

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class NextTry:
    """When the job should come back; None = settled."""

    at: datetime | None
    error: str = ""


def refund_money(*, refund_id: str, deps: Deps) -> NextTry:
    """One round for one refund. Safe to repeat at any point: every step is compare-and-set and the number is fixed."""
    claimed = _claim(refund_id, deps)
    if isinstance(claimed, NextTry):
        return claimed
    ask, is_sent = claimed
    try:
        answer = _call(ask, deps, is_sent=is_sent)
    except ProviderUnavailable as problem:
        return _unknown(refund_id, problem, deps)
    return _record(refund_id, ask.number, answer, deps)


def _claim(refund_id: str, deps: Deps) -> NextTry | tuple[RefundAsk, bool]:
    """Marks it as being sent, and commits, before anybody is called. True: it may have been sent before."""
    with unit_of_work(deps) as work:
        record = work.orders.get_by_id_for_update(work.refunds.order_id_of(refund_id))
        row = work.refunds.get_for_update(refund_id)
        if row["state"] == "succeeded":
            return NextTry(None)
        if row["state"] in ("planned", "failed") and work.refunds.is_another_in_flight(
            row["payment_row_id"], refund_id
        ):
            return NextTry(work.now + timedelta(seconds=3))
        if row["state"] in ("planned", "failed"):
            first = row["submitted_at"] or work.now
            work.refunds.step(row, "submit", attempts=row["attempts"] + 1, submitted_at=first)
            data = {"refund": row["number"], "attempt": row["attempts"] + 1}
            _tell(work, record, row, "system:refund:submitted", data)
        return _ask(row, record), row["attempts"] > 0


def _ask(row: Row, record: OrderRecord) -> RefundAsk:
    return RefundAsk(
        number=row["number"],
        payment_reference=row["reference"] or row["payment_id"],
        payment_id=row["payment_id"],
        order_no=record.order.no,
        method=row["method"],
        amount=Money(row["amount_minor"], row["currency"]),
        captured=Money(row["captured_minor"], row["currency"]),
        shop=str(record.shop_id),
    )


def _call(ask: RefundAsk, deps: Deps, *, is_sent: bool) -> RefundAnswer:
    """Between transactions. What may have been sent is looked up first; what the rail never saw is sent (again)."""
    if is_sent:
        found = deps.rail.find_refund(ask)
        if found.outcome not in ("unknown_number", "failed"):
            return found
    reply = deps.rail.refund(ask)
    if reply.outcome in ("failed", "number_spent"):
        return reply
    return deps.rail.find_refund(ask)


def _unknown(refund_id: str, problem: ProviderUnavailable, deps: Deps) -> NextTry:
    """The provider did not answer: the state stays, the number stays, the next try is later."""
    with unit_of_work(deps) as work:
        work.orders.get_by_id_for_update(work.refunds.order_id_of(refund_id))
        row = work.refunds.get_for_update(refund_id)
        if row["state"] in ("submitted", "pending"):
            event = "submit" if row["state"] == "submitted" else "pend"
            work.refunds.step(row, event, attempts=row["attempts"] + 1)
        wait = seconds_until_retry(row["attempts"])
        return NextTry(work.now + timedelta(seconds=wait), f"{problem.provider}: {problem.reason}")


def _record(refund_id: str, number: str, answer: RefundAnswer, deps: Deps) -> NextTry:
    """What the rail said of `number`. Of a number that is not the refund's any more nothing follows: a worker whose
    lease ran out may come back with it after another has moved on to the next."""
    with unit_of_work(deps) as work:
        record = work.orders.get_by_id_for_update(work.refunds.order_id_of(refund_id))
        row = work.refunds.get_for_update(refund_id)
        if row["state"] == "succeeded":
            return NextTry(None)
        if row["number"] != number:
            return NextTry(work.now)
        if answer.outcome == "number_spent":
            return _renumber(work, record, row)
        event = event_of(answer.outcome)
        if event == "succeed" and answer.amount and answer.amount.minor != row["amount_minor"]:
            answer, event = RefundAnswer(outcome="failed", reason="amount_differs"), "fail"
        if event == "succeed":
            return _succeeded(work, record, row, answer, deps)
        if event == "fail":
            return _failed(work, record, row, answer, deps)
        return _waiting(work, record, row, event)


def _waiting(work: UnitOfWork, record: OrderRecord, row: Row, event: str | None) -> NextTry:
    if event is None:
        work.refunds.step(row, "submit", attempts=row["attempts"] + 1)
        return NextTry(work.now + timedelta(seconds=seconds_until_retry(row["attempts"])), "the rail does not know it")
    if row["state"] != "pending":
        work.refunds.step(row, "pend", pending_at=work.now, polls=0)
        _tell(work, record, row, "rail:refund:pending", {"refund": row["number"]})
    else:
        work.refunds.step(row, "pend", polls=row["polls"] + 1)
    return NextTry(work.now + timedelta(seconds=seconds_until_poll(row["polls"])))


def _succeeded(work: UnitOfWork, record: OrderRecord, row: Row, answer: RefundAnswer, deps: Deps) -> NextTry:
    """The money has moved: from in flight to refunded, the case is done with its last refund, the customer is told."""
    work.refunds.step(row, "succeed", settled_at=answer.at or work.now, account=answer.account, reason="")
    work.orders.save(record, effects.settled(record.order, row["payment_id"], row["amount_minor"]))
    data = {"refund": row["number"], "amount": row["amount_minor"], "currency": row["currency"]}
    _tell(work, record, row, "rail:refund:succeeded", data)
    work.tasks.close(f"refund_failed:{row['refund_id']}")
    params = {
        "order_no": record.order.no,
        "amount": Money(row["amount_minor"], row["currency"]),
        "provider": row["method"],
        "account": answer.account or row["method"],
    }
    work.notices.tell(record.shop_id, record.customer_id, "refund_succeeded", params, order_no=record.order.no)
    if row["case_id"] and not work.refunds.are_open(row["case_id"]):
        case = work.cases.get_by_id_for_update(row["case_id"])
        _close(CaseAct(work, record, case, system(record.shop_id), deps))
    return NextTry(None)


def _close(act: CaseAct) -> None:
    """The last refund of the case succeeded: 处理结果：已成功."""
    if act.case.state == "refunding":
        act.save(steps.refunded(act.case, at=act.now))
        act.happened("case:completed")


def _failed(work: UnitOfWork, record: OrderRecord, row: Row, answer: RefundAnswer, deps: Deps) -> NextTry:
    """Told truthfully, given to staff with a time of theirs, and tried again under the same number (PAYMENTS rule 6,
    TRAPS T15; POLICY, timers)."""
    work.refunds.step(row, "fail", failed_at=work.now, reason=answer.reason[:200])
    _tell(work, record, row, "rail:refund:failed", {"refund": row["number"], "reason": answer.reason[:80]})
    work.tasks.open(
        record.shop_id,
        "refund_failed",
        dedup_key=f"refund_failed:{row['refund_id']}",
        detail={"refund": row["number"], "reason": answer.reason[:200]},
        order_id=record.id,
        refund_id=row["id"],
        deadline_at=_mended_by(work, record, deps),
    )
    tell_staff(work, "refund_failed", record, "", refund_id=row["refund_id"])
    if row["failed_at"] is None:
        params = {"order_no": record.order.no, "reason": answer.reason}
        work.notices.tell(record.shop_id, record.customer_id, "refund_failed", params, order_no=record.order.no)
    return NextTry(work.now + timedelta(seconds=seconds_until_retry(row["attempts"] + 1)), answer.reason)


def _mended_by(work: UnitOfWork, record: OrderRecord, deps: Deps) -> datetime:
    """Until when staff have time before it is escalated: one working day of the shop unless its pack says otherwise."""
    policy = work.policies.of(record)
    settings = work.shops.settings_of(record.shop_id)
    return due(
        policy.timers.refund_retried,
        work.now,
        zone=ZoneInfo(settings.zone),
        hours=settings.warehouse_hours,
        calendar=deps.calendar,
        country=policy.clock.calendar,
    )


def _renumber(work: UnitOfWork, record: OrderRecord, row: Row) -> NextTry:
    """The rail says the number is spent: the only case in which the series rises (TRAPS T14)."""
    series = row["series"] + 1
    number = refund_number(row["refund_id"], series)
    work.refunds.step(row, "submit", series=series, number=number, attempts=0)
    _tell(work, record, row, "rail:refund:renumbered", {"refund": number, "spent": row["number"]})
    return NextTry(work.now)


def _tell(work: UnitOfWork, record: OrderRecord, row: Row, kind: str, data: dict[str, Any]) -> None:
    record.refunds_stand(work.refunds.overall_state(record.id))
    work.events.append(record, system(record.shop_id), Event(kind=kind, data=data))
