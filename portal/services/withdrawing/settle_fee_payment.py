"""Asks the rail what became of a try to pay a fee, or of money that goes back, and records it (PAYMENTS; TRAPS T13).

Nothing is concluded from a call that failed: the same number is asked about, and collected, again, so it takes the
money once. That it was paid is only what the rail's own books say when asked for that number.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from portal.domain.errors import ProviderUnavailable
from portal.domain.fees.fee import due_again_at, next_return_no, problem_of
from portal.domain.identity.access import system
from portal.domain.money import Money
from portal.domain.refunds.life_cycle import seconds_until_poll, seconds_until_retry
from portal.domain.withdrawing.decide import way_of
from portal.ports import CollectAnswer, CollectAsk, Deps, RefundAnswer, RefundAsk
from portal.repos.cases import CaseRecord
from portal.repos.order_record import OrderRecord
from portal.repos.rows import Row
from portal.repos.unit_of_work import UnitOfWork, unit_of_work
from portal.services.fees.fee_steps import amount_of, begin_return, give_back_fee, money_of, note, void_fee
from portal.services.notify import tell
from portal.services.notify_staff import tell_staff
from portal.services.refunds.refund_money import NextTry
from portal.services.returning.return_to_customer import turn_back


class _Locked:
    """A try with everything it belongs to, locked in the order of law 5."""

    def __init__(self, work: UnitOfWork, number: str) -> None:
        ids = work.fees.whose(number)
        self.work = work
        self.record: OrderRecord = work.orders.get_by_id_for_update(ids["order_id"])
        self.case: CaseRecord = work.cases.get_by_id_for_update(ids["case_id"])
        self.fee: Row = work.fees.get_for_update(ids["fee_id"])
        self.payment: Row = work.fees.payment_for_update(number)

    def note(self, kind: str, **data: Any) -> None:
        known = money_of(self.fee) | {"payment": self.payment["number"]} | data
        note(self.work, self.record, self.case.case_no, system(self.record.shop_id), kind, known)

    def tell(self, kind: str, **params: Any) -> None:
        known = {"order_no": self.record.order.no, "case_no": self.case.case_no}
        tell(self.work, self.record, self.case.case_no, kind, known | params)


def settle_fee_payment(*, number: str, deps: Deps, is_new: bool = False) -> NextTry:
    """One round for one try; safe to repeat at any point. `is_new`: nobody can have been asked for it before."""
    with unit_of_work(deps) as work:
        found = _Locked(work, number)
        state, ask, back = found.payment["state"], _collect_ask(found), _refund_ask(found)
    try:
        if state == "processing":
            return _record(number, _collect(ask, deps, is_new=is_new), deps)
        if state == "returning":
            return _record_return(number, back.number, _give_back(back, deps), deps)
    except ProviderUnavailable as problem:
        return _unknown(number, problem, deps)
    return NextTry(None)


def _later(work: UnitOfWork, seconds: int, error: str = "") -> NextTry:
    return NextTry(work.now + timedelta(seconds=seconds), error)


def _collect_ask(found: _Locked) -> CollectAsk:
    return CollectAsk(
        number=found.payment["number"],
        order_no=found.record.order.no,
        case_no=found.case.case_no,
        method=found.payment["method"],
        amount=amount_of(found.fee),
        shop=str(found.record.shop_id),
    )


def _refund_ask(found: _Locked) -> RefundAsk:
    got = Money(found.payment["got_minor"], found.fee["currency"])
    return RefundAsk(
        number=found.payment["refund_number"] or "",
        payment_reference=found.payment["number"],
        payment_id=found.payment["number"],
        order_no=found.record.order.no,
        method=found.payment["method"],
        amount=got,
        captured=got,
        shop=str(found.record.shop_id),
    )


def _collect(ask: CollectAsk, deps: Deps, *, is_new: bool) -> CollectAnswer:
    """Between transactions. What may have been asked for is looked up first; what the rail never saw is asked again."""
    if not is_new:
        found = deps.rail.find_payment(ask)
        if found.outcome != "unknown_number":
            return found
    reply = deps.rail.collect(ask)
    return reply if problem_of(reply.outcome) else deps.rail.find_payment(ask)


def _give_back(ask: RefundAsk, deps: Deps) -> RefundAnswer:
    found = deps.rail.find_refund(ask)
    if found.outcome not in ("unknown_number", "failed"):
        return found
    reply = deps.rail.refund(ask)
    return reply if reply.outcome in ("failed", "number_spent") else deps.rail.find_refund(ask)


def _unknown(number: str, problem: ProviderUnavailable, deps: Deps) -> NextTry:
    """The provider did not answer: the state stays, the number stays, it is asked again later."""
    with unit_of_work(deps) as work:
        found = _Locked(work, number)
        if found.payment["state"] not in ("processing", "returning"):
            return NextTry(None)
        polls = found.payment["polls"] + 1
        work.fees.step_payment(found.payment, "wait", polls=polls)
        return _later(work, seconds_until_retry(polls), f"{problem.provider}: {problem.reason}")


def _record(number: str, answer: CollectAnswer, deps: Deps) -> NextTry:
    with unit_of_work(deps) as work:
        found = _Locked(work, number)
        if found.payment["state"] != "processing":
            # Another worker, or the customer's own request, has heard it first; money on its way back is asked for.
            return NextTry(work.now if found.payment["state"] == "returning" else None)
        if problem := problem_of(answer.outcome):
            _failed(found, problem)
            return NextTry(None)
        if answer.outcome != "paid":
            polls = found.payment["polls"]
            work.fees.step_payment(found.payment, "wait", polls=polls + 1)
            return _later(work, seconds_until_poll(polls))
        got = answer.amount or amount_of(found.fee)
        if got < amount_of(found.fee):
            _less(found, got)
        else:
            _paid(found, got)
        return NextTry(None)


def _paid(found: _Locked, got: Money) -> None:
    """What was to be paid for happens now, or the money goes back: the goods may have arrived meanwhile."""
    work, record, case, fee = found.work, found.record, found.case, found.fee
    actor = system(record.shop_id)
    work.fees.step_payment(found.payment, "succeed", got_minor=got.minor, settled_at=work.now)
    work.fees.step(fee, "succeed", settled_at=work.now)
    found.note("rail:fee:paid")
    if way_of(case.row["kind"], case.state) == "goods_under_way":
        turn_back(work, record, case, fee["choice"]["reason"], actor, paid=amount_of(fee))
        return
    give_back_fee(work, record, case, actor)
    found.tell("fee_voided", amount=amount_of(fee), why="paid_too_late")


def _failed(found: _Locked, problem: str) -> None:
    """Nothing was taken: told apart, and to be paid again while there is time (S33)."""
    found.work.fees.step_payment(found.payment, "fail", problem=problem, settled_at=found.work.now)
    found.note("rail:fee:declined", code=problem)
    _open_again(found, problem)


def _less(found: _Locked, got: Money) -> None:
    """It goes back whole: a fee is not paid in parts (WORDS 8)."""
    problem = "less_than_due"
    begin_return(found.work, found.payment, got_minor=got.minor, problem=problem)
    found.note("rail:fee:declined", code=problem, got=got.minor)
    _open_again(found, problem)


def _open_again(found: _Locked, problem: str) -> None:
    work, case, fee = found.work, found.case, found.fee
    if way_of(case.row["kind"], case.state) != "goods_under_way":
        void_fee(work, found.record, case.case_no, fee, system(found.record.shop_id), "received")
        return
    until = due_again_at(fee["due_at"], asked_at=found.payment["created_at"], now=work.now)
    work.fees.step(fee, "fail", due_at=until)
    if found.payment["polls"]:
        # The page on which it was tried has said that the answer would be told.
        found.tell("fee_not_paid", amount=amount_of(fee), problem=problem, deadline=until)


def _record_return(number: str, sent_as: str, answer: RefundAnswer, deps: Deps) -> NextTry:
    """What the rail says of the money that goes back; of a number that is spent the next one is used."""
    with unit_of_work(deps) as work:
        found = _Locked(work, number)
        payment = found.payment
        if payment["state"] != "returning" or payment["refund_number"] != sent_as:
            return NextTry(work.now if payment["state"] == "returning" else None)
        polls = payment["polls"] + 1
        if answer.outcome == "number_spent":
            work.fees.step_payment(payment, "wait", refund_number=next_return_no(sent_as))
            return NextTry(work.now)
        if answer.outcome == "failed" or (answer.amount and answer.amount.minor != payment["got_minor"]):
            work.fees.step_payment(payment, "wait", polls=polls)
            _tell_staff(found)
            return _later(work, seconds_until_retry(polls), answer.reason)
        if answer.outcome != "succeeded":
            work.fees.step_payment(payment, "wait", polls=polls)
            return _later(work, seconds_until_poll(polls))
        _returned(found)
        return NextTry(None)


def _returned(found: _Locked) -> None:
    work, payment, fee = found.work, found.payment, found.fee
    work.fees.step_payment(payment, "returned", returned_minor=payment["got_minor"])
    # An earlier try may come back while a later one has paid the fee.
    if fee["state"] == "paid" and payment["problem"] != "less_than_due":
        work.fees.step(fee, "give_back", settled_at=work.now)
    work.tasks.close(f"fee_return_failed:{payment['number']}")
    found.note("rail:fee:returned", amount=payment["got_minor"])
    found.tell("fee_returned", amount=Money(payment["got_minor"], fee["currency"]), provider=payment["method"])


def _tell_staff(found: _Locked) -> None:
    """Money that does not go back is a person's to see to; it is tried again meanwhile."""
    ids = {"order_id": found.record.id, "case_id": found.case.id}
    key, detail = f"fee_return_failed:{found.payment['number']}", {"refund": found.payment["refund_number"]}
    found.work.tasks.open(found.record.shop_id, "fee_return_failed", dedup_key=key, detail=detail, **ids)
    tell_staff(found.work, "fee_return_failed", found.record, found.case.case_no)
