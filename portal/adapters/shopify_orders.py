"""Orders of Shopify's GraphQL API: every part of one read, page by page, and put into the form of its files.

The files' translation (`feed_shopify`) then says what an order costs: there is one for webhooks, files and this.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from portal.adapters.feed_shopify import shopify_order
from portal.adapters.feed_translation import words
from portal.adapters.shopify_api import Json, ShopifyApi
from portal.adapters.shopify_form import rest_order
from portal.adapters.shopify_marks import gid, legacy_id
from portal.adapters.shopify_queries import (
    DETAILED,
    LINES_OF_ORDER,
    LISTED,
    MORE_OF_ORDER,
    ORDER,
    PARTS,
    UNITS_OF_PARCEL,
    UNITS_OF_REFUND,
)
from portal.domain.intake.imported_order import OrderProblem
from portal.ports import PlatformOrder

_PAID = ("PAID", "PARTIALLY_REFUNDED", "REFUNDED")
_BEING_PACKED = {"in_progress": "picking", "pending_fulfillment": "picking"}
_MOST_PAGES = 300


def read_order(api: ShopifyApi, external_id: str, states: Mapping[str, str]) -> PlatformOrder | None:
    """None where there is none such, or it is no id. Raises ShopifyRefusal, ProviderUnavailable."""
    try:
        global_id = gid("Order", external_id)
    except ValueError:
        return None
    order = api.ask(ORDER, id=global_id).get("order")
    return _translated(_whole(api, dict(order)), states) if order else None


def _translated(order: Json, states: Mapping[str, str]) -> PlatformOrder:
    packed = _BEING_PACKED if order.get("displayFinancialStatus") in _PAID else {}
    found = shopify_order(rest_order(order), packed | dict(states))
    is_order = not isinstance(found, OrderProblem)
    return PlatformOrder(
        external_id=legacy_id(order["id"]),
        number=words(order.get("name")).lstrip("#"),
        updated_at=moment(order.get("updatedAt")),
        data=_with_pages(found, order) if is_order else None,
        problem=found if isinstance(found, OrderProblem) else None,
    )


def moment(said: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(str(said)) if said else None
    except ValueError:
        return None


def _whole(api: ShopifyApi, order: dict[str, Any]) -> dict[str, Any]:
    """With every line, transaction, refund and parcel, however many there are."""
    if any(len(order[name]) >= LISTED for name in ("transactions", "refunds", "fulfillments")):
        order |= api.ask(MORE_OF_ORDER, id=order["id"])["order"]
    order["lineItems"] = [*order["lineItems"]["nodes"], *_more_lines(api, order)]
    parts = list(_parts(api, [entry["id"] for entry in (*order["refunds"], *order["fulfillments"])]))
    order["refunds"] = [part for part in parts if "refundLineItems" in part]
    order["fulfillments"] = [part for part in parts if "fulfillmentLineItems" in part]
    return order


def _more_lines(api: ShopifyApi, order: Json) -> Iterator[Json]:
    page = order["lineItems"]["pageInfo"]
    for _ in range(_MOST_PAGES):
        if not page["hasNextPage"]:
            return
        found = api.ask(LINES_OF_ORDER, id=order["id"], after=page["endCursor"])["order"]["lineItems"]
        yield from found["nodes"]
        page = found["pageInfo"]


def _parts(api: ShopifyApi, ids: list[str]) -> Iterator[Json]:
    """Refunds and parcels with their units, a few at a time."""
    for start in range(0, len(ids), DETAILED):
        for part in api.ask(PARTS, ids=ids[start : start + DETAILED])["nodes"]:
            if part:
                yield _with_units(api, dict(part))


def _with_units(api: ShopifyApi, part: dict[str, Any]) -> dict[str, Any]:
    name = "refundLineItems" if "refundLineItems" in part else "fulfillmentLineItems"
    query = UNITS_OF_REFUND if name == "refundLineItems" else UNITS_OF_PARCEL
    units, page = list(part[name]["nodes"]), part[name]["pageInfo"]
    for _ in range(_MOST_PAGES):
        if not page["hasNextPage"]:
            break
        found = api.ask(query, id=part["id"], after=page["endCursor"])["node"][name]
        units += found["nodes"]
        page = found["pageInfo"]
    return part | {name: units}


def _with_pages(data: Any, order: Json) -> dict[str, Any]:
    """With the goods' picture and page, which only this API has; a product that was deleted has neither."""
    nodes = {legacy_id(line["id"]): line for line in order["lineItems"]}
    lines = []
    for line in data["lines"]:
        node = nodes.get(line["id"], {})
        links = {
            "image_url": (node.get("image") or {}).get("url"),
            "product_url": (node.get("product") or {}).get("onlineStoreUrl"),
        }
        lines.append(line | {name: link for name, link in links.items() if link})
    return dict(data) | {"lines": lines}
