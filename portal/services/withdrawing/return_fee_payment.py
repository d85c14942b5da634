"""Money of a fee that goes back, under a number of its own: the rail is asked first, and its books alone count."""

from __future__ import annotations

from portal.domain.fees.fee import next_return_no
from portal.domain.money import Money
from portal.domain.refunds.life_cycle import seconds_until_poll, seconds_until_retry
from portal.ports import Deps, RefundAnswer, RefundAsk
from portal.repos.unit_of_work import unit_of_work
from portal.services.refunds.choose_rail import Choice, open_rail
from portal.services.refunds.record_answer import NextTry
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
        if answer.outcome == "failed" or answer.amount not in (None, _got(found)):
            work.fees.asked_again(payment, polls=polls)
            _notify_staff(found)
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


def _notify_staff(found: FeeTry) -> None:
    """Money that does not go back is a person's to see to; it is tried again meanwhile."""
    kind, payment = "fee_return_failed", found.payment
    found.act.open_task(kind, key=payment.number, detail={"refund": payment.refund_number})
    found.act.notify_staff(kind)
