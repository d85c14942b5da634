"""How fees begin and end, each in the transaction of the act that causes it: issued, void, collected, given back."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from portal.domain.cases.case import Case
from portal.domain.deadlines.spans import Span
from portal.domain.fees.charged import ChargedFee, FeePayment
from portal.domain.fees.fee import FeePurpose, fee_no, payment_no, return_no
from portal.domain.money import Money
from portal.domain.records.events import NewEvent
from portal.domain.withdrawing.decide import can_be_paid_for
from portal.repos.fees import NewFee
from portal.repos.unit_of_work import UnitOfWork
from portal.services.act import Act, CaseAct
from portal.services.fees.fee_methods import fee_methods

UNPAYABLE = "fee_unpayable"
INVOICE_PAID = Span(7, "days")
"""Until an invoice is reminded of first."""


def fee_due_at(act: Act) -> datetime:
    """Until when a fee issued now is to be paid."""
    return act.due(act.policy.timers.fee_paid)


def issue_fee(act: CaseAct, amount: Money, reason: str, for_what: FeePurpose = "withdrawal") -> datetime:
    """Withdrawing waits for this; the application stays as it is until then (S33). Until when it is to be paid."""
    until, facts = _issue(act, amount, for_what, reason)
    act.happened("withdrawal:asked", **facts, code=reason)
    act.notify_customer("fee_due", amount=amount, deadline=until)
    return until


def issue_surcharge(act: CaseAct, amount: Money) -> datetime:
    """What an exchange costs more: the replacement waits for it. Until when it is to be paid."""
    until, facts = _issue(act, amount, "exchange", "")
    act.happened("surcharge:asked", **facts)
    act.notify_customer("surcharge_due", amount=amount, deadline=until)
    return until


def issue_invoice(act: CaseAct, amount: Money) -> None:
    """What was refunded at hand-over for goods that did not come or were not accepted."""
    until, facts = _issue(act, amount, "return", "", until=act.due(INVOICE_PAID))
    act.happened("invoice:asked", **facts)
    act.notify_customer("invoice_due", amount=amount, deadline=until)


def _issue(
    act: CaseAct, amount: Money, for_what: FeePurpose, reason: str, *, until: datetime | None = None
) -> tuple[datetime, dict[str, Any]]:
    """When it is due, and what its event says."""
    case, until = act.case, until or fee_due_at(act)
    number = fee_no(case.case_no, act.work.fees.count_of(case.id) + 1)
    act.work.fees.issue(
        NewFee(
            fee_no=number,
            shop_id=act.record.shop_id,
            order_id=act.record.id,
            case_id=case.id,
            amount_minor=amount.minor,
            currency=amount.currency,
            choice={"reason": reason, "units": [list(pair) for pair in case.units], "by": act.actor.key},
            due_at=until,
            for_what=for_what,
        )
    )
    _check_payable(act, number)
    money = {"amount": amount.minor, "currency": amount.currency}
    return until, {"fee": number, **money, "until": until.isoformat()}


def _check_payable(act: CaseAct, number: str) -> None:
    """A fee that no rail takes is a person's to see to: a rail is missing, or the shop does without the fee."""
    fee = act.work.fees.open_for_update(act.case.id)
    if fee and not fee_methods(act.work, fee, act.settings.fees, act.deps):
        act.open_task(UNPAYABLE, key=number, detail={"reason": f"{fee.amount.decimal()} {fee.amount.currency}"})
        act.notify_staff(UNPAYABLE)


def void_fee(
    act: CaseAct, fee: ChargedFee, why: Literal["time", "received", "refused_at_door", "courier", "no_stock"]
) -> None:
    """作废: what depended on it does not happen, and the application goes on. `received`: the shop has the goods;
    `courier`: no courier is on the way any more. Of an exchange the customer is told what comes instead."""
    act.work.fees.voided(fee)
    act.work.tasks.close(f"{UNPAYABLE}:{fee.fee_no}")
    act.happened(f"{fee.subject}:voided", **fee.facts(), code=why)
    if why != "refused_at_door" and fee.for_what not in ("exchange", "return"):
        act.notify_customer("fee_voided", amount=fee.amount, why=why)


def drop_fee(act: CaseAct) -> None:
    """The goods have arrived at the shop: it is too late for what was to be paid.

    A payment nobody knows the outcome of is waited for; what it brings goes back (settle_fee_payment).
    """
    fee = act.work.fees.open_for_update(act.case.id)
    if fee and fee.state == "due" and fee.for_what != "return":
        void_fee(act, fee, "received")


def drop_pickup_fee(act: CaseAct) -> None:
    """No courier is on the way any more: nothing is to be paid for calling one off."""
    fee = act.work.fees.open_for_update(act.case.id)
    if fee and fee.state == "due" and fee.for_what == "pickup":
        void_fee(act, fee, "courier")


def can_be_done(case: Case, fee: ChargedFee) -> bool:
    """What it is for: the goods, or the courier, are still on their way, or the replacement has not left."""
    if fee.for_what == "return":
        return True
    if fee.for_what == "exchange":
        return case.state == "replacing" and not case.is_replacement_sent
    return can_be_paid_for(fee.for_what, case.kind, case.state)


def waive_fee(act: CaseAct, fee: ChargedFee) -> None:
    """免除: the shop does without it."""
    act.work.fees.waived(fee)
    act.work.tasks.close(f"{UNPAYABLE}:{fee.fee_no}")
    act.happened(f"{fee.subject}:waived", **fee.facts())


def settle_at_door(act: CaseAct, *, is_taken: bool) -> None:
    """到付: paid to the courier with the goods, or void with the refusal; nothing where no such fee is open."""
    fees = act.work.fees
    fee = fees.open_for_update(act.case.id)
    if fee is None or fee.state != "on_delivery":
        return
    if not is_taken:
        void_fee(act, fee, "refused_at_door")
        return
    fees.collected(fee)
    fees.add_collected(fee, payment_no(fee.fee_no, fees.tries_of(fee.id) + 1))
    act.happened("fee:collected", **fee.facts())


def give_back_fee(act: CaseAct) -> None:
    """The case ends for the customer after all, or what was paid for cannot be done: the fee goes back as it came."""
    fee = act.work.fees.newest_for_update(act.case.id)
    if fee is None or fee.state != "paid":
        return
    payment = act.work.fees.successful_payment(fee.id)
    if payment is None or payment.method == "cod":
        return
    begin_return(act.work, payment)
    act.record_events(NewEvent(kind=f"system:{fee.subject}:returning", data=fee.facts(), case_no=act.case_no))


def begin_return(work: UnitOfWork, payment: FeePayment, *, got_minor: int | None = None, problem: str = "") -> None:
    """All that was taken; the number is stored before anybody is called (PAYMENTS rule 1).

    `got_minor` and `problem`, where it was less than was due.
    """
    work.fees.returning(payment, return_no(payment.number, 1), got_minor=got_minor, problem=problem)
    work.jobs.enqueue("fee_payment", {"payment": payment.number}, dedup_key=f"fee_return:{payment.number}")
