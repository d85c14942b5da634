"""Asks the rail what became of a try to pay a fee, or of money that goes back, and records it (PAYMENTS; TRAPS T13).

Nothing is concluded from a call that failed: the same number is asked about, and collected, again, so it takes the
money once. That it was paid is only what the rail's own books say when asked for that number.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Literal

from portal.domain.errors import ProviderUnavailable
from portal.domain.fees.charged import ChargedFee, FeePayment
from portal.domain.fees.fee import FeePurpose, due_again_at, next_return_no, problem_of
from portal.domain.identity.access import system
from portal.domain.money import Money
from portal.domain.records.events import NewEvent
from portal.domain.refunds.life_cycle import seconds_until_poll, seconds_until_retry
from portal.ports import CollectAnswer, CollectAsk, Deps, RefundAnswer, RefundAsk
from portal.repos.unit_of_work import UnitOfWork, unit_of_work
from portal.services.act import CaseAct
from portal.services.exchanging.begin_exchange import surcharge_paid
from portal.services.fees.fee_steps import begin_return, can_be_done, give_back_fee, void_fee
from portal.services.fees.invoices import invoice_paid
from portal.services.refunds.choose_rail import Choice, named, open_rail
from portal.services.refunds.record_answer import NextTry
from portal.services.returning.return_to_customer import return_to_customer
from portal.services.withdrawing.withdraw_case import undo_claims

_TOO_LATE: dict[FeePurpose, Literal["received", "courier", "no_stock"]] = {
    "withdrawal": "received",
    "pickup": "courier",
    "exchange": "no_stock",
    "return": "received",
}
"""Why a fee is void whose purpose has gone meanwhile."""


@dataclass(frozen=True, slots=True)
class _Try:
    """A try with everything it belongs to, under lock. The system acts, on what the rail says."""

    act: CaseAct
    fee: ChargedFee
    payment: FeePayment

    @property
    def work(self) -> UnitOfWork:
        return self.act.work

    @property
    def can_be_done(self) -> bool:
        """What the fee is for can still be done."""
        return can_be_done(self.act.case, self.fee)

    def note(self, what: str, **data: Any) -> None:
        """On record as the rail's word; `what` became of it."""
        kind = f"rail:{self.fee.subject}:{what}"
        known = self.fee.facts() | {"payment": self.payment.number} | data
        self.act.record_events(NewEvent(kind=kind, data=known, case_no=self.act.case_no))


def _locked(work: UnitOfWork, number: str, deps: Deps) -> _Try:
    """In the order of law 5."""
    ids = work.fees.ids_of_payment(number)
    record = work.orders.get_by_id_for_update(ids.order_id)
    case = work.cases.get_by_id_for_update(ids.case_id)
    fee, payment = work.fees.get_for_update(ids.fee_id), work.fees.payment_for_update(number)
    return _Try(CaseAct(work, record, case, system(record.shop_id), deps), fee, payment)


def settle_fee_payment(*, number: str, deps: Deps, is_new: bool = False) -> NextTry:
    """One round for one try; safe to repeat at any point. `is_new`: nobody can have been asked for it before."""
    with unit_of_work(deps) as work:
        found = _locked(work, number, deps)
        state, ask, back = found.payment.state, _collect_ask(found), _refund_ask(found)
        choice = named(work, found.fee.shop_id, found.payment.rail, deps)
    try:
        if state == "processing":
            if not found.payment.rail:
                return _record(number, CollectAnswer(outcome="unavailable"), deps)
            return _record(number, _collect(ask, _there(choice), deps, is_new=is_new), deps)
        if state == "returning":
            return _record_return(number, back.number, _give_back(back, _there(choice), deps), deps)
    except ProviderUnavailable as problem:
        return _unknown(number, problem, deps)
    return NextTry(None)


def _there(choice: Choice | None) -> Choice:
    if choice is None:
        raise ProviderUnavailable("rail", "it is not there any more")
    return choice


def _later(work: UnitOfWork, seconds: int, error: str = "") -> NextTry:
    return NextTry(work.now + timedelta(seconds=seconds), error)


def _collect_ask(found: _Try) -> CollectAsk:
    return CollectAsk(
        number=found.payment.number,
        order_no=found.act.order.no,
        case_no=found.act.case_no,
        method=found.payment.method,
        amount=found.fee.amount,
        shop=str(found.fee.shop_id),
        return_url=f"{found.act.deps.base_url}/cases/{found.act.case_no}",
    )


def _refund_ask(found: _Try) -> RefundAsk:
    got = _got(found)
    return RefundAsk(
        number=found.payment.refund_number,
        payment_reference=found.payment.number,
        payment_id=found.payment.number,
        order_no=found.act.order.no,
        method=found.payment.method,
        amount=got,
        captured=got,
        shop=str(found.fee.shop_id),
    )


def _got(found: _Try) -> Money:
    return Money(found.payment.got_minor, found.fee.amount.currency)


def _collect(ask: CollectAsk, choice: Choice, deps: Deps, *, is_new: bool) -> CollectAnswer:
    """Between transactions. What may have been asked for is looked up first; what the rail never saw is asked again."""
    rail = open_rail(choice, deps)
    if not is_new:
        found = rail.find_payment(ask)
        if found.outcome != "unknown_number":
            return found
    reply = rail.collect(ask)
    if problem_of(reply.outcome):
        return reply
    found = rail.find_payment(ask)
    return replace(found, pay_url=found.pay_url or reply.pay_url, is_qr=found.is_qr or reply.is_qr)


