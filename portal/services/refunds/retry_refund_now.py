"""A refund that failed or waits is tried again now, and a task that only a person can resolve is ticked off."""

from __future__ import annotations

from portal.domain.codec import fingerprint
from portal.domain.errors import Conflict, Forbidden, NotFound
from portal.domain.identity.access import Actor, may
from portal.domain.records.events import NewEvent
from portal.domain.results import RefundRetried, TaskDone
from portal.domain.sent import RequestKey, id_of
from portal.ports import Deps
from portal.repos.unit_of_work import UnitOfWork, unit_of_work

CLOSE_THEMSELVES = frozenset(
    {
        "refund_failed",
        "rail_missing",
        "rail_uncompared",
        "refund_parked",
        "payment_disputed",
        "cancel_unanswered",
        "application_unanswered",
        "question_unanswered",
        "appeal_unanswered",
        "goods_to_send_back",
        "replacement_to_send",
        "goods_uninspected",
        "fee_return_failed",
        "fee_unpayable",
        "declaration_waiting",
        "urged_to_ship",
        "approval_waiting",
        "transfer_waiting",
    }
)
"""Tasks that are done when what they are about is."""


def retry_refund_now(*, refund_no: str, actor: Actor, request_id: RequestKey, deps: Deps) -> RefundRetried:
    """Its job is due now, under the number it has: the rail is asked first, so nothing is paid twice. Money of a fee
    that goes back is called by the number of its payment.

    Errors: NotFound, Forbidden, Conflict (it has arrived meanwhile), Reused.
    """
    _check(actor)
    with unit_of_work(deps) as work:
        if done := work.requests.claim(actor, request_id, fingerprint(["hurry", refund_no]), RefundRetried):
            return done
        found = work.staff_lists.find_refund(actor, refund_no)
        if found is None:
            return work.requests.finish(actor, request_id, _return_fee_now(work, refund_no, actor, request_id))
        record = work.orders.get_by_id_for_update(found.order_id)
        refund = work.refunds.get_for_update(found.refund_id)
        if refund.state == "succeeded":
            raise Conflict("settled", at=refund.settled_at)
        if work.transfers.find_open(refund.id):
            raise Conflict("transfer_open")
        # The job that has parked it, and may not have been put away yet, will not send it: only a press does.
        if refund.parked_at or not work.jobs.make_due_now(f"refund:{refund.refund_id}"):
            key = f"refund:{refund.refund_id}:{id_of(request_id)}"
            payload = {"refund": refund.refund_id, "by_hand": refund.attempts}
            work.jobs.enqueue("refund", payload, dedup_key=key)
        work.events.append(record, actor, NewEvent(kind="staff:refund:hurried", data=refund.facts()))
        return work.requests.finish(actor, request_id, RefundRetried(order_no=record.order.no))


def _return_fee_now(work: UnitOfWork, number: str, actor: Actor, request_id: RequestKey) -> RefundRetried:
    """What came to the shop again is sent once more; what is on its way is asked about."""
    ids = work.fees.find_ids(actor.shop_id, number)
    if ids is None:
        raise NotFound("refund")
    record = work.orders.get_by_id_for_update(ids.order_id)
    case = work.cases.get_by_id_for_update(ids.case_id)
    fee, payment = work.fees.get_for_update(ids.fee_id), work.fees.payment_for_update(number)
    if payment.state not in ("returning", "reversed"):
        raise Conflict("settled", at=payment.settled_at)
    if payment.state == "reversed":
        work.fees.returning_again(payment)
    if not work.jobs.make_due_now(f"fee_return:{number}"):
        key = f"fee_return:{number}:{id_of(request_id)}"
        work.jobs.enqueue("fee_payment", {"payment": number}, dedup_key=key)
    said = {"refund": payment.refund_number, "amount": payment.got_minor, "currency": fee.amount.currency}
    event = NewEvent(kind="staff:refund:hurried", data=said, case_no=case.case_no)
    work.events.append(record, actor, event)
    return RefundRetried(order_no=record.order.no)


def finish_task(*, task_id: int, actor: Actor, request_id: RequestKey, deps: Deps) -> TaskDone:
    """Errors: NotFound (not there, done before, or one that closes itself), Forbidden."""
    _check(actor)
    with unit_of_work(deps) as work:
        if done := work.requests.claim(actor, request_id, fingerprint(["task", task_id]), TaskDone):
            return done
        task = work.tasks.close_by_id(actor.shop_id, task_id)
        if task is None or task.kind in CLOSE_THEMSELVES:
            raise NotFound("task")
        if task.kind == "customer_wrote" and task.case_id is not None:
            work.queue.mark_unread(task.case_id, None)
        event = NewEvent(kind="staff:task:done", data={"task": task_id, "kind": task.kind})
        work.events.append_without_order(actor, event)
        return work.requests.finish(actor, request_id, TaskDone(task_id=task_id))


def _check(actor: Actor) -> None:
    if not may(actor, "write", "refunds"):
        raise Forbidden("refunds")
