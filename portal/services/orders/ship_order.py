"""A parcel leaves. One compare-and-set with the cancel: whichever commits first wins, the other is told (TRAPS T18)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from portal.domain.errors import Conflict, Invalid
from portal.domain.identity.access import Actor
from portal.domain.intake.coherence import MOST_PARCELS
from portal.domain.orders.order import Order, Shipment, Units, parcels_count
from portal.domain.orders.results import ParcelShipped
from portal.domain.records.events import NewEvent
from portal.domain.sent import RequestKey
from portal.ports import Deps
from portal.repos.order_record import OrderRecord
from portal.repos.unit_of_work import UnitOfWork, unit_of_work
from portal.services.orders.urge_shipment import close_urging


@dataclass(frozen=True, slots=True, kw_only=True)
class NewParcel:
    """A parcel as it leaves, `at` None for now. `units` empty: all that has not left; a line that is there twice counts
    twice. `shipment_id` "" where the shop has no number of its own for it; `is_delivered` the moment it left."""

    carrier: str
    tracking_no: str
    at: datetime | None = None
    delivered_at: datetime | None = None
    is_delivered: bool = False
    status: str = ""
    promised_at: datetime | None = None
    last_scan_at: datetime | None = None
    units: Units = ()
    shipment_id: str = ""


def ship_order(
    *, order_no: str, parcel: NewParcel, actor: Actor, deps: Deps, request_id: RequestKey | None = None
) -> bool:
    """False: that shipment was recorded before.

    Errors: NotFound; Conflict("cancel_open") while a cancel waits; Conflict("cancelled"); Invalid; Reused.
    """
    with unit_of_work(deps) as work:
        if done := work.requests.claim(actor, request_id, "", ParcelShipped):
            return done.is_new
        is_new = _record(work, work.orders.get_for_update(order_no, actor), parcel, actor)
        return work.requests.finish(actor, request_id, ParcelShipped(order_no=order_no, is_new=is_new)).is_new


def _record(work: UnitOfWork, record: OrderRecord, parcel: NewParcel, actor: Actor) -> bool:
    """False where it is there."""
    order, when = record.order, parcel.at or work.now
    shipment_id = parcel.shipment_id or f"portal-{parcel.tracking_no}"
    if any(known.id == shipment_id for known in order.shipments):
        return False
    contents = _contents(order, parcel.units)
    delivered_at = parcel.delivered_at or (when if parcel.is_delivered else None)
    shipment = Shipment(
        id=shipment_id,
        carrier=parcel.carrier,
        tracking_no=parcel.tracking_no,
        shipped_at=when,
        delivered_at=delivered_at,
        status=parcel.status or ("delivered" if delivered_at else "in_transit"),
        promised_at=parcel.promised_at,
        last_scan_at=parcel.last_scan_at,
        lines=contents,
    )
    work.orders.save(record, with_shipment(order, shipment))
    close_urging(work, record)
    data = {"shipment": shipment.id, "carrier": parcel.carrier, "units": [list(pair) for pair in contents]}
    work.events.append(record, actor, NewEvent(kind="feed:parcel:shipped", data=data | {"at": when.isoformat()}))
    if delivered_at:
        work.events.append(record, actor, NewEvent(kind="feed:parcel:delivered", data=_delivery(shipment)))
    return True


def _contents(order: Order, units: Units) -> Units:
    """What the parcel holds; raises where shipping is held or impossible."""
    if order.waiting_case:
        raise Conflict("cancel_open", detail={"case_no": order.waiting_case})
    if order.state == "cancelled":
        raise Conflict("cancelled")
    if order.state == "awaiting_payment":
        raise Conflict("awaiting_payment")
    open_units = order.units_unshipped()
    if not open_units:
        raise Conflict("shipped")
    if len(order.shipments) >= MOST_PARCELS:
        raise Invalid((("lines", f"the order has {MOST_PARCELS} parcels already"),))
    have, asked = dict(open_units), dict[str, int]()
    for line_id, count in units:
        asked[line_id] = asked.get(line_id, 0) + count
    if any(count < 1 or count > have.get(line_id, 0) for line_id, count in asked.items()):
        raise Invalid((("lines", "more_than_left"),))
    return tuple(asked.items()) or open_units


def _delivery(shipment: Shipment) -> dict[str, str]:
    when = shipment.delivered_at.isoformat() if shipment.delivered_at else ""
    return {"shipment": shipment.id, "at": when}


def with_shipment(order: Order, shipment: Shipment) -> Order:
    """The order with one more parcel: its counters and, where all has left, its state follow."""
    shipments = (*order.shipments, shipment)
    lines = []
    for line in order.lines:
        shipped, delivered = parcels_count(line.id, line.quantity, "picking", shipments)
        lines.append(replace(line, shipped=max(line.shipped, shipped), delivered=max(line.delivered, delivered)))
    return replace(order, shipments=shipments, lines=tuple(lines))
