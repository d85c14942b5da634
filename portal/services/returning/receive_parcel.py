"""收货: the parcel is with the shop, announced or not; from now on its time to inspect runs (POLICY, timers)."""

from __future__ import annotations

from portal.domain.cases.life_cycle import may_step
from portal.domain.codec import fingerprint
from portal.domain.deadlines.spans import ROUND_THE_CLOCK, due
from portal.domain.errors import Conflict, Forbidden
from portal.domain.identity.access import Actor, may
from portal.domain.records.events import Event
from portal.ports import Deps
from portal.repos.cases import CaseRecord
from portal.repos.order_record import OrderRecord
from portal.repos.unit_of_work import UnitOfWork, unit_of_work
from portal.services.actor_source import event_source
from portal.services.fees.fee_steps import drop_fee
from portal.services.notify import tell
from portal.services.returning.refund_clock import refund_clock
from portal.services.situation import situation_of

SHOP_INSPECTS = "shop_inspects"
REFUNDED_UNINSPECTED = "refunded_uninspected"


def receive_goods(*, case_no: str, actor: Actor, request_id: str, deps: Deps) -> str:
    """Returns `case:<no>`. Errors: NotFound, Forbidden, Conflict (nothing is awaited, or it is here), Reused."""
    if not may(actor, "write", "receive"):
        raise Forbidden("receive")
    with unit_of_work(deps) as work:
        if done := work.requests.claim(actor, request_id, fingerprint(["receive", case_no])):
            return done
        record = work.orders.get_by_id_for_update(work.cases.order_id_of(case_no, actor))
        case = work.cases.get_for_update(case_no, actor)
        if not may_step(case.row["kind"], case.state, "receive"):
            raise Conflict("received" if case.state == "received" else "decided", at=case.row["closed_at"])
        take_in(work, record, case, actor, deps)
        return work.requests.finish(actor, request_id, f"case:{case_no}")


def take_in(work: UnitOfWork, record: OrderRecord, case: CaseRecord, actor: Actor, deps: Deps) -> None:
    """The step itself, for whoever holds the locks. Raises Conflict where the case awaits nothing."""
    settings = work.shops.settings_of(record.shop_id)
    found = situation_of(work, record, settings, deps)
    timers, zone = found.policy.timers, found.around.zone
    inspect_by, refund_by = (
        due(span, work.now, zone=zone, hours=ROUND_THE_CLOCK)
        for span in (timers.shop_inspects, timers.refunded_uninspected)
    )
    legal = refund_clock(work, record, case, settings, deps, goods_back_at=work.now)
    refund_by = min(refund_by, legal.get("deadline_at", refund_by))
    parcel = dict(case.row["parcel"] or {})
    parcel |= {"received_at": work.now.isoformat(), "refund_by": refund_by.isoformat()}
    times = {"deadline_at": inspect_by, "deadline_kind": SHOP_INSPECTS, "escalated_at": None}
    if refund_by <= inspect_by:
        times |= legal
    drop_fee(work, record, case, actor)
    work.cases.step(case, "receive", parcel=parcel, **times)
    data = {"until": inspect_by.isoformat()}
    event = Event(kind=f"{event_source(actor)}:parcel:received", data=data, case_no=case.case_no)
    work.events.append(record, actor, event)
    params = {"order_no": record.order.no, "case_no": case.case_no, "deadline": refund_by}
    tell(work, record, case.case_no, "return_received", params)
