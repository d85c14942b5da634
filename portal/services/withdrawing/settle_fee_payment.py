"""Asks the rail what became of a try to pay a fee, or of money that goes back, and records it (PAYMENTS; TRAPS T13).

Nothing is concluded from a call that failed: the same number is asked about, and collected, again, so it takes the
money once. That it was paid is only what the rail's own books say when asked for that number.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from portal.domain.errors import ProviderUnavailable
from portal.domain.fees.fee import FeePurpose, due_again_at, problem_of
from portal.domain.money import Money
from portal.domain.refunds.life_cycle import seconds_until_poll, seconds_until_retry
from portal.ports import CollectAnswer, CollectAsk, Deps
from portal.repos.unit_of_work import looking, unit_of_work
from portal.services.exchanging.begin_exchange import surcharge_paid
from portal.services.fees.fee_steps import begin_return, give_back_fee, void_fee
from portal.services.fees.invoices import invoice_paid
from portal.services.refunds.choose_rail import Choice, named, open_rail
from portal.services.refunds.note_amount import SaidAmount, note_amount
from portal.services.refunds.record_answer import NextTry
from portal.services.returning.return_to_customer import return_to_customer
from portal.services.withdrawing.fee_try import FeeTry, locked_try, rail_there, try_later
from portal.services.withdrawing.return_fee_payment import (
    ask_again,
    give_back,
    record_later_word,
    record_return,
    return_ask,
)
from portal.services.withdrawing.withdraw_case import undo_claims

_TOO_LATE: dict[FeePurpose, Literal["received", "courier", "no_stock"]] = {
    "withdrawal": "received",
    "pickup": "courier",
    "exchange": "no_stock",
    "return": "received",
}
"""Why a fee is void whose purpose has gone meanwhile."""
_NEWS = {"returned": "failed", "reversed": "succeeded"}
"""What a rail can say of money that was back, or was not, that changes anything."""
_RECHECKED_IN = 600
"""Seconds, where a rail cannot be asked just now what became of money that was back."""


def settle_fee_payment(*, number: str, deps: Deps, is_new: bool = False) -> NextTry:
    """One round for one try; safe to repeat at any point. `is_new`: nobody can have been asked for it before."""
    with looking(deps) as work:
        found = locked_try(work, number, deps)
        state, ask, back = found.payment.state, _collect_ask(found), return_ask(found)
        choice = named(work, found.fee.shop_id, found.payment.rail, deps)
    try:
        if state == "processing":
            if not found.payment.rail:
                return _record(number, CollectAnswer(outcome="unavailable"), deps)
            return _record(number, _collect(ask, rail_there(choice), deps, is_new=is_new), deps)
        if state == "returning":
            return record_return(number, back.number, give_back(back, rail_there(choice), deps), deps)
        if state in ("returned", "reversed"):
            said = ask_again(back, rail_there(choice), deps)
            return record_later_word(number, back.number, said, deps) if said.outcome == _NEWS[state] else NextTry(None)
    except ProviderUnavailable as problem:
        return _unknown(number, problem, deps)
    return NextTry(None)


def _collect_ask(found: FeeTry) -> CollectAsk:
    return CollectAsk(
        number=found.payment.number,
        order_no=found.act.order.no,
        case_no=found.act.case_no,
        method=found.payment.method,
        amount=found.fee.amount,
        shop=str(found.fee.shop_id),
        is_phone=found.payment.payer.is_phone,
        payer_ip=found.payment.payer.ip,
        return_url=f"{found.act.deps.base_url}/cases/{found.act.case_no}",
        begun_at=found.payment.created_at,
    )


def _collect(ask: CollectAsk, choice: Choice, deps: Deps, *, is_new: bool) -> CollectAnswer:
    """Between transactions. What may have been asked for is looked up first; what the rail never saw is asked again,
    and so is what waits for its customer without saying where: the answer that said so may have been lost, or its page
    be over by now. The number takes the money once."""
    rail = open_rail(choice, deps)
    known = None if is_new else rail.find_payment(ask)
    if known and known.outcome != "unknown_number" and not _needs_page(known):
        return known
    reply = rail.collect(ask)
    if problem_of(reply.outcome):
        return known if known and _needs_page(known) else reply
    found = rail.find_payment(ask)
    return replace(found, pay_url=found.pay_url or reply.pay_url, is_qr=found.is_qr or reply.is_qr)


def _needs_page(found: CollectAnswer) -> bool:
    return found.outcome == "pending" and not found.pay_url


def _unknown(number: str, problem: ProviderUnavailable, deps: Deps) -> NextTry:
    """The provider did not answer: the state stays, the number stays, it is asked again later."""
    with unit_of_work(deps) as work:
        payment = locked_try(work, number, deps).payment
        if payment.state in ("returned", "reversed"):
            return try_later(work, _RECHECKED_IN, f"{problem.provider}: {problem.reason}")
        if payment.state not in ("processing", "returning"):
            return NextTry(None)
        work.fees.asked_again(payment, polls=payment.polls + 1)
        return try_later(work, seconds_until_retry(payment.polls + 1), f"{problem.provider}: {problem.reason}")


def _record(number: str, answer: CollectAnswer, deps: Deps) -> NextTry:
    with unit_of_work(deps) as work:
        found = locked_try(work, number, deps)
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
            return try_later(work, seconds_until_poll(polls))
        return _taken(found, answer.amount)


def _taken(found: FeeTry, got: Money | None) -> NextTry:
    """Less than is due goes back; any other amount that is not ours is for a person, and the rail is asked again."""
    due = found.fee.amount
    said = SaidAmount(
        shop_id=found.fee.shop_id,
        order_id=found.act.record.id,
        rail=found.payment.rail,
        number=found.payment.number,
        ours=due,
        said=got,
    )
    if got is None or got.currency != due.currency or got > due or got.minor <= 0:
        note_amount(found.work, said)
        found.work.fees.asked_again(found.payment, polls=found.payment.polls + 1)
        return try_later(found.work, seconds_until_retry(found.payment.polls), "amount_differs")
    found.work.tasks.close(said.key)
    if got < due:
        _less(found, got)
    else:
        _paid(found, got)
    return NextTry(None)


def _paid(found: FeeTry, got: Money) -> None:
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


def _failed(found: FeeTry, problem: str) -> None:
    """Nothing was taken: told apart, and to be paid again while there is time (S33)."""
    found.work.fees.declined(found.payment, problem)
    found.note("declined", code=problem)
    _open_again(found, problem)


def _less(found: FeeTry, got: Money) -> None:
    """It goes back whole: a fee is not paid in parts (WORDS 8)."""
    problem = "less_than_due"
    begin_return(found.work, found.payment, got_minor=got.minor, problem=problem)
    found.note("declined", code=problem, got=got.minor)
    _open_again(found, problem)


def _open_again(found: FeeTry, problem: str) -> None:
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
