"""Goods that came back to a shop on Shopify: a closed return there, and into stock what can be sold again.

A return is found again by the key in the note of its first line. A worker that died in between goes on where it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from portal.adapters.shopify_api import Json, ShopifyApi, ShopifyRefusal, problem_of
from portal.adapters.shopify_marks import gid, legacy_id, mark_in, marked
from portal.adapters.shopify_queries import (
    CLOSE_RETURN,
    DISPOSE,
    ONE_RETURN,
    REFUNDED_UNITS,
    RETURN,
    RETURNABLE,
    RETURNS,
)
from portal.ports import PlatformReturn, PushAnswer

_GONE = ("CANCELED", "DECLINED")


@dataclass(frozen=True, slots=True)
class _Sent:
    """Units of a line in a parcel, the place it was sent from, and how many of the line were sent and not refunded."""

    entry_id: str
    line_id: str
    quantity: int
    left: int
    place: str | None


def record_return(api: ShopifyApi, ask: PlatformReturn) -> PushAnswer:
    """Raises ShopifyRefusal, ProviderUnavailable."""
    order_id = gid("Order", ask.external_id)
    sent = _sent(api, order_id)
    places = {one.line_id: one.place for one in sent if one.place}
    if known := _of_ours(api, order_id, ask.key):
        if known["status"] == "CLOSED":
            return PushAnswer(outcome="already", reference=legacy_id(known["id"]))
        return _finished(api, api.ask(ONE_RETURN, id=known["id"])["node"], ask, places)
    lines = _lines(sent, ask)
    if not lines:
        return _without_return(api, order_id, ask)
    asked = {"orderId": order_id, "notifyCustomer": False, "returnLineItems": lines}
    done = api.ask(RETURN, input=asked)["returnCreate"]
    if problem := problem_of(done["userErrors"]):
        return PushAnswer(outcome="refused", reason=problem)
    return _finished(api, done["return"], ask, places)


def _without_return(api: ShopifyApi, order_id: str, ask: PlatformReturn) -> PushAnswer:
    """Of what we have refunded by the line Shopify makes no return: it is not fit to be sold again."""
    refunded: dict[str, int] = {}
    for one in api.ask(REFUNDED_UNITS, id=order_id)["order"]["refunds"]:
        for entry in one["refundLineItems"]["nodes"] if mark_in(one.get("note")) else ():
            line_id = legacy_id(entry["lineItem"]["id"])
            refunded[line_id] = refunded.get(line_id, 0) + entry["quantity"]
    if ask.units and all(refunded.get(line_id, 0) >= count for line_id, count in ask.units.items()):
        return PushAnswer(outcome="already")
    return PushAnswer(outcome="refused", reason="Shopify has none of these units as sent and not yet refunded")


def _sent(api: ShopifyApi, order_id: str) -> list[_Sent]:
    order = api.ask(RETURNABLE, id=order_id).get("order")
    if not order:
        raise ShopifyRefusal("order", "Shopify has no such order")
    return [
        _Sent(
            entry_id=entry["id"],
            line_id=legacy_id(entry["lineItem"]["id"]),
            quantity=entry["quantity"] or 0,
            left=entry["lineItem"]["refundableQuantity"] - entry["lineItem"]["unfulfilledQuantity"],
            place=(parcel.get("location") or {}).get("id"),
        )
        for parcel in order["fulfillments"]
        if parcel["status"] == "SUCCESS"
        for entry in parcel["fulfillmentLineItems"]["nodes"]
    ]


def _lines(sent: list[_Sent], ask: PlatformReturn) -> list[dict[str, Any]]:
    """Units from the first parcel that has them on, as many as are not refunded yet."""
    found, left = (
        [],
        {
            line_id: min([count, *(one.left for one in sent if one.line_id == line_id)])
            for line_id, count in ask.units.items()
        },
    )
    for one in sent:
        count = min(left.get(one.line_id, 0), one.quantity)
        if count > 0:
            left[one.line_id] -= count
            note = marked(ask.key, ask.note)[:255]
            entry = {"fulfillmentLineItemId": one.entry_id, "quantity": count, "returnReason": "OTHER"}
            found.append(entry | {"returnReasonNote": note})
    return found


def _all(api: ShopifyApi, order_id: str) -> list[Json]:
    order = api.ask(RETURNS, id=order_id).get("order")
    return [one for one in order["returns"]["nodes"] if one["status"] not in _GONE] if order else []


def _of_ours(api: ShopifyApi, order_id: str, key: str) -> Json | None:
    return next((one for one in _all(api, order_id) if _mark_of(one) == key), None)


def _mark_of(one: Json) -> str:
    notes = (entry.get("returnReasonNote") for entry in one["returnLineItems"]["nodes"] if entry)
    return next((mark for mark in map(mark_in, notes) if mark), "")


def _entries(found: Json) -> Iterator[Json]:
    for work in found["reverseFulfillmentOrders"]["nodes"]:
        yield from work["lineItems"]["nodes"]


def _line_id(entry: Json) -> str:
    of = entry.get("fulfillmentLineItem") or {}
    return legacy_id((of.get("lineItem") or {}).get("id", ""))


def _finished(api: ShopifyApi, found: Json, ask: PlatformReturn, places: Mapping[str, str]) -> PushAnswer:
    """Into stock, or noted as not fit for it, whatever has not been; then closed."""
    inputs = list(_disposals(found, ask, places))
    if inputs:
        done = api.ask(DISPOSE, inputs=inputs)["reverseFulfillmentOrderDispose"]
        if problem := problem_of(done["userErrors"]):
            return PushAnswer(outcome="refused", reason=problem)
    closed = api.ask(CLOSE_RETURN, id=found["id"])["returnClose"]
    if problem := problem_of(closed["userErrors"]):
        return PushAnswer(outcome="refused", reason=problem)
    return PushAnswer(outcome="done", reference=legacy_id(found["id"]))


def _disposals(found: Json, ask: PlatformReturn, places: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    fit = dict(ask.restock)
    for entry in _entries(found):
        line_id, left = _line_id(entry), entry["totalQuantity"] - sum(one["quantity"] for one in entry["dispositions"])
        good = min(left, fit.get(line_id, 0)) if line_id in places else 0
        named = {"reverseFulfillmentOrderLineItemId": entry["id"]}
        if good > 0:
            fit[line_id] -= good
            yield named | {"quantity": good, "dispositionType": "RESTOCKED", "locationId": places[line_id]}
        if left > good:
            yield named | {"quantity": left - good, "dispositionType": "NOT_RESTOCKED"}
