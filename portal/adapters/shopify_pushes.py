"""What a shop on Shopify is told besides refunds: an order is cancelled, whole or in part; what its people read."""

from __future__ import annotations

from typing import Any

from portal.adapters.shopify_api import Json, ShopifyApi, problem_of
from portal.adapters.shopify_marks import gid, legacy_id, mark_in, marked
from portal.adapters.shopify_notes import append_note
from portal.adapters.shopify_queries import CANCEL, JOB, STANDING
from portal.adapters.shopify_refunds import created, refundable
from portal.domain.errors import ProviderUnavailable
from portal.ports import PlatformCancel, PlatformNote, PushAnswer

_POLLS, _BETWEEN = 6, 0.5


def cancel(api: ShopifyApi, ask: PlatformCancel) -> PushAnswer:
    """No money moves: that is a refund of its own. Raises ShopifyRefusal, ProviderUnavailable."""
    order = _standing(api, ask.external_id)
    if order is None:
        return PushAnswer(outcome="refused", reason="Shopify has no such order")
    if order["cancelledAt"]:
        return PushAnswer(outcome="already")
    if any(mark_in(one.get("note")) == ask.key for one in order["refunds"]):
        return PushAnswer(outcome="already")
    if ask.units:
        return _take_off(api, ask)
    asked: dict[str, Any] = {"id": order["id"], "reason": _reason(ask), "note": marked(ask.key, ask.note)[:255]}
    done = api.ask(CANCEL, **asked)["orderCancel"]
    if problem := problem_of(done["orderCancelUserErrors"]):
        return PushAnswer(outcome="refused", reason=problem)
    _until_done(api, done.get("job"))
    after = _standing(api, ask.external_id)
    if after and after["cancelledAt"]:
        return PushAnswer(outcome="done")
    return PushAnswer(outcome="refused", reason="Shopify has ended its job without cancelling the order")


def add_note(api: ShopifyApi, ask: PlatformNote) -> PushAnswer:
    """Below what stands there. The same text is not noted twice. Raises ShopifyRefusal, ProviderUnavailable."""
    order = _standing(api, ask.external_id)
    if order is None:
        return PushAnswer(outcome="refused", reason="Shopify has no such order")
    if ask.text in (order["note"] or ""):
        return PushAnswer(outcome="already")
    problem = append_note(api, order["id"], order["note"], ask.text)
    return PushAnswer(outcome="refused", reason=problem) if problem else PushAnswer(outcome="done")


def _standing(api: ShopifyApi, external_id: str) -> Json | None:
    try:
        found: Json | None = api.ask(STANDING, id=gid("Order", external_id)).get("order")
    except ValueError:
        return None
    return found


def _reason(ask: PlatformCancel) -> str:
    """In Shopify's words."""
    return "INVENTORY" if ask.reason == "stock_problem" else "CUSTOMER"


def _until_done(api: ShopifyApi, job: Json | None) -> None:
    """Shopify cancels by a job of its own. While that runs nothing is known: whoever asks again finds out."""
    if job is None or job["done"]:
        return
    for _ in range(_POLLS):
        found = api.ask(JOB, id=job["id"]).get("job")
        if found is None or found["done"]:
            return
        api.clock.rest(_BETWEEN)
    raise ProviderUnavailable("shopify", "the cancel is still running")


def _take_off(api: ShopifyApi, ask: PlatformCancel) -> PushAnswer:
    """Units that were not sent: a refund of them without money, which takes them off the order. None or all of them."""
    order_id = gid("Order", ask.external_id)
    order = refundable(api, order_id)
    if order is None:
        return PushAnswer(outcome="refused", reason="Shopify has no such order")
    currency, entries = order["presentmentCurrencyCode"], []
    for line_id, count in ask.units.items():
        there = order["lines"].get(line_id)
        if there is None or count > min(there["unfulfilledQuantity"], there["refundableQuantity"]):
            return PushAnswer(outcome="refused", reason=f"line {line_id[:40]}: not that many units are left unsent")
        entries.append({"lineItemId": there["id"], "quantity": count, "restockType": "CANCEL"})
    given = {"orderId": order_id, "note": marked(ask.key), "notify": False, "refundLineItems": entries}
    done = created(api, given | {"currency": currency}, ask.key)
    if problem := problem_of(done.get("userErrors")):
        return PushAnswer(outcome="refused", reason=problem)
    return PushAnswer(outcome="done", reference=legacy_id(done["refund"]["id"]))
