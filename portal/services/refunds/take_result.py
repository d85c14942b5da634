"""What the shop's own system says became of a refund that it was asked for (INTERFACE, merchant rail)."""

from __future__ import annotations

from portal.domain.codec import fingerprint
from portal.domain.errors import Conflict, NotFound
from portal.domain.identity.access import Actor
from portal.domain.refunds.refund import Refund
from portal.domain.refunds.results import ResultTaken
from portal.domain.sent import RequestKey
from portal.ports import Deps, RefundAnswer
from portal.repos.unit_of_work import unit_of_work
from portal.services.refunds.note_differences import DIFFERS
from portal.services.refunds.record_answer import locked, take_answer

MERCHANT = "merchant"
_OUT_OF_ORDER = {"pending": ("pending", "succeeded", "failed"), "failed": ("failed",), "succeeded": ("succeeded",)}
"""States of ours in which a word says nothing new: it was late, or came twice."""


def take_result(
    *, refund_no: str, said: RefundAnswer, actor: Actor, request_id: RequestKey | None, deps: Deps
) -> ResultTaken:
    """Whatever comes twice, late or out of order changes nothing, but that what had arrived may fail: then its amount
    is owed once more, and a person is told.

    Errors: NotFound, Conflict("not_merchant": it goes by another rail; "not_sent"), Reused.
    """
    with unit_of_work(deps) as work:
        asked = fingerprint(["refund_result", refund_no, said.outcome, said.reference, said.trace, said.reason])
        if request_id and (done := work.requests.claim(actor, request_id, asked, ResultTaken)):
            return done
        found = work.refunds.find_by_number(actor.shop_id, refund_no)
        if found is None:
            raise NotFound("refund")
        act, refund = locked(work, found, deps)
        if refund.number != refund_no or refund.rail != MERCHANT:
            raise Conflict("not_sent" if refund.state == "planned" else "not_merchant")
        if refund.parked_at or refund.state not in _OUT_OF_ORDER[said.outcome]:
            take_answer(act, refund, refund_no, said)
        if _was_paid_otherwise(refund, said):
            key, detail = f"{DIFFERS}:refund_done_there:{refund_no}", {"code": "refund_done_there", "reason": refund_no}
            work.tasks.open(actor.shop_id, DIFFERS, dedup_key=key, detail=detail, order_id=refund.order_id)
        state = work.refunds.get_for_update(refund.refund_id).state
        done = ResultTaken(refund_no=refund_no, state=state)
        return work.requests.finish(actor, request_id, done) if request_id else done


def _was_paid_otherwise(refund: Refund, said: RefundAnswer) -> bool:
    """It went another way after it had failed, and now has arrived by this one as well."""
    return refund.state == "succeeded" and refund.method == "transfer" and said.outcome == "succeeded"
