"""寄回, 验货 and the choice about what was not accepted, as the customer's pages show them (S27, S28, N11)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from portal.domain.cases.after_refusal import after_refusal, why_no_appeal
from portal.domain.cases.life_cycle import may_step
from portal.domain.codec import from_plain
from portal.domain.errors import Conflict
from portal.domain.evidence.files import Evidence
from portal.domain.identity.access import Actor
from portal.domain.money import Money
from portal.domain.orders.decisions import Handling, Plan
from portal.domain.orders.order import Order
from portal.domain.policy.pack import Policy
from portal.domain.shops.settings import ShopSettings
from portal.pages.values.returning import (
    InspectedLine,
    InspectionView,
    ParcelBack,
    RejectedPage,
    ReturnParcel,
    ReturnView,
    ShipmentPage,
)
from portal.ports import Deps
from portal.repos.order_record import OrderRecord
from portal.repos.rows import Row
from portal.repos.unit_of_work import UnitOfWork, reading
from portal.services.applying.apply_again import again_until
from portal.services.evidence.read_evidence import case_evidence
from portal.services.returning.choose_rejected import awaits_choice

Files = Mapping[int | None, tuple[Evidence, ...]]


def is_partly_accepted(row: Row) -> bool:
    """Some of what came back was accepted and some not (mark 部分通过)."""
    found = row["inspection"] or {}
    return bool(found.get("accepted") and found.get("rejected"))


def return_view(
    work: UnitOfWork, row: Row, record: OrderRecord, policy: Policy, files: Files, settings: ShopSettings, deps: Deps
) -> ReturnView | None:
    """None for a case without goods to come back. At most one query: the zone of a customer elsewhere."""
    state = row["state"]
    if not (row["return_no"] or row["parcel"]):
        return None
    lapses = state in ("awaiting_return", "expired")
    ends = again_until(work, record, row, policy, settings, deps) if lapses else None
    after = work.now if state == "expired" else row["deadline_at"] or work.now
    return ReturnView(
        parcel=parcel_of(row, files),
        back=sent_back_of(row),
        inspection=inspection_of(row, record.order, files),
        may_ship=may_ship(row),
        choose_by=row["deadline_at"] if awaits_choice(row) else None,
        may_appeal=_may_appeal(row, work.now),
        again_until=ends.of(after) if ends else None,
        again_is_over=ends.is_over(after) if ends else False,
    )


def may_ship(row: Row) -> bool:
    """The parcel can be entered, or corrected while it is under way."""
    return any(may_step(row["kind"], row["state"], step) for step in ("ship_back", "change_parcel"))


def shipment_page(*, case_no: str, actor: Actor, settings: ShopSettings, deps: Deps) -> ShipmentPage:
    """Raises NotFound, and Conflict where nothing is to be sent any more."""
    with reading(deps) as work:
        row = work.cases.get(case_no, actor)
        if not may_ship(row):
            raise Conflict("decided", at=row["closed_at"])
        files = case_evidence(work, row["id"])
    handling = from_plain(Handling, row["outcome"]["handling"])
    return ShipmentPage(
        case_no=case_no,
        order_no=row["number"],
        return_no=row["return_no"] or "",
        carriers=carriers_of(settings),
        cap=handling.carriage_cap if handling.carriage == "shop" else None,
        parcel=parcel_of(row, files),
        send_by=row["deadline_at"] if row["state"] == "awaiting_return" else None,
    )


def rejected_page(*, case_no: str, actor: Actor, deps: Deps) -> RejectedPage:
    """Raises NotFound, and Conflict where there is nothing to choose any more."""
    with reading(deps) as work:
        row = work.cases.get(case_no, actor)
        if not awaits_choice(row):
            raise Conflict("decided", at=row["closed_at"])
        record = work.orders.get(row["number"], actor)
        inspection = inspection_of(row, record.order, case_evidence(work, row["id"]))
        choices = ("send_back", "give_up", *(("appeal",) if _may_appeal(row, work.now) else ()))
    assert inspection is not None
    return RejectedPage(
        case_no=case_no,
        order_no=record.order.no,
        inspection=inspection,
        choices=choices,
        choose_by=row["deadline_at"],
    )


def carriers_of(settings: ShopSettings) -> tuple[tuple[str, str], ...]:
    """(code, name) of those the shop names."""
    return tuple((carrier.code, carrier.name) for carrier in settings.carriers)


def parcel_of(row: Row, files: Files) -> ReturnParcel | None:
    """The customer's parcel to the shop with its proof; None where nothing was sent or received."""
    parcel = row["parcel"] or {}
    there = parcel.get("there", {})
    if not there and "received_at" not in parcel:
        return None
    proof = there.get("proof", [])
    return ReturnParcel(
        carrier=there.get("carrier", ""),
        tracking_no=there.get("tracking_no", ""),
        sent_at=_moment(there, "sent_at"),
        proof=tuple(file for file in files.get(None, ()) if file.id in proof),
        freight=from_plain(Money, there["freight"]) if there.get("freight") else None,
        received_at=_moment(parcel, "received_at"),
        refund_by=_moment(parcel, "refund_by"),
    )


def inspection_of(row: Row, order: Order, files: Files) -> InspectionView | None:
    """What was found, with the photos that the customer may see; None before."""
    found = row["inspection"]
    if not found:
        return None
    lines = {line.id: line for line in order.lines}
    return InspectionView(
        at=datetime.fromisoformat(found["at"]),
        by_rule=found["by"] == "system",
        lines=tuple(
            InspectedLine(
                title=lines[line_id].title,
                variant=lines[line_id].variant,
                received=received,
                accepted=accepted,
                rejected=rejected,
            )
            for line_id, received, accepted, rejected, _ in found["lines"]
        ),
        accepted=found["accepted"],
        rejected=found["rejected"],
        missing=found["missing"],
        refund=from_plain(Plan, row["summary"]).refund,
        reason=found["reason"],
        photos=files.get(found["message"], ()) if found["message"] else (),
        choice=found.get("choice", ""),
    )


def sent_back_of(row: Row) -> ParcelBack | None:
    """The shop's parcel to the customer; None where none is on its way."""
    back = (row["parcel"] or {}).get("back")
    if not back:
        return None
    return ParcelBack(
        carrier=back["carrier"],
        tracking_no=back["tracking_no"],
        sent_at=datetime.fromisoformat(back["sent_at"]),
        delivered_at=_moment(back, "delivered_at"),
    )


def _may_appeal(row: Row, now: datetime) -> bool:
    return awaits_choice(row) and why_no_appeal(after_refusal(row), now) is None


def _moment(values: Mapping[str, Any], name: str) -> datetime | None:
    return datetime.fromisoformat(values[name]) if values.get(name) else None
