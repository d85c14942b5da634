"""收货: the parcel is with the shop, announced or not; from now on its time to inspect runs (POLICY, timers)."""

from __future__ import annotations

from portal.domain.cases import steps
from portal.domain.cases.case import Deadline
from portal.domain.codec import fingerprint
from portal.domain.errors import Conflict, Forbidden
from portal.domain.identity.access import Actor, may
from portal.domain.results import GoodsReceived
from portal.domain.sent import RequestKey
from portal.ports import Deps
from portal.repos.unit_of_work import unit_of_work
from portal.services.act import CaseAct, lock_case
from portal.services.fees.fee_steps import drop_fee
from portal.services.returning.call_off_pickup import call_off_pickup
from portal.services.returning.refund_clock import refund_clock

_RECEIVED = {"repair": "repair_received", "exchange": "exchange_received"}
"""What the customer is told, by the kind of case; of every other that the money follows."""


def receive_goods(*, case_no: str, actor: Actor, request_id: RequestKey, deps: Deps) -> GoodsReceived:
    """Errors: NotFound, Forbidden, Conflict (nothing is awaited, or it is here), Reused."""
    if not may(actor, "write", "receive"):
        raise Forbidden("receive")
    with unit_of_work(deps) as work:
        asked = fingerprint(["receive", case_no])
        if done := work.requests.claim(actor, request_id, asked, GoodsReceived):
            return done
        act = lock_case(work, case_no, actor, deps)
        if not act.case.may("receive"):
            raise Conflict("received" if act.case.state == "received" else "decided", at=act.case.closed_at)
        receive_parcel(act)
        return work.requests.finish(actor, request_id, GoodsReceived(case_no=case_no))


def receive_parcel(act: CaseAct) -> None:
    """The step itself, for whoever holds the locks. Raises Conflict where the case awaits nothing."""
    timers = act.policy.timers
    inspect_by, refund_by = act.due(timers.shop_inspects), act.due(timers.refunded_uninspected)
    legal = refund_clock(act, goods_back_at=act.now)
    if legal:
        refund_by = min(refund_by, legal.at)
    waits = legal if legal and refund_by <= inspect_by else Deadline("shop_inspects", inspect_by)
    drop_fee(act)
    call_off_pickup(act)
    act.save(steps.received(act.case, at=act.now, refund_by=refund_by, deadline=waits))
    act.happened("parcel:received", until=inspect_by.isoformat())
    if notice := _RECEIVED.get(act.case.kind):
        act.notify_customer(notice, deadline=refund_by)
    else:
        act.notify_customer("return_received", deadline=refund_by, is_paid_back=bool(act.case.plan.refund))
