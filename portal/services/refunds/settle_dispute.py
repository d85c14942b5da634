"""A dispute is decided: what was lost counts as given back, and what is won back is owed again (P21, PAYMENTS rule 12).

A refund that was promised from its payment and never sent is paid by the bank as far as the dispute goes: a part of it
becomes a refund of its own, so that every sum stands as it was, and the rest is sent as usual.
"""

from __future__ import annotations

from collections.abc import Sequence

from portal.domain.cases import paid
from portal.domain.money import Money, total
from portal.domain.orders import effects
from portal.domain.records.events import NewEvent
from portal.domain.refunds.by_dispute import METHOD, covered
from portal.domain.refunds.life_cycle import quote_number, refund_number
from portal.domain.refunds.refund import Refund
from portal.repos.disputes import Dispute, DisputedPayment
from portal.repos.refunds import NewRefund
from portal.services.act import Act
from portal.services.refunds.settled import refund_settled

CREDIT = "store_credit"


def settle_lost(act: Act, payment: DisputedPayment, dispute: Dispute) -> tuple[str, ...]:
    """The numbers of refunds that are paid by it. What they leave of it comes from what nobody had been promised."""
    work = act.work
    parts = covered(_of_payment(act, payment), dispute.amount_minor)
    done = [_cover(act, refund, minor) for refund, minor in parts]
    by_refunds = sum(minor for _, minor in parts)
    left = next(one.left for one in act.order.payments if one.id == payment.payment_id)
    given = min(dispute.amount_minor - by_refunds, max(0, left))
    act.save_order(effects.taken_back(act.order, payment.payment_id, given))
    work.rails.disputes.close(dispute, "lost", given_minor=given + by_refunds)
    if done:
        _tell(act, payment, done)
    return tuple(refund.number for refund in done)


def settle_won(act: Act, payment: DisputedPayment, dispute: Dispute) -> None:
    """The bank has given it to the shop, back or for good: what it had paid of refunds is owed again."""
    again = [refund for refund in _of_payment(act, payment) if refund.method == METHOD]
    of_no_refund = dispute.given_minor - sum(refund.amount.minor for refund in again)
    act.save_order(effects.taken_back(act.order, payment.payment_id, -of_no_refund))
    act.work.rails.disputes.close(dispute, "won", given_minor=0)
    for refund in again:
        _owe_again(act, payment, refund)


def _of_payment(act: Act, payment: DisputedPayment) -> list[Refund]:
    return [refund for refund in act.work.refunds.of_order(act.record.id) if refund.payment_row_id == payment.id]


def _cover(act: Act, refund: Refund, minor: int) -> Refund:
    if minor < refund.amount.minor:
        refund = _part_of(act, refund, minor)
    act.work.refunds.covered(refund, method=METHOD)
    _note(act, "rail:refund:by_dispute", refund)
    refund_settled(act, refund)
    return refund


def _part_of(act: Act, refund: Refund, minor: int) -> Refund:
    """A refund of its own, with a number of its own; the other keeps what is left. What was promised on top of credit
    stays with that, in proportion."""
    refund_id = act.deps.random.id(act.now)
    assert refund.arrival_from and refund.arrival_to
    part = NewRefund(
        refund_id=refund_id,
        number=refund_number(refund_id, 1),
        quote_no=quote_number(refund_id),
        shop_id=act.record.shop_id,
        order_id=refund.order_id,
        case_id=refund.case_id,
        payment_row_id=refund.payment_row_id,
        amount_minor=minor,
        currency=refund.amount.currency,
        method=refund.method,
        to_credit=refund.to_credit,
        credit_days=refund.credit_days,
        why=refund.why,
        arrival_from=refund.arrival_from,
        arrival_to=refund.arrival_to,
    )
    act.work.refunds.split(refund, part)
    return act.work.refunds.get_for_update(refund_id)


def _tell(act: Act, payment: DisputedPayment, done: Sequence[Refund]) -> None:
    """What their bank has paid, and what still comes."""
    currency = act.order.currency
    waiting = [refund.amount for refund in _of_payment(act, payment) if refund.state == "planned"]
    amount, rest = total((refund.amount for refund in done), currency), total(waiting, currency)
    act.notify_customer("refund_by_dispute", amount=amount, provider=payment.method, rest=rest if rest else "")


def _owe_again(act: Act, payment: DisputedPayment, refund: Refund) -> None:
    work = act.work
    work.refunds.owed_again(refund, method=CREDIT if refund.to_credit else payment.method)
    act.save_order(effects.unsettled(act.order, payment.payment_id, refund.amount.minor))
    _note(act, "system:refund:planned", refund)
    if refund.case_id:
        case = act.on(work.cases.get_by_id_for_update(refund.case_id))
        if case.case.state == "completed":
            case.save(paid.refund_reversed(case.case, at=act.now))
    work.jobs.enqueue("refund", {"refund": refund.refund_id}, dedup_key=f"refund:{refund.refund_id}:owed_again")
    act.notify_customer("refund_reversed", amount=refund.amount, provider=payment.method, reason="")


def _note(act: Act, kind: str, refund: Refund) -> None:
    act.record.refunds_stand(act.work.refunds.overall_state(act.record.id))
    act.record_events(NewEvent(kind=kind, data=refund.facts()))


def shown(minor: int, currency: str) -> str:
    """An amount as a task names it."""
    money = Money(minor, currency)
    return f"{money.decimal()} {money.currency}"
