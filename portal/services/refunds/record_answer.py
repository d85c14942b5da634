"""What a rail says of a refund, recorded: the state, the money on the order, who is told (PAYMENTS).

Of a number that is not the refund's any more nothing follows: a worker whose lease ran out may come back with it after
another has moved on to the next.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from portal.domain.cases import paid
from portal.domain.deadlines.spans import due
from portal.domain.identity.access import system
from portal.domain.orders import effects
from portal.domain.records.events import NewEvent
from portal.domain.refunds.life_cycle import (
    IN_FLIGHT_STATES,
    MOST_SERIES,
    event_of,
    refund_number,
    seconds_until_next_number,
    seconds_until_poll,
    seconds_until_retry,
)
from portal.domain.refunds.refund import Refund
from portal.domain.refunds.transfer import METHOD as TRANSFER
from portal.ports import Deps, RefundAnswer
from portal.repos.unit_of_work import UnitOfWork, unit_of_work
from portal.services.act import Act, CaseAct
from portal.services.notify_staff import notify_staff
from portal.services.refunds.note_amount import SaidAmount, note_amount
from portal.services.refunds.settled import refund_settled

PARKED = "refund_parked"


@dataclass(frozen=True, slots=True)
class NextTry:
    """When the job should come back; None = settled."""

    at: datetime | None
    error: str = ""


def locked(work: UnitOfWork, refund_id: str, deps: Deps) -> tuple[Act, Refund]:
    """The order first, then the refund (law 5). The system acts, on what the rail says."""
    record = work.orders.get_by_id_for_update(work.refunds.order_id_of(refund_id))
    return Act(work, record, system(record.shop_id), deps), work.refunds.get_for_update(refund_id)


def record_answer(refund_id: str, number: str, answer: RefundAnswer, deps: Deps, *, is_wanted: bool = False) -> NextTry:
    """What the rail said of `number`, in a transaction of its own. `is_wanted`: a person has asked for this attempt."""
    with unit_of_work(deps) as work:
        act, refund = locked(work, refund_id, deps)
        return take_answer(act, refund, number, answer, is_wanted=is_wanted)


def take_answer(act: Act, refund: Refund, number: str, answer: RefundAnswer, *, is_wanted: bool = False) -> NextTry:
    """The same within the caller's transaction, which has locked both."""
    if refund.parked_at:
        act.work.tasks.close(f"{PARKED}:{refund.refund_id}")
    if refund.state == "succeeded":
        return _reversed(act, refund, answer) if _is_undone(refund, number, answer) else NextTry(None)
    if refund.number != number:
        return NextTry(act.now)
    if answer.outcome == "number_spent" and (refund.series < MOST_SERIES or is_wanted):
        return _renumber(act, refund)
    event = event_of(answer.outcome) if answer.outcome != "number_spent" else "fail"
    if event in ("pend", "succeed") and answer.amount not in (None, refund.amount):
        return _differs(act, refund, answer)
    if event == "succeed":
        return succeeded(act, refund, answer)
    if event == "fail":
        return _failed(act, refund, answer)
    return _waiting(act, refund, answer, is_known=event is not None)


def _is_undone(refund: Refund, number: str, answer: RefundAnswer) -> bool:
    """A bank may send money back weeks after it arrived; what went another way was never the rail's."""
    is_its_rails = bool(refund.rail) and refund.method != TRANSFER and not refund.to_credit
    return answer.outcome == "failed" and refund.number == number and is_its_rails


def _differs(act: Act, refund: Refund, answer: RefundAnswer) -> NextTry:
    """The rail has booked something, and it is not ours: for a person, and nothing is concluded from it."""
    found = SaidAmount(
        shop_id=act.record.shop_id,
        order_id=refund.order_id,
        rail=refund.rail,
        number=refund.number,
        ours=refund.amount,
        said=answer.amount,
    )
    note_amount(act.work, found)
    if refund.state in IN_FLIGHT_STATES:
        act.work.refunds.unanswered(refund)
    return NextTry(act.now + timedelta(seconds=seconds_until_retry(refund.attempts)), "amount_differs")


