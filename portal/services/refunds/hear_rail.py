"""What a rail's callback leads to: the rail is asked, at once. Nothing that a callback says is booked (PAYMENTS rule
8).

It may come twice, late, out of order, or to two processes at once: each only makes a job due, and the job asks.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from portal.domain.errors import NotFound
from portal.domain.money import Money
from portal.domain.refunds.refund import Refund
from portal.ports import Deps, RailNotice
from portal.repos.fees import BookedPayment
from portal.repos.rails import KeptRail
from portal.repos.unit_of_work import UnitOfWork, reading, unit_of_work
from portal.services.refunds.choose_rail import open_kept
from portal.services.refunds.hear_dispute import hear_dispute
from portal.services.refunds.note_amount import SaidAmount, note_amount
from portal.services.refunds.recheck_refund import plan_recheck


def hear_rail(*, shop_key: str, kind: str, headers: Mapping[str, str], body: bytes, deps: Deps) -> None:
    """Errors: NotFound (no such rail), BadNotice (not to be believed: nobody is called because of it),
    ProviderUnavailable (its keys cannot be read)."""
    with reading(deps) as work:
        shop_id = work.shops.get(shop_key).id
        kept = work.rails.find(shop_id, kind)
    if kept is None:
        raise NotFound("rail")
    notice = open_kept(kept, deps).read_notice(headers, body)
    if notice is None:
        return
    with unit_of_work(deps) as work:
        if notice.about == "dispute":
            hear_dispute(work, shop_id, notice, deps)
        else:
            _ask(work, kept, notice, hashlib.sha256(body).hexdigest()[:16])


def _ask(work: UnitOfWork, kept: KeptRail, notice: RailNotice, digest: str) -> None:
    """Of a number that is not ours, or was sent elsewhere, nothing follows: the daily comparison finds it."""
    if refund := work.refunds.find_sent(kept.shop_id, kept.kind, notice.number):
        if _is_ours(work, kept, notice, refund.amount, refund.order_id):
            _ask_of_refund(work, refund, digest)
    elif (fee := work.fees.find_tried(kept.shop_id, kept.kind, notice.number)) and _is_ours(
        work, kept, notice, _named_by(notice, fee), fee.order_id
    ):
        number = fee.payment.number
        work.jobs.make_due_now(f"fee_payment:{number}")
        work.jobs.enqueue("fee_payment", {"payment": number}, dedup_key=f"fee_payment:{number}:heard:{digest}")


def _ask_of_refund(work: UnitOfWork, refund: Refund, digest: str) -> None:
    """One that has failed for good is not sent again because of a callback: only a job that it still has is due. One
    that is parked has none."""
    if refund.state == "succeeded" or refund.parked_at:
        plan_recheck(work, refund.refund_id)
    elif not work.jobs.make_due_now(f"refund:{refund.refund_id}") and refund.state != "failed":
        key = f"refund:{refund.refund_id}:heard:{digest}"
        work.jobs.enqueue("refund", {"refund": refund.refund_id}, dedup_key=key)


def _is_ours(work: UnitOfWork, kept: KeptRail, notice: RailNotice, ours: Money, order_id: int) -> bool:
    """An amount that is not ours is for a person, and changes nothing."""
    if notice.amount is None or notice.amount == ours:
        return True
    found = SaidAmount(
        shop_id=kept.shop_id,
        order_id=order_id,
        rail=kept.kind,
        number=notice.number,
        ours=ours,
        said=notice.amount,
    )
    note_amount(work, found)
    return False


def _named_by(notice: RailNotice, fee: BookedPayment) -> Money:
    """What goes back is what was taken, which may have been less than was due."""
    payment = fee.payment
    return Money(payment.got_minor, fee.amount.currency) if notice.number == payment.refund_number else fee.amount
