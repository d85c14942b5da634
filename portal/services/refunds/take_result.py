"""What the shop's own system says became of a refund that it was asked for (INTERFACE, merchant rail)."""

from __future__ import annotations

from portal.domain.codec import fingerprint
from portal.domain.errors import Conflict, NotFound
from portal.domain.identity.access import Actor
from portal.domain.refunds.refund import Refund
from portal.domain.refunds.results import ResultTaken
from portal.domain.refunds.transfer import METHOD as TRANSFER
from portal.domain.sent import RequestKey
from portal.ports import Deps, RefundAnswer
from portal.repos.unit_of_work import UnitOfWork, unit_of_work
from portal.services.act import Act
from portal.services.refunds.note_amount import SaidAmount, note_amount
from portal.services.refunds.note_differences import DIFFERS, TOLD
from portal.services.refunds.record_answer import NextTry, locked, take_answer

MERCHANT = "merchant"
_OUT_OF_ORDER = {"pending": ("pending", "succeeded", "failed"), "failed": ("failed",), "succeeded": ("succeeded",)}
"""States of ours in which a word says nothing new: it was late, or came twice."""


def take_result(
    *, refund_no: str, said: RefundAnswer, actor: Actor, request_id: RequestKey | None, deps: Deps
) -> ResultTaken:
    """Whatever comes twice, late or out of order changes nothing, but that what had arrived may fail: then its amount
    is owed once more, and a person is told. So is one where it says that money moved which is not booked so: another
    amount (then no state changes), under a number that was given up, or of what has gone another way.

    Errors: NotFound, Conflict("not_merchant": it goes by another rail; "not_sent"), Reused.
    """
    with unit_of_work(deps) as work:
        amount = said.amount.decimal() if said.amount else ""
        asked = fingerprint(["refund_result", refund_no, said.outcome, said.reference, said.trace, said.reason, amount])
        if request_id and (done := work.requests.claim(actor, request_id, asked, ResultTaken)):
            return done
        found = work.refunds.find_by_number(actor.shop_id, refund_no)
        if found is None:
            raise NotFound("refund")
        if _says_nothing_new(work.refunds.get(found), refund_no, said):
            # Its order is neither waited for nor taken out of the archive for that.
            return _done(work, refund_no, found, actor, request_id)
        act, refund = locked(work, found, deps)
        if refund.rail != MERCHANT:
            raise Conflict("not_sent" if refund.state == "planned" else "not_merchant")
        if _was_paid_besides(refund, refund_no, said):
            key, detail = f"{TOLD}{refund_no}", {"code": "refund_done_there", "reason": refund_no}
            work.tasks.open(actor.shop_id, DIFFERS, dedup_key=key, detail=detail, order_id=refund.order_id)
        elif said.outcome != "failed" and said.amount not in (None, refund.amount):
            note_amount(work, _said_amount(act, refund, said))
        elif refund.number == refund_no and (refund.parked_at or refund.state not in _OUT_OF_ORDER[said.outcome]):
            _go_on(act, refund, take_answer(act, refund, refund_no, said))
        return _done(work, refund_no, found, actor, request_id)


def _done(work: UnitOfWork, refund_no: str, refund_id: str, actor: Actor, request_id: RequestKey | None) -> ResultTaken:
    done = ResultTaken(refund_no=refund_no, state=work.refunds.get(refund_id).state)
    return work.requests.finish(actor, request_id, done) if request_id else done


def _says_nothing_new(refund: Refund, number: str, said: RefundAnswer) -> bool:
    """Of one that is with the merchant and ended: what is known is said once more, or too late."""
    if refund.rail != MERCHANT or refund.state != "succeeded" or _was_paid_besides(refund, number, said):
        return False
    if said.outcome == "failed":
        return refund.number != number
    return said.amount in (None, refund.amount) and not refund.parked_at


def _go_on(act: Act, refund: Refund, following: NextTry) -> None:
    """Its job comes back when this answer says, as after an answer that it had asked for itself; and no more where what
    follows is for a person."""
    key = f"refund:{refund.refund_id}"
    if act.work.refunds.get_for_update(refund.refund_id).state == "succeeded":
        # Also one that a worker has asked about just now and is about to write down for later.
        act.work.jobs.end(key)
        return
    if not act.work.jobs.put_off(key, following.at) and following.at:
        told = f"{key}:told:{act.now:%Y-%m-%dT%H:%M:%S}"
        act.work.jobs.enqueue("refund", {"refund": refund.refund_id}, run_at=following.at, dedup_key=told)


def _was_paid_besides(refund: Refund, number: str, said: RefundAnswer) -> bool:
    """Money that it says to have moved arrived under a number that it had refused, or went another way as well."""
    went_otherwise = refund.state == "succeeded" and refund.method == TRANSFER
    return said.outcome == "succeeded" and (went_otherwise or refund.number != number)


def _said_amount(act: Act, refund: Refund, said: RefundAnswer) -> SaidAmount:
    return SaidAmount(
        shop_id=act.record.shop_id,
        order_id=refund.order_id,
        rail=refund.rail,
        number=refund.number,
        ours=refund.amount,
        said=said.amount,
    )