def _give_back(ask: RefundAsk, choice: Choice, deps: Deps) -> RefundAnswer:
    rail = open_rail(choice, deps)
    found = rail.find_refund(ask)
    if found.outcome not in ("unknown_number", "failed"):
        return found
    reply = rail.refund(ask)
    return reply if reply.outcome in ("failed", "number_spent") else rail.find_refund(ask)


def _unknown(number: str, problem: ProviderUnavailable, deps: Deps) -> NextTry:
    """The provider did not answer: the state stays, the number stays, it is asked again later."""
    with unit_of_work(deps) as work:
        payment = _locked(work, number, deps).payment
        if payment.state not in ("processing", "returning"):
            return NextTry(None)
        work.fees.asked_again(payment, polls=payment.polls + 1)
        return _later(work, seconds_until_retry(payment.polls + 1), f"{problem.provider}: {problem.reason}")


def _record(number: str, answer: CollectAnswer, deps: Deps) -> NextTry:
    with unit_of_work(deps) as work:
        found = _locked(work, number, deps)
        if found.payment.state != "processing":
            # Another worker, or the customer's own request, has heard it first; money on its way back is asked for.
            return NextTry(work.now if found.payment.state == "returning" else None)
        if problem := problem_of(answer.outcome):
            _failed(found, problem)
            return NextTry(None)
        if answer.outcome != "paid":
            polls = found.payment.polls
            if answer.pay_url:
                work.fees.to_pay_at(found.payment, answer.pay_url, is_qr=answer.is_qr)
            work.fees.asked_again(found.payment, polls=polls + 1)
            return _later(work, seconds_until_poll(polls))
        got = answer.amount or found.fee.amount
        if got < found.fee.amount:
            _less(found, got)
        else:
            _paid(found, got)
        return NextTry(None)


def _paid(found: _Try, got: Money) -> None:
    """What was to be paid for happens now, or the money goes back: the goods may have arrived meanwhile."""
    fee = found.fee
    found.work.fees.taken(found.payment, got.minor)
    found.work.fees.paid(fee)
    found.note("paid")
    if found.can_be_done and fee.for_what == "pickup":
        undo_claims(found.act, fee.reason)
        return
    if found.can_be_done and fee.for_what == "exchange":
        surcharge_paid(found.act)
        return
    if fee.for_what == "return":
        invoice_paid(found.act)
        return
    if found.can_be_done:
        return_to_customer(found.act, fee.reason, paid=fee.amount)
        return
    give_back_fee(found.act)
    if fee.for_what != "exchange":
        found.act.notify_customer("fee_voided", amount=fee.amount, why="paid_too_late")


def _failed(found: _Try, problem: str) -> None:
    """Nothing was taken: told apart, and to be paid again while there is time (S33)."""
    found.work.fees.declined(found.payment, problem)
    found.note("declined", code=problem)
    _open_again(found, problem)


def _less(found: _Try, got: Money) -> None:
    """It goes back whole: a fee is not paid in parts (WORDS 8)."""
    problem = "less_than_due"
    begin_return(found.work, found.payment, got_minor=got.minor, problem=problem)
    found.note("declined", code=problem, got=got.minor)
    _open_again(found, problem)


def _open_again(found: _Try, problem: str) -> None:
    fee = found.fee
    if not found.can_be_done:
        void_fee(found.act, fee, _TOO_LATE[fee.for_what])
        return
    until = due_again_at(fee.due_at, asked_at=found.payment.created_at, now=found.work.now)
    found.work.fees.due_again(fee, until)
    if found.payment.polls:
        # The page on which it was tried has said that the answer would be told.
        if fee.for_what == "return":
            found.act.notify_customer("invoice_due", amount=fee.amount, deadline=until)
            return
        notice = "fee_not_paid" if fee.for_what != "exchange" else "surcharge_not_paid"
        found.act.notify_customer(notice, amount=fee.amount, problem=problem, deadline=until)


def _record_return(number: str, sent_as: str, answer: RefundAnswer, deps: Deps) -> NextTry:
    """What the rail says of the money that goes back; of a number that is spent the next one is used."""
    with unit_of_work(deps) as work:
        found = _locked(work, number, deps)
        payment = found.payment
        if payment.state != "returning" or payment.refund_number != sent_as:
            return NextTry(work.now if payment.state == "returning" else None)
        if answer.outcome == "number_spent":
            work.fees.asked_again(payment, refund_number=next_return_no(sent_as))
            return NextTry(work.now)
        polls = payment.polls + 1
        if answer.outcome == "failed" or (answer.amount and answer.amount.minor != payment.got_minor):
            work.fees.asked_again(payment, polls=polls)
            _notify_staff(found)
            return _later(work, seconds_until_retry(polls), answer.reason)
        if answer.outcome != "succeeded":
            work.fees.asked_again(payment, polls=polls)
            return _later(work, seconds_until_poll(polls))
        _returned(found)
        return NextTry(None)


def _returned(found: _Try) -> None:
    work, payment, fee = found.work, found.payment, found.fee
    work.fees.returned(payment)
    # An earlier try may come back while a later one has paid the fee.
    if fee.state == "paid" and payment.problem != "less_than_due":
        work.fees.given_back(fee)
    work.tasks.close(f"fee_return_failed:{payment.number}")
    found.note("returned", amount=payment.got_minor)
    found.act.notify_customer("fee_returned", amount=_got(found), provider=payment.method)


def _notify_staff(found: _Try) -> None:
    """Money that does not go back is a person's to see to; it is tried again meanwhile."""
    kind, payment = "fee_return_failed", found.payment
    found.act.open_task(kind, key=payment.number, detail={"refund": payment.refund_number})
    found.act.notify_staff(kind)
