"""Sends one refund to its rail and records what the rail says: claim, commit, call, record (TRAPS T13).

Nothing is concluded from a call that failed: it is asked again under the same number. Success is only what the rail's
own books say when asked for that number (PAYMENTS; POLICY trap 7).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from portal.domain.credit.ledger import CreditEntry
from portal.domain.deadlines.spans import due
from portal.domain.errors import NotFound, ProviderUnavailable
from portal.domain.identity.access import Actor, system
from portal.domain.money import Money
from portal.domain.records.events import NewEvent
from portal.domain.refunds.life_cycle import event_of, refund_number, seconds_until_poll, seconds_until_retry
from portal.domain.refunds.refund import Refund
from portal.ports import Deps, RefundAnswer, RefundAsk
from portal.repos.unit_of_work import UnitOfWork, unit_of_work
from portal.services.act import Act
from portal.services.credit.book_credit import book
from portal.services.notify_staff import notify_staff
from portal.services.refunds.settled import refund_settled

_WHILE_TRANSFERRED = timedelta(minutes=10)
"""The money is to go another way: the rail is not tried until that is paid or given up."""


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


def _locked(work: UnitOfWork, refund_id: str, deps: Deps) -> tuple[Act, Refund]:
    """The order first, then the refund (law 5). The system acts, on what the rail says."""
    record = work.orders.get_by_id_for_update(work.refunds.order_id_of(refund_id))
    return Act(work, record, system(record.shop_id), deps), work.refunds.get_for_update(refund_id)


def _claim(refund_id: str, deps: Deps) -> NextTry | tuple[RefundAsk, bool]:
    """Marks it as being sent, and commits, before anybody is called. True: it may have been sent before."""
    with unit_of_work(deps) as work:
        act, refund = _locked(work, refund_id, deps)
        if refund.state == "succeeded":
            return NextTry(None)
        if refund.state in ("planned", "failed"):
            if refund.state == "failed" and work.transfers.find_open(refund.id):
                return NextTry(work.now + _WHILE_TRANSFERRED)
            if work.refunds.is_another_in_flight(refund):
                return NextTry(work.now + timedelta(seconds=3))
            if refund.to_credit:
                return _keep_as_credit(act, refund)
            work.refunds.sent(refund)
            _note(act, "system:refund:submitted", {"refund": refund.number, "attempt": refund.attempts + 1})
        return _ask(refund, act), refund.attempts > 0


def _keep_as_credit(act: Act, refund: Refund) -> NextTry:
    """Its customer chose so: the books are our own, so it is done in this transaction, once by its number."""
    case = act.work.cases.get_by_id_for_update(refund.case_id) if refund.case_id else None
    until = act.now + timedelta(days=refund.credit_days) if refund.credit_days else None
    named: dict[str, Any] = {"order_no": act.order.no, "case_no": case.case_no if case else "", "expires_at": until}
    owner = act.record.customer_id
    assert owner is not None
    entries = [CreditEntry(number=f"refund:{refund.refund_id}", kind="refund", amount=refund.amount, **named)]
    if refund.bonus_minor:
        bonus = Money(refund.bonus_minor, refund.amount.currency)
        entries.append(CreditEntry(number=f"bonus:{refund.refund_id}", kind="bonus", amount=bonus, **named))
    for entry in entries:
        book(act.work, act.record.shop_id, owner, entry)
    act.work.refunds.sent(refund)
    sent = act.work.refunds.get_for_update(refund.refund_id)
    return _succeeded(act, sent, RefundAnswer(outcome="succeeded", at=act.now, account=refund.method))


def _ask(refund: Refund, act: Act) -> RefundAsk:
    return RefundAsk(
        number=refund.number,
        payment_reference=refund.payment_reference or refund.payment_id,
        payment_id=refund.payment_id,
        order_no=act.order.no,
        method=refund.method,
        amount=refund.amount,
        captured=Money(refund.captured_minor, refund.amount.currency),
        shop=str(act.record.shop_id),
        sent_at=refund.submitted_at or act.now,
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
        _, refund = _locked(work, refund_id, deps)
        if refund.state in ("submitted", "pending"):
            work.refunds.unanswered(refund)
        wait = seconds_until_retry(refund.attempts)
        return NextTry(work.now + timedelta(seconds=wait), f"{problem.provider}: {problem.reason}")


def _record(refund_id: str, number: str, answer: RefundAnswer, deps: Deps) -> NextTry:
    """What the rail said of `number`. Of a number that is not the refund's any more nothing follows: a worker whose
    lease ran out may come back with it after another has moved on to the next."""
    with unit_of_work(deps) as work:
        act, refund = _locked(work, refund_id, deps)
        if refund.state == "succeeded":
            return NextTry(None)
        if refund.number != number:
            return NextTry(work.now)
        if answer.outcome == "number_spent":
            return _renumber(act, refund)
        event = event_of(answer.outcome)
        if event == "succeed" and answer.amount and answer.amount.minor != refund.amount.minor:
            answer, event = RefundAnswer(outcome="failed", reason="amount_differs"), "fail"
        if event == "succeed":
            return _succeeded(act, refund, answer)
        if event == "fail":
            return _failed(act, refund, answer)
        return _waiting(act, refund, answer, is_known=event is not None)


def _waiting(act: Act, refund: Refund, answer: RefundAnswer, *, is_known: bool) -> NextTry:
    """`is_known`: the rail has it; else it has to be sent again."""
    if not is_known:
        act.work.refunds.to_send_again(refund)
        return NextTry(act.now + timedelta(seconds=seconds_until_retry(refund.attempts)), "the rail does not know it")
    if refund.state != "pending":
        act.work.refunds.accepted(refund, trace=answer.trace)
        _note(act, "rail:refund:pending", {"refund": refund.number})
    else:
        act.work.refunds.polled(refund)
    return NextTry(act.now + timedelta(seconds=seconds_until_poll(refund.polls)))


def _succeeded(act: Act, refund: Refund, answer: RefundAnswer) -> NextTry:
    """The money has moved: from in flight to refunded, the case is done with its last refund, the customer is told."""
    work, amount = act.work, refund.amount
    work.refunds.succeeded(refund, at=answer.at or act.now, account=answer.account, trace=answer.trace)
    _note(act, f"{'system' if refund.to_credit else 'rail'}:refund:succeeded", refund.facts())
    account = answer.account or refund.method
    act.notify_customer("refund_succeeded", amount=amount, provider=refund.method, account=account)
    refund_settled(act, refund)
    return NextTry(None)


def is_failed_with_rail(*, refund_no: str, actor: Actor, deps: Deps) -> bool:
    """Whether the rail's own books have nothing under way for it. Raises NotFound, ProviderUnavailable."""
    with unit_of_work(deps) as work:
        found = work.staff_lists.find_refund(actor, refund_no)
        if found is None:
            raise NotFound("refund")
        record = work.orders.get_by_id_for_update(found.order_id)
        ask = _ask(work.refunds.get_for_update(found.refund_id), Act(work, record, system(record.shop_id), deps))
    return deps.rail.find_refund(ask).outcome in ("failed", "unknown_number")


