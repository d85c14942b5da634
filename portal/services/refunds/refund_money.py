"""Sends one refund to its rail: claim, commit, call, record (TRAPS T13).

Nothing is concluded from a call that failed: it is asked again under the same number. Success is only what the rail's
own books say when asked for that number (PAYMENTS; POLICY trap 7).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from portal.domain.credit.ledger import CreditEntry
from portal.domain.errors import NotFound, ProviderUnavailable
from portal.domain.identity.access import Actor, system
from portal.domain.money import Money
from portal.domain.refunds.life_cycle import IN_FLIGHT_STATES, MOST_ATTEMPTS, seconds_until_retry
from portal.domain.refunds.rails import APART
from portal.domain.refunds.refund import Refund
from portal.ports import Deps, NoLookUp, PaymentRail, RefundAnswer, RefundAsk
from portal.repos.unit_of_work import looking, unit_of_work
from portal.services.act import Act
from portal.services.credit.book_credit import book
from portal.services.refunds.choose_rail import Choice, open_rail, rail_of
from portal.services.refunds.paid_for import with_what_it_pays
from portal.services.refunds.record_answer import (
    PARKED,
    NextTry,
    locked,
    note,
    open_task,
    record_answer,
    succeeded,
)

_WHILE_TRANSFERRED = timedelta(minutes=10)
"""The money is to go another way: the rail is not tried until that is paid or given up."""
_WITHOUT_RAIL = timedelta(minutes=10)
"""No rail takes it: whoever sets one has it tried at once, and this is for whatever else may change."""
_WHILE_DISPUTED = timedelta(hours=1)
"""Whoever decides the dispute has it tried at once (PAYMENTS rule 12)."""
_DAY = timedelta(days=1)
NO_RAIL = "rail_missing"
_NEVER = -1


@dataclass(frozen=True, slots=True)
class _Claimed:
    """`is_sent`: it may have been sent before; `may_send`: it is certain that the rail has made nothing of it;
    `is_wanted`: a person has asked for this attempt."""

    ask: RefundAsk
    rail: Choice
    is_sent: bool
    is_wanted: bool
    may_send: bool = False


def refund_money(*, refund_id: str, deps: Deps, by_hand: int = _NEVER) -> NextTry:
    """One round for one refund. Safe to repeat at any point: every step is compare-and-set and the number is fixed.

    `by_hand`: a person has asked for this attempt (the attempts there were then), so it is made where none would be by
    itself.
    """
    claimed = _claim(refund_id, by_hand, deps)
    if isinstance(claimed, NextTry):
        return claimed
    try:
        answer = _call(claimed, deps)
    except ProviderUnavailable as problem:
        return _unknown(refund_id, problem, deps)
    except NoLookUp as nobody:
        return _parked(refund_id, claimed.ask.number, is_lost=nobody.is_lost, deps=deps)
    return record_answer(refund_id, claimed.ask.number, answer, deps, is_wanted=claimed.is_wanted)


def _claim(refund_id: str, by_hand: int, deps: Deps) -> NextTry | _Claimed:
    """Marks it as being sent, and commits, before anybody is called."""
    with unit_of_work(deps) as work:
        act, refund = locked(work, refund_id, deps)
        is_wanted = by_hand == refund.attempts
        if refund.state == "succeeded" or (refund.parked_at and not is_wanted):
            return NextTry(None)
        if refund.state in ("planned", "failed") and (later := _not_yet(act, refund, is_wanted=is_wanted)):
            return later
        if refund.to_credit:
            return _keep_as_credit(act, refund)
        choice = rail_of(work, act.record.shop_id, refund, deps)
        if choice is None:
            return _without_rail(act, refund)
        if refund.state in ("planned", "failed"):
            if later := _too_soon_after_another(act, refund, choice):
                return later
            _send(act, refund, choice)
        elif refund.parked_at:
            work.refunds.sent_by_hand(refund)
            work.tasks.close(f"{PARKED}:{refund.refund_id}")
            return _Claimed(replace(ask_by(choice, refund, act), is_by_hand=True), choice, False, is_wanted)
        elif refund.is_unseen:
            work.refunds.sending_again(refund)
        may_send = refund.state == "failed" or refund.is_unseen
        is_sent = refund.attempts > 0 or refund.state == "pending"
        return _Claimed(ask_by(choice, refund, act), choice, is_sent, is_wanted, may_send)


def ask_by(choice: Choice, refund: Refund, act: Act) -> RefundAsk:
    """What that rail is asked of it."""
    ask = _ask_of(refund, act)
    return with_what_it_pays(ask, refund, act) if choice.connector else ask


def _not_yet(act: Act, refund: Refund, *, is_wanted: bool) -> NextTry | None:
    """Why it is not sent now."""
    if refund.state == "failed" and act.work.transfers.find_open(refund.id):
        return NextTry(act.now + _WHILE_TRANSFERRED)
    if refund.attempts >= MOST_ATTEMPTS and not is_wanted:
        return NextTry(None)
    if act.work.refunds.is_another_in_flight(refund):
        return NextTry(act.now + timedelta(seconds=3))
    dispute = act.work.rails.disputes.find(refund.payment_row_id)
    return NextTry(act.now + _WHILE_DISPUTED, "the payment is disputed") if dispute and dispute.holds_refunds else None


def _too_soon_after_another(act: Act, refund: Refund, choice: Choice) -> NextTry | None:
    """Some rails want two refunds of a payment apart in time (PAYMENTS rule 3)."""
    apart = APART.get(choice.name)
    if apart and act.work.refunds.was_sent_after(refund, act.now - apart):
        return NextTry(act.now + timedelta(seconds=15))
    return None


def _send(act: Act, refund: Refund, choice: Choice) -> None:
    act.work.refunds.sent(refund, rail=choice.name)
    act.work.tasks.close(f"{NO_RAIL}:{refund.refund_id}")
    note(act, "system:refund:submitted", {"refund": refund.number, "attempt": refund.attempts + 1})


def _without_rail(act: Act, refund: Refund) -> NextTry:
    """Nobody can be asked. It stays as it is, a person is told, and it goes on by itself once there is a rail."""
    open_task(act, NO_RAIL, refund, reason=refund.method)
    return NextTry(act.now + _WITHOUT_RAIL, f"no rail takes {refund.method}")


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
    act.work.refunds.sent(refund, rail="")
    sent = act.work.refunds.get_for_update(refund.refund_id)
    return succeeded(act, sent, RefundAnswer(outcome="succeeded", at=act.now, account=refund.method))


def _ask_of(refund: Refund, act: Act) -> RefundAsk:
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
        reason=refund.why,
        failed_with=refund.reason if refund.state == "failed" else None,
    )


def _call(claimed: _Claimed, deps: Deps) -> RefundAnswer:
    """Between transactions. What may have been sent is looked up first; what the rail never saw is sent (again)."""
    rail, ask = open_rail(claimed.rail, deps), claimed.ask
    if claimed.is_sent:
        found = _found(rail, claimed)
        if found.outcome not in ("unknown_number", "failed"):
            return found
    reply = rail.refund(ask)
    if reply.outcome in ("failed", "number_spent"):
        return reply
    return _looked_up(rail, ask, reply)


def _found(rail: PaymentRail, claimed: _Claimed) -> RefundAnswer:
    """Raises NoLookUp, but where it is safe to send it again."""
    try:
        return rail.find_refund(claimed.ask)
    except NoLookUp:
        if not claimed.may_send:
            raise
        return RefundAnswer(outcome="failed")


def _looked_up(rail: PaymentRail, ask: RefundAsk, reply: RefundAnswer) -> RefundAnswer:
    """What the books say, with what the reply alone has said; of a rail without a look-up its reply is all there is."""
    try:
        found = rail.find_refund(ask)
    except NoLookUp:
        return reply
    return replace(found, trace=found.trace or reply.trace, reference=found.reference or reply.reference)


def _unknown(refund_id: str, problem: ProviderUnavailable, deps: Deps) -> NextTry:
    """The provider did not answer: the state stays, the number stays, the next try is later. One that has not answered
    for days is for a person (PAYMENTS rule 14); it is still asked once a day."""
    with unit_of_work(deps) as work:
        act, refund = locked(work, refund_id, deps)
        if refund.state in IN_FLIGHT_STATES:
            if refund.attempts >= MOST_ATTEMPTS and not refund.parked_at:
                return _park(act, refund)
            work.refunds.unanswered(refund)
        wait = seconds_until_retry(refund.attempts)
        return NextTry(work.now + timedelta(seconds=wait), f"{problem.provider}: {problem.reason}")


def _parked(refund_id: str, number: str, *, is_lost: bool, deps: Deps) -> NextTry:
    """Sent, and nobody to ask what became of it: it is for a person, and never sent again by itself (PAYMENTS rule 13).
    Of one that the rail has accepted its word is waited for first, unless the rail has lost sight of it too."""
    with unit_of_work(deps) as work:
        act, refund = locked(work, refund_id, deps)
        if refund.state not in IN_FLIGHT_STATES or refund.number != number or refund.parked_at:
            return NextTry(None)
        if refund.state == "pending" and not is_lost and (until := _word_due(act, refund)) > act.now:
            return NextTry(until)
        return _park(act, refund)


def _park(act: Act, refund: Refund) -> NextTry:
    act.work.refunds.parked(refund)
    note(act, "system:refund:parked", {"refund": refund.number})
    open_task(act, PARKED, refund)
    return NextTry(None)


def _word_due(act: Act, refund: Refund) -> datetime:
    """When a rail that has accepted should have said how it ended: once the last day is over on which its customer was
    told to expect the money, and not within a day."""
    zone = ZoneInfo(act.settings.zone)
    first = refund.pending_at or act.now
    last = max(first.astimezone(zone).date(), refund.arrival_to or date.min)
    return max(first + _DAY, datetime.combine(last + _DAY, time(), zone))


def is_failed_with_rail(*, refund_no: str, actor: Actor, deps: Deps) -> bool:
    """Whether the rail's own books have nothing under way for it. Raises NotFound, ProviderUnavailable (no answer, or
    nobody who could be asked)."""
    with looking(deps) as work:
        found = work.staff_lists.find_refund(actor, refund_no)
        if found is None:
            raise NotFound("refund")
        record = work.orders.get_by_id_for_update(found.order_id)
        act, refund = Act(work, record, system(record.shop_id), deps), work.refunds.get_for_update(found.refund_id)
        choice = rail_of(work, record.shop_id, refund, deps)
        if choice is None:
            raise ProviderUnavailable(refund.rail or "rail", "it is not there any more")
        ask = ask_by(choice, refund, act)
    try:
        return open_rail(choice, deps).find_refund(ask).outcome in ("failed", "unknown_number")
    except NoLookUp:
        return refund.state == "failed"
