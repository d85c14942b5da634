"""A payment that its customer disputes with their bank: refunds wait, and what is lost counts as given back (P21)."""

from __future__ import annotations

from portal.domain.identity.access import system
from portal.domain.money import Money
from portal.domain.records.events import NewEvent
from portal.domain.refunds.life_cycle import IN_FLIGHT_STATES
from portal.ports import Deps, DisputeState, RailNotice
from portal.repos.disputes import Dispute, DisputedPayment
from portal.repos.unit_of_work import UnitOfWork
from portal.services.act import Act
from portal.services.notify_staff import notify_staff
from portal.services.refunds.note_amount import SaidAmount, note_amount
from portal.services.refunds.settle_dispute import settle_lost, settle_won, shown

DISPUTED, LOST = "payment_disputed", "dispute_lost"


def hear_dispute(work: UnitOfWork, shop_id: int, notice: RailNotice, deps: Deps) -> None:
    """In the caller's transaction; whatever comes twice or late changes nothing. One that was decided stays so, but
    where the bank gives back what had been lost."""
    found = work.rails.disputes.find_payment(shop_id, (notice.number, notice.other_number))
    if found is None or notice.dispute is None:
        return
    known = work.rails.disputes.find(found.id)
    if known and not _may_become(known.state, notice.dispute):
        # Nothing follows: its order is not taken out of the archive for that.
        return
    record = work.orders.get_by_id_for_update(found.order_id)
    act, dispute = Act(work, record, system(shop_id), deps), work.rails.disputes.find(found.id)
    if dispute is None:
        work.rails.disputes.open(shop_id, found, _disputed(act, found, notice))
        dispute = work.rails.disputes.find(found.id)
        assert dispute is not None
        _opened(act, found, dispute)
    if _may_become(dispute.state, notice.dispute):
        _decided(act, found, dispute, notice.dispute)


def _disputed(act: Act, payment: DisputedPayment, notice: RailNotice) -> int:
    """Minor units. All of the payment where no amount is named, or one in another currency, which a person looks at."""
    said, whole = notice.amount, Money(payment.captured_minor, act.order.currency)
    if said is not None and said.currency != whole.currency:
        ids = {"shop_id": act.record.shop_id, "order_id": act.record.id}
        note_amount(act.work, SaidAmount(**ids, rail=payment.method, number=notice.number, ours=whole, said=said))
        return whole.minor
    return min(said.minor, whole.minor) if said is not None else whole.minor


def _may_become(state: DisputeState, after: DisputeState) -> bool:
    return (state, after) in {("open", "won"), ("open", "lost"), ("lost", "won")}


def _opened(act: Act, payment: DisputedPayment, dispute: Dispute) -> None:
    """Refunds that were not sent wait; of those on their way a person has to know, since both may be paid."""
    refunds = [refund for refund in act.work.refunds.of_order(act.record.id) if refund.payment_row_id == payment.id]
    under_way = [refund.number for refund in refunds if refund.state in IN_FLIGHT_STATES]
    _note(act, "rail:dispute:opened", payment, dispute.amount_minor)
    _task(act, DISPUTED, payment, " ".join([payment.payment_id, *under_way]))


def _decided(act: Act, payment: DisputedPayment, dispute: Dispute, state: DisputeState) -> None:
    if state == "won":
        settle_won(act, payment, dispute)
        act.work.tasks.close(_key(LOST, payment))
    else:
        numbers = settle_lost(act, payment, dispute)
        _task(act, LOST, payment, " ".join([shown(dispute.amount_minor, act.order.currency), *numbers]))
    act.work.tasks.close(_key(DISPUTED, payment))
    _note(act, "rail:dispute:won" if state == "won" else "rail:dispute:lost", payment, dispute.amount_minor)
    waiting = [refund for refund in act.work.refunds.of_order(act.record.id) if refund.payment_row_id == payment.id]
    act.work.jobs.make_all_due_now([f"refund:{refund.refund_id}" for refund in waiting])


def _task(act: Act, kind: str, payment: DisputedPayment, reason: str) -> None:
    key = _key(kind, payment)
    act.work.tasks.reopen(
        act.record.shop_id, kind, dedup_key=key, detail={"reason": reason[:200]}, order_id=act.record.id
    )
    notify_staff(act.work, kind, act.record, "", refund_id=key, turn=act.record.events_count)


def _key(kind: str, payment: DisputedPayment) -> str:
    return f"{kind}:{payment.id}"


def _note(act: Act, kind: str, payment: DisputedPayment, minor: int) -> None:
    data = {"payment": payment.payment_id, "amount": minor, "currency": act.order.currency}
    act.record_events(NewEvent(kind=kind, data=data))
