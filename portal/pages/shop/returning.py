"""寄回, 验货 and the choice about what was not accepted, as the customer's pages show them (S27, S28, N11)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from portal.domain.applying.amounts import plan_application
from portal.domain.cases.after_refusal import after_refusal, why_no_appeal
from portal.domain.cases.case import Case, ParcelThere
from portal.domain.errors import Conflict
from portal.domain.evidence.files import Evidence
from portal.domain.identity.access import Actor
from portal.domain.orders import effects
from portal.domain.orders.decisions import Plan
from portal.domain.orders.order import Order
from portal.domain.returning.inspection import rejected_of
from portal.domain.shops.settings import ShopSettings
from portal.pages.parts.zone import zone_of
from portal.pages.values.returning import (
    InspectedLine,
    InspectionView,
    RejectedPage,
    ReturnedParcel,
    ReturnParcel,
    ReturnView,
    ShipmentPage,
)
from portal.ports import Deps
from portal.repos.unit_of_work import reading
from portal.services.act import CaseAct
from portal.services.applying.apply_again import again_until
from portal.services.applying.grant import effect_of_granting
from portal.services.evidence.read_evidence import case_evidence
from portal.services.returning.ship_back import may_ship, was_fetched

Files = Mapping[int | None, tuple[Evidence, ...]]


def is_partly_accepted(case: Case) -> bool:
    """Some of what came back was accepted and some not (mark 部分通过)."""
    found = case.inspection
    return bool(found and found.accepted and found.rejected)


def return_view(act: CaseAct, files: Files) -> ReturnView | None:
    """None for a case without goods to come back. At most one query: the zone of a customer elsewhere."""
    case, now = act.case, act.now
    if not (case.return_no or case.parcel):
        return None
    ends = again_until(act) if case.state in ("awaiting_return", "expired") else None
    after = now if case.state == "expired" else case.due_at or now
    return ReturnView(
        parcel=parcel_of(case, files),
        back=sent_back_of(case),
        inspection=inspection_of(case, act.order, files),
        may_ship=may_ship(case),
        choose_by=case.due_at if case.awaits_choice else None,
        may_appeal=_may_appeal(case, now),
        again_until=ends.of(after) if ends else None,
        again_is_over=ends.is_over(after) if ends else False,
        invoice=act.record.kept.invoice if may_ship(case) else None,
    )


def shipment_page(*, case_no: str, actor: Actor, settings: ShopSettings, deps: Deps) -> ShipmentPage:
    """Raises NotFound, and Conflict where nothing is to be sent any more."""
    with reading(deps) as work:
        case = work.cases.get(case_no, actor)
        if not may_ship(case):
            raise Conflict("decided", at=case.closed_at)
        files, order = case_evidence(work, case.id), work.orders.get(case.order_no, actor).order
    return ShipmentPage(
        case_no=case_no,
        order_no=case.order_no,
        return_no=case.return_no,
        carriers=carriers_of(settings),
        cap=case.handling.carriage_cap if case.handling.carriage == "shop" and not was_fetched(case) else None,
        parcel=parcel_of(case, files),
        send_by=case.due_at if case.state == "awaiting_return" else None,
        zone=zone_of(order),
    )


def rejected_page(*, case_no: str, actor: Actor, settings: ShopSettings, deps: Deps) -> RejectedPage:
    """Raises NotFound, and Conflict where there is nothing to choose any more."""
    with reading(deps) as work:
        case = work.cases.get(case_no, actor)
        if case.deadline is None or not case.awaits_choice:
            raise Conflict("decided", at=case.closed_at)
        record = work.orders.get(case.order_no, actor)
        inspection = inspection_of(case, record.order, case_evidence(work, case.id))
        act = CaseAct(work, record, work.cases.with_claims(case), actor, deps, settings=settings)
        forgone = _forgone(act)
        choices = ("send_back", "give_up", *(("appeal",) if _may_appeal(case, work.now) else ()))
    assert inspection is not None
    return RejectedPage(
        case_no=case_no,
        order_no=record.order.no,
        inspection=inspection,
        choices=choices,
        choose_by=case.deadline.at,
        units=sum(count for _, count in forgone.units),
        forgone=forgone.refund,
        zone=zone_of(record.order),
    )


def _forgone(act: CaseAct) -> Plan:
    """What would have been paid for the goods that were not accepted; of an exchange, what they were paid for."""
    case = act.case
    if case.kind != "exchange":
        return effect_of_granting(act.order, case, act.policy).plan
    freed = effects.released(act.order, case.units)
    return plan_application(freed, rejected_of(case), act.policy, kind="return_refund", reason=case.reason)


def carriers_of(settings: ShopSettings) -> tuple[str, ...]:
    """The codes of those the shop names."""
    return tuple(carrier.code for carrier in settings.carriers)


def parcel_of(case: Case, files: Files) -> ReturnParcel | None:
    """The customer's parcel to the shop with its proof; None where nothing was sent or received."""
    parcel = case.parcel
    if parcel is None or not (parcel.there or parcel.received_at):
        return None
    there = parcel.there or ParcelThere(carrier="", tracking_no="")
    return ReturnParcel(
        carrier=there.carrier,
        tracking_no=there.tracking_no,
        sent_at=there.sent_at,
        proof=tuple(file for file in files.get(None, ()) if file.id in there.proof),
        freight=there.freight,
        status="" if parcel.received_at else there.status,
        seen_at=there.seen_at,
        received_at=parcel.received_at,
        refund_by=parcel.refund_by,
    )


def inspection_of(case: Case, order: Order, files: Files) -> InspectionView | None:
    """What was found, with the photos that the customer may see; None before."""
    found = case.inspection
    if found is None:
        return None
    lines = {line.id: line for line in order.lines}
    return InspectionView(
        at=found.at,
        by_rule=found.by == "system",
        lines=tuple(
            InspectedLine(
                title=lines[line.line_id].title,
                variant=lines[line.line_id].variant,
                received=line.received,
                accepted=line.accepted,
                rejected=line.rejected,
            )
            for line in found.lines
        ),
        accepted=found.accepted,
        rejected=found.rejected,
        missing=found.missing,
        refund=None if case.kind == "exchange" else case.plan.refund,
        reason=found.reason,
        photos=files.get(found.message, ()) if found.message else (),
        choice=found.choice,
        unannounced=found.unannounced,
    )


def sent_back_of(case: Case) -> ReturnedParcel | None:
    """The shop's parcel to the customer; None where none is on its way."""
    back = case.parcel.back if case.parcel else None
    if back is None:
        return None
    return ReturnedParcel(
        carrier=back.carrier, tracking_no=back.tracking_no, sent_at=back.sent_at, delivered_at=back.delivered_at
    )


def _may_appeal(case: Case, now: datetime) -> bool:
    return case.awaits_choice and why_no_appeal(after_refusal(case), now) is None
