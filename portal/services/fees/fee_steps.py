"""How fees begin and end, each in the transaction of the act that causes it: issued, void, collected, given back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from portal.domain.deadlines.spans import ROUND_THE_CLOCK, due
from portal.domain.fees.fee import fee_no, payment_no, return_no
from portal.domain.identity.access import Actor
from portal.domain.money import Money
from portal.domain.records.events import Event
from portal.ports import Deps
from portal.repos.cases import CaseRecord
from portal.repos.fees import NewFee
from portal.repos.order_record import OrderRecord
from portal.repos.rows import Row
from portal.repos.unit_of_work import UnitOfWork
from portal.services.actor_source import event_source
from portal.services.notify import tell
from portal.services.situation import situation_of


def fee_due_at(work: UnitOfWork, record: OrderRecord, deps: Deps) -> datetime:
    """Until when a fee issued now is to be paid."""
    found = situation_of(work, record, work.shops.settings_of(record.shop_id), deps, claims=())
    return due(found.policy.timers.fee_paid, work.now, zone=found.around.zone, hours=ROUND_THE_CLOCK)


def issue_fee(
    work: UnitOfWork, record: OrderRecord, case: CaseRecord, amount: Money, reason: str, actor: Actor, deps: Deps
) -> None:
    """Withdrawing waits for this; the application stays as it is until then (S33)."""
    number, until = fee_no(case.case_no, work.fees.count_of(case.id) + 1), fee_due_at(work, record, deps)
    work.fees.issue(
        NewFee(
            fee_no=number,
            shop_id=record.shop_id,
            order_id=record.id,
            case_id=case.id,
            amount_minor=amount.minor,
            currency=amount.currency,
            choice={"reason": reason, "units": [list(pair) for pair in case.units], "by": actor.key},
            due_at=until,
        )
    )
    data = {"fee": number, "amount": amount.minor, "currency": amount.currency, "until": until.isoformat()}
    note(work, record, case.case_no, actor, f"{event_source(actor)}:withdrawal:asked", data | {"code": reason})
    params = {"order_no": record.order.no, "case_no": case.case_no, "amount": amount, "deadline": until}
    tell(work, record, case.case_no, "fee_due", params)


def amount_of(fee: Row) -> Money:
    """Of a stored fee."""
    return Money(fee["amount_minor"], fee["currency"])


def money_of(fee: Row) -> dict[str, Any]:
    """What an event says of a fee."""
    return {"fee": fee["fee_no"], "amount": fee["amount_minor"], "currency": fee["currency"]}


def note(work: UnitOfWork, record: OrderRecord, case_no: str, actor: Actor, kind: str, data: dict[str, Any]) -> None:
    """An event about the fee, in the transaction of what happened to it."""
    work.events.append(record, actor, Event(kind=kind, data=data, case_no=case_no))


def void_fee(work: UnitOfWork, record: OrderRecord, case_no: str, fee: Row, actor: Actor, why: str) -> None:
    """作废: what depended on it does not happen, and the application goes on. `why`: time, received (the goods are with
    the shop), refused_at_door."""
    work.fees.step(fee, "void", settled_at=work.now)
    note(work, record, case_no, actor, f"{event_source(actor)}:fee:voided", money_of(fee) | {"code": why})
    if why != "refused_at_door":
        params = {"order_no": record.order.no, "case_no": case_no, "amount": amount_of(fee), "why": why}
        tell(work, record, case_no, "fee_voided", params)


def drop_fee(work: UnitOfWork, record: OrderRecord, case: CaseRecord, actor: Actor) -> None:
    """The goods have arrived at the shop: it is too late for what was to be paid.

    A payment nobody knows the outcome of is waited for; what it brings goes back (settle_fee_payment).
    """
    fee = work.fees.open_for_update(case.id)
    if fee and fee["state"] == "due":
        void_fee(work, record, case.case_no, fee, actor, "received")


def waive_fee(work: UnitOfWork, record: OrderRecord, case: CaseRecord, fee: Row, actor: Actor) -> None:
    """免除: the shop does without it."""
    work.fees.step(fee, "waive", settled_at=work.now)
    note(work, record, case.case_no, actor, f"{event_source(actor)}:fee:waived", money_of(fee))


def settle_at_door(work: UnitOfWork, record: OrderRecord, case: CaseRecord, actor: Actor, *, is_taken: bool) -> None:
    """到付: paid to the courier with the goods, or void with the refusal; nothing where no such fee is open."""
    fee = work.fees.open_for_update(case.id)
    if fee is None or fee["state"] != "on_delivery":
        return
    if not is_taken:
        void_fee(work, record, case.case_no, fee, actor, "refused_at_door")
        return
    work.fees.step(fee, "collect", settled_at=work.now)
    number = payment_no(fee["fee_no"], work.fees.tries_of(fee["id"]) + 1)
    values = {"state": "paid", "got_minor": fee["amount_minor"], "settled_at": work.now}
    work.fees.begin_payment(fee, number, "cod", **values)
    note(work, record, case.case_no, actor, f"{event_source(actor)}:fee:collected", money_of(fee))


def give_back_fee(work: UnitOfWork, record: OrderRecord, case: CaseRecord, actor: Actor) -> None:
    """The case ends for the customer after all, or what was paid for cannot be done: the fee goes back as it came."""
    fee = work.fees.newest_for_update(case.id)
    if fee is None or fee["state"] != "paid":
        return
    payment = work.fees.kept_payment(fee["id"])
    if payment is None or payment["method"] == "cod":
        return
    begin_return(work, payment)
    note(work, record, case.case_no, actor, "system:fee:returning", money_of(fee))


def begin_return(work: UnitOfWork, payment: Row, **values: Any) -> None:
    """All that was taken; the number is stored before anybody is called (PAYMENTS rule 1)."""
    number = return_no(payment["number"], 1)
    work.fees.step_payment(payment, "return", refund_number=number, polls=0, settled_at=work.now, **values)
    work.jobs.enqueue("fee_payment", {"payment": payment["number"]}, dedup_key=f"fee_return:{payment['number']}")
