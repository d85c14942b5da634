"""The machine API for orders, small: what a shop's program sends in."""

from __future__ import annotations

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from portal.domain.errors import Invalid
from portal.domain.typed import plain
from portal.pages.api.archived import order_or_archived
from portal.routes.api import api
from portal.routes.api.body import json_body, once
from portal.schemas.api import SHIPMENT, ShipmentBody, read_body
from portal.schemas.case_query import read_feed_query
from portal.services.intake.import_orders import import_order
from portal.services.orders.ship_order import NewParcel, ship_order
from portal.services.records.event_feed import read_feed
from portal.web.request.current import deps
from portal.web.security.guards import feed_actor, shop_token, token_shop

_STATUS = {"created": 201}
_EVENTS = 200


@api.put("/orders/<number>")
@shop_token("orders:write")
def put_order(number: str) -> ResponseReturnValue:
    body = json_body()
    if body.get("number") != number:
        raise Invalid((("number", "is not the number of the address"),))
    taken = import_order(shop_id=token_shop().id, data=body, deps=deps())
    left_out = [{"field": one.field, "reason": one.reason} for one in taken.left_out]
    told = {"left_out": left_out} if left_out else {}
    return {"result": taken.result, **told}, _STATUS.get(taken.result, 200)


@api.get("/orders/<number>")
@shop_token("orders:read")
def get_order(number: str) -> ResponseReturnValue:
    return order_or_archived(order_no=number, actor=feed_actor(), deps=deps())


@api.post("/orders/<number>/shipments")
@shop_token("orders:write")
def post_shipment(number: str) -> ResponseReturnValue:
    body = json_body()
    parcel = _parcel(read_body(SHIPMENT, body))
    is_new = ship_order(order_no=number, parcel=parcel, actor=feed_actor(), deps=deps(), request_id=once(body))
    answer: dict[str, Any] = {"result": "created" if is_new else "unchanged"}
    return answer, 201 if is_new else 200


def _parcel(sent: ShipmentBody) -> NewParcel:
    delivered_at = sent.get("delivered_at")
    return NewParcel(
        carrier=sent["carrier"],
        tracking_no=plain(sent["tracking_no"]),
        at=sent.get("shipped_at") or delivered_at,
        delivered_at=delivered_at,
        status=sent.get("status") or "",
        promised_at=sent.get("promised_at"),
        last_scan_at=sent.get("last_scan_at"),
        units=tuple((line["line"], line["quantity"]) for line in sent.get("lines") or ()),
        shipment_id=sent.get("id") or "",
    )


@api.get("/events")
@shop_token("events:read")
def get_events() -> ResponseReturnValue:
    query = read_feed_query(request.args)
    after, limit = query.get("after") or "", query.get("limit") or _EVENTS
    found = read_feed(shop_id=token_shop().id, after=after, limit=limit, deps=deps())
    return {"events": found, "next": found[-1]["cursor"] if found else after}
