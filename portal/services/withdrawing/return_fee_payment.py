"""Money of a fee that goes back, under a number of its own: the rail is asked first, and its books alone count."""

from __future__ import annotations

from portal.domain.fees.fee import next_return_no
from portal.domain.money import Money
from portal.domain.refunds.life_cycle import seconds_until_poll, seconds_until_retry
from portal.ports import Deps, RefundAnswer, RefundAsk
from portal.repos.unit_of_work import unit_of_work
from portal.services.refunds.choose_rail import Choice, open_rail
from portal.services.refunds.record_answer import NextTry, resolved_by
from portal.services.withdrawing.fee_try import FeeTry, locked_try, try_later


def return_ask(found: FeeTry) -> RefundAsk:
    """What a rail is asked of it: all that it took, out of the payment it took."""
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


def _got(found: FeeTry) -> Money:
    return Money(found.payment.got_minor, found.fee.amount.currency)


def give_back(ask: RefundAsk, choice: Choice, deps: Deps) -> RefundAnswer:
    """Between transactions. Raises ProviderUnavailable."""
    rail = open_rail(choice, deps)
    found = rail.find_refund(ask)
    if found.outcome not in ("unknown_number", "failed"):
        return found
    reply = rail.refund(ask)
    return reply if reply.outcome in ("failed", "number_spent") else rail.find_refund(ask)


def ask_again(ask: RefundAsk, choice: Choice, deps: Deps) -> RefundAnswer:
    """Between transactions: of what was back, or came to the shop again, the rail is only asked. Nothing is sent."""
    return open_rail(choice, deps).find_refund(ask)


def record_later_word(number: str, sent_as: str, answer: RefundAnswer, deps: Deps) -> NextTry:
    """A bank may send it to the shop again days after it was back, and it may arrive after all."""
    with unit_of_work(deps) as work:
        found = locked_try(work, number, deps)
        if found.payment.refund_number != sent_as:
            return NextTry(None)
        if found.payment.state == "returned" and answer.outcome == "failed":
            _reversed(found, answer.reason)
        if found.payment.state == "reversed" and answer.outcome == "succeeded" and _is_ours(found, answer):
            _returned(found)
        return NextTry(None)


def _is_ours(found: FeeTry, answer: RefundAnswer) -> bool:
    return answer.amount in (None, _got(found))


def _reversed(found: FeeTry, reason: str) -> None:
    """Nothing is sent again by itself; the fee is paid once more, and owed to the customer."""
    work, payment, fee = found.work, found.payment, found.fee
    work.fees.reversed(payment)
    if fee.state == "refunded" and payment.problem != "less_than_due":
        work.fees.came_back(fee)
    found.note("reversed", amount=payment.got_minor, reason=reason[:80])
    _notify_staff(found, reason)
    said = {"amount": _got(found), "provider": payment.method, "reason": reason}
    found.act.notify_customer("fee_return_reversed", **said)


def record_return(number: str, sent_as: str, answer: RefundAnswer, deps: Deps) -> NextTry:
    """What the rail says of the money that goes back; of a number that is spent the next one is used."""
    with unit_of_work(deps) as work:
        found = locked_try(work, number, deps)
        payment = found.payment
        if payment.state != "returning" or payment.refund_number != sent_as:
            return NextTry(work.now if payment.state == "returning" else None)
        if answer.outcome == "number_spent":
            work.fees.asked_again(payment, refund_number=next_return_no(sent_as))
            return NextTry(work.now)
        polls = payment.polls + 1
        if answer.outcome == "failed" or not _is_ours(found, answer):
            work.fees.asked_again(payment, polls=polls)
            _notify_staff(found, answer.reason)
            return try_later(work, seconds_until_retry(polls), answer.reason)
        if answer.outcome != "succeeded":
            work.fees.asked_again(payment, polls=polls)
            return try_later(work, seconds_until_poll(polls))
        _returned(found)
        return NextTry(None)


def _returned(found: FeeTry) -> None:
    work, payment, fee = found.work, found.payment, found.fee
    work.fees.returned(payment)
    # An earlier try may come back while a later one has paid the fee.
    if fee.state == "paid" and payment.problem != "less_than_due":
        work.fees.given_back(fee)
    work.tasks.close(f"fee_return_failed:{payment.number}")
    found.note("returned", amount=payment.got_minor)
    found.act.notify_customer("fee_returned", amount=_got(found), provider=payment.method)


def _notify_staff(found: FeeTry, reason: str) -> None:
    """Money that does not go back is a person's to see to, once more where that was done before."""
    act, kind, payment = found.act, "fee_return_failed", found.payment
    is_new = found.work.tasks.reopen(
        act.record.shop_id,
        kind,
        dedup_key=f"{kind}:{payment.number}",
        detail={"refund": payment.refund_number, "payment": payment.number, "reason": reason[:200]},
        order_id=act.record.id,
        case_id=act.case.id,
        deadline_at=resolved_by(act),
    )
    if is_new:
        act.notify_staff(kind, is_new_turn=True)
