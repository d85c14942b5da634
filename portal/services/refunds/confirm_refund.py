"""A parked refund that has arrived after all, by the word of a person: nobody else could be asked (decision 102)."""

from __future__ import annotations

from portal.domain.codec import fingerprint
from portal.domain.errors import Conflict, Forbidden, Invalid, NotFound
from portal.domain.identity.access import Actor, may
from portal.domain.records.events import NewEvent
from portal.domain.refunds.results import RefundConfirmed
from portal.domain.sent import RequestKey
from portal.ports import Deps, RefundAnswer
from portal.repos.unit_of_work import UnitOfWork, unit_of_work
from portal.services.act import Act
from portal.services.refunds.record_answer import PARKED
from portal.services.refunds.settled import refund_settled

LONGEST = 64


def confirm_refund(
    *, refund_no: str, reference: str, actor: Actor, request_id: RequestKey, deps: Deps
) -> RefundConfirmed:
    """`reference`: what the books of whoever paid it, and the customer's bank, know the money by.

    Errors: NotFound, Forbidden, Conflict (settled, not_parked: the rail is being asked), Invalid (reference), Reused.
    """
    if actor.kind != "staff" or not may(actor, "write", "refunds"):
        raise Forbidden("refunds")
    reference = reference.strip()
    if not reference or len(reference) > LONGEST or not reference.isprintable():
        raise Invalid((("reference", "required" if not reference else "too_long"),))
    with unit_of_work(deps) as work:
        asked = fingerprint(["refund confirmed", refund_no, reference])
        if done := work.requests.claim(actor, request_id, asked, RefundConfirmed):
            return done
        _confirm(work, refund_no, reference, actor, deps)
        return work.requests.finish(actor, request_id, RefundConfirmed(refund_no=refund_no))


def _confirm(work: UnitOfWork, refund_no: str, reference: str, actor: Actor, deps: Deps) -> None:
    found = work.staff_lists.find_refund(actor, refund_no)
    if found is None:
        raise NotFound("refund")
    act = Act(work, work.orders.get_by_id_for_update(found.order_id), actor, deps)
    refund = work.refunds.get_for_update(found.refund_id)
    if refund.state == "succeeded":
        raise Conflict("settled", at=refund.settled_at)
    if refund.parked_at is None:
        raise Conflict("not_parked")
    work.refunds.confirmed(refund, RefundAnswer(outcome="succeeded", trace=reference))
    act.record.refunds_stand(work.refunds.overall_state(act.record.id))
    act.record_events(NewEvent(kind="staff:refund:succeeded", data=refund.facts()))
    refund_settled(act, refund)
    act.notify_customer("refund_succeeded", amount=refund.amount, provider=refund.method, account=refund.method)
    work.tasks.close(f"{PARKED}:{refund.refund_id}")
    work.jobs.end(f"refund:{refund.refund_id}")