def _failed(act: Act, refund: Refund, answer: RefundAnswer) -> NextTry:
    """Told truthfully, given to staff with a time of theirs, and tried again under the same number (PAYMENTS rule 6,
    TRAPS T15; POLICY, timers)."""
    act.work.refunds.failed(refund, answer.reason[:200])
    _note(act, "rail:refund:failed", {"refund": refund.number, "reason": answer.reason[:80]})
    act.work.tasks.open(
        act.record.shop_id,
        "refund_failed",
        dedup_key=f"refund_failed:{refund.refund_id}",
        detail={"refund": refund.number, "reason": answer.reason[:200]},
        order_id=act.record.id,
        refund_id=refund.id,
        deadline_at=_mended_by(act),
    )
    notify_staff(act.work, "refund_failed", act.record, "", refund_id=refund.refund_id)
    if refund.failed_at is None:
        act.notify_customer("refund_failed", reason=answer.reason)
    return NextTry(act.now + timedelta(seconds=seconds_until_retry(refund.attempts + 1)), answer.reason)


def _mended_by(act: Act) -> datetime:
    """Until when staff have time before it is escalated: one working day of the shop unless its pack says otherwise."""
    return due(
        act.policy.timers.refund_retried,
        act.now,
        zone=ZoneInfo(act.settings.zone),
        hours=act.settings.warehouse_hours,
        calendar=act.deps.calendar,
        country=act.policy.clock.calendar,
    )


def _renumber(act: Act, refund: Refund) -> NextTry:
    """The rail says the number is spent: the only case in which the series rises (TRAPS T14)."""
    number = refund_number(refund.refund_id, refund.series + 1)
    act.work.refunds.renumbered(refund, number)
    _note(act, "rail:refund:renumbered", {"refund": number, "spent": refund.number})
    return NextTry(act.now)


def _note(act: Act, kind: str, data: dict[str, Any]) -> None:
    """What is on record of it, and how the order's refunds stand now."""
    act.record.refunds_stand(act.work.refunds.overall_state(act.record.id))
    act.record_events(NewEvent(kind=kind, data=data))