def _waiting(act: Act, refund: Refund, answer: RefundAnswer, *, is_known: bool) -> NextTry:
    """`is_known`: the rail has it; else it has to be sent again."""
    if not is_known:
        act.work.refunds.to_send_again(refund)
        return NextTry(act.now + timedelta(seconds=seconds_until_retry(refund.attempts)), "the rail does not know it")
    if refund.state != "pending":
        act.work.refunds.accepted(refund, answer)
        note(act, "rail:refund:pending", {"refund": refund.number})
    else:
        act.work.refunds.polled(refund, answer)
    return NextTry(act.now + timedelta(seconds=seconds_until_poll(refund.polls)))


def succeeded(act: Act, refund: Refund, answer: RefundAnswer) -> NextTry:
    """The money has moved: from in flight to refunded, the case is done with its last refund, the customer is told."""
    act.work.refunds.succeeded(refund, answer)
    note(act, f"{'system' if refund.to_credit else 'rail'}:refund:succeeded", refund.facts())
    account = answer.account or refund.method
    act.notify_customer("refund_succeeded", amount=refund.amount, provider=refund.method, account=account)
    refund_settled(act, refund)
    return NextTry(None)


def _failed(act: Act, refund: Refund, answer: RefundAnswer) -> NextTry:
    """Told truthfully, given to staff with a time of theirs, and tried again under the same number (PAYMENTS rule 6,
    TRAPS T15; POLICY, timers)."""
    act.work.refunds.failed(refund, answer)
    note(act, "rail:refund:failed", {"refund": refund.number, "reason": answer.reason[:80]})
    open_task(act, "refund_failed", refund, reason=answer.reason)
    if refund.failed_at is None:
        act.notify_customer("refund_failed", reason=answer.reason)
    if refund.series >= MOST_SERIES:
        # The next attempt is a person's to ask for.
        return NextTry(None)
    wait = max(seconds_until_retry(refund.attempts + 1), seconds_until_next_number(refund.series))
    return NextTry(act.now + timedelta(seconds=wait), answer.reason)


def _reversed(act: Act, refund: Refund, answer: RefundAnswer) -> NextTry:
    """It had arrived, and is with the shop again. Its amount is promised once more, and the case is not done; what is
    to be done about it is for a person: the same bank account would send it back again."""
    act.work.refunds.failed(refund, answer)
    act.save_order(effects.unsettled(act.order, refund.payment_id, refund.amount.minor))
    note(act, "rail:refund:reversed", refund.facts() | {"reason": answer.reason[:80]})
    open_task(act, "refund_failed", refund, reason=answer.reason)
    if refund.case_id:
        _reopen(act.on(act.work.cases.get_by_id_for_update(refund.case_id)))
    act.notify_customer("refund_reversed", amount=refund.amount, provider=refund.method, reason=answer.reason)
    return NextTry(None)


def _reopen(act: CaseAct) -> None:
    if act.case.state == "completed":
        act.save(paid.refund_reversed(act.case, at=act.now))


def _renumber(act: Act, refund: Refund) -> NextTry:
    """The rail says the number is spent: the only case in which the series rises (TRAPS T14)."""
    number = refund_number(refund.refund_id, refund.series + 1)
    act.work.refunds.renumbered(refund, number)
    note(act, "rail:refund:renumbered", {"refund": number, "spent": refund.number})
    return NextTry(act.now)


def open_task(act: Act, kind: str, refund: Refund, *, reason: str = "") -> None:
    """For whoever resolves refunds, until a working day is over; once more where it was done before."""
    is_new = act.work.tasks.reopen(
        act.record.shop_id,
        kind,
        dedup_key=f"{kind}:{refund.refund_id}",
        detail={"refund": refund.number, "reason": reason[:200]},
        order_id=act.record.id,
        refund_id=refund.id,
        deadline_at=resolved_by(act),
    )
    if is_new:
        turn = 0 if refund.failed_at is None else act.record.events_count
        notify_staff(act.work, kind, act.record, "", refund_id=refund.refund_id, turn=turn)


def resolved_by(act: Act) -> datetime:
    """Until when staff have time before it is escalated: one working day of the shop unless its pack says otherwise."""
    return due(
        act.policy.timers.refund_retried,
        act.now,
        zone=ZoneInfo(act.settings.zone),
        hours=act.settings.warehouse_hours,
        calendar=act.deps.calendar,
        country=act.policy.clock.calendar,
    )


def note(act: Act, kind: str, data: dict[str, Any]) -> None:
    """What is on record of it, and how the order's refunds stand now."""
    act.record.refunds_stand(act.work.refunds.overall_state(act.record.id))
    act.record_events(NewEvent(kind=kind, data=data))
