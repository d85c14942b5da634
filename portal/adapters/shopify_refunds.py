"""Refunds through the gateways of a shop on Shopify: once each, found again by the number in their note.

What goes back another way is a line in the order's note, for the people there.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from portal.adapters.shopify_api import Json, ShopifyApi, ShopifyRefusal, problem_of
from portal.adapters.shopify_marks import amount_of, gid, legacy_id, mark_in, marked, money_of
from portal.adapters.shopify_notes import append_note
from portal.adapters.shopify_orders import moment
from portal.adapters.shopify_payments import converted, payment_of, refund_transaction, text_of, unit_of
from portal.adapters.shopify_queries import PARTS, REFUND, REFUNDABLE, REFUNDS_SINCE
from portal.domain.errors import ProviderUnavailable
from portal.domain.money import Money, minor_digits
from portal.ports import PlatformRefund, RailRefund, RefundAnswer, RefundOutcome

_OUTCOMES: dict[str, RefundOutcome] = {"SUCCESS": "succeeded", "FAILURE": "failed", "ERROR": "failed"}
_MOST_PAGES = 300
_COMING_BACK = ("return_refund", "exchange", "contract_withdrawal")
"""Why money goes back for goods that do so too."""
_ROUNDED = 3
"""Units of the customer's currency that a refund may be off by: theirs is rounded, and so is the shop's from it."""
_OURS = uuid.UUID("6f1d0c1e-6d2b-5d0f-9a53-0b8d1f6f3a52")


def refund(api: ShopifyApi, ask: PlatformRefund) -> RefundAnswer:
    """Looked for first: Shopify forgets keys of idempotency after a day. A number whose refund failed is spent."""
    try:
        order = refundable(api, _order_gid(ask))
        if order is None:
            return RefundAnswer(outcome="failed", reason="Shopify has no such order")
        if known := _named(order, ask.number):
            answer = _answer(_detailed(api, known), ask)
            return answer if answer.outcome != "failed" else RefundAnswer(outcome="number_spent", reason=answer.reason)
        if order["currencyCode"] != ask.amount.currency:
            return RefundAnswer(outcome="failed", reason="the order is in another currency")
        made = _made(api, order, ask) if ask.through_gateway else _noted(api, order, ask)
        return made if isinstance(made, RefundAnswer) else _answer(made, ask)
    except ShopifyRefusal as no:
        return RefundAnswer(outcome="failed", reason=no.reason)


def find_refund(api: ShopifyApi, ask: PlatformRefund) -> RefundAnswer:
    """What Shopify's own books say of the number."""
    try:
        order = refundable(api, _order_gid(ask))
        known = _named(order, ask.number) if order else None
        if order and not known and not ask.through_gateway and marked(ask.number) in (order["note"] or ""):
            return RefundAnswer(outcome="succeeded", amount=ask.amount)
        return _answer(_detailed(api, known), ask) if known else RefundAnswer(outcome="unknown_number")
    except ShopifyRefusal as no:
        raise ProviderUnavailable("shopify", no.reason) from no


def refunds_since(api: ShopifyApi, since: datetime) -> Iterator[RailRefund]:
    """Those of orders that changed since, with the money that moved."""
    try:
        yield from _since(api, since)
    except ShopifyRefusal as no:
        raise ProviderUnavailable("shopify", no.reason) from no


def _since(api: ShopifyApi, since: datetime) -> Iterator[RailRefund]:
    changed = f"updated_at:>='{since.strftime('%Y-%m-%dT%H:%M:%SZ')}'"
    query = f"{changed} AND (financial_status:refunded OR financial_status:partially_refunded)"
    after = None
    for _ in range(_MOST_PAGES):
        page = api.ask(REFUNDS_SINCE, after=after, query=query)["orders"]
        for order in page["nodes"]:
            for one in order["refunds"]:
                yield from _booked(one, since)
        if not page["pageInfo"]["hasNextPage"]:
            return
        after = page["pageInfo"]["endCursor"]


def _booked(one: Json, since: datetime) -> Iterator[RailRefund]:
    for entry in one["transactions"]["nodes"]:
        at = moment(entry.get("processedAt")) or moment(entry.get("createdAt"))
        outcome = _OUTCOMES.get(entry["status"], "pending")
        if entry["kind"] != "REFUND" or at is None or at < since or outcome == "failed":
            continue
        yield RailRefund(
            number=mark_in(one.get("note")) or f"shopify:{legacy_id(entry['id'])}",
            payment_reference=legacy_id((entry.get("parentTransaction") or {}).get("id", "")),
            amount=money_of(entry["amountSet"]),
            outcome=outcome,
            at=at,
        )


def refundable(api: ShopifyApi, order_id: str) -> dict[str, Any] | None:
    """The order with what can be given back of it, `lines` by their id. None: there is none such."""
    lines: dict[str, Json] = {}
    order: Json = {}
    after = None
    for _ in range(_MOST_PAGES):
        found = api.ask(REFUNDABLE, id=order_id, after=after).get("order")
        if not found:
            return None
        order = found
        lines |= {legacy_id(line["id"]): line for line in order["lineItems"]["nodes"]}
        page = order["lineItems"]["pageInfo"]
        if not page["hasNextPage"]:
            break
        after = page["endCursor"]
    return {**order, "lines": lines}


def _order_gid(ask: PlatformRefund) -> str:
    try:
        return gid("Order", ask.external_id)
    except ValueError as no:
        raise ShopifyRefusal("id", str(no)) from None


def _named(order: Json, number: str) -> str | None:
    return next((one["id"] for one in order["refunds"] if mark_in(one.get("note")) == number), None)


def _detailed(api: ShopifyApi, refund_id: str) -> Json:
    found: Json = api.ask(PARTS, ids=[refund_id])["nodes"][0]
    return found


def _answer(one: Json, ask: PlatformRefund) -> RefundAnswer:
    """By its transactions; without any it notes what was paid back another way."""
    sent = [entry for entry in one["transactions"]["nodes"] if entry["kind"] == "REFUND"]
    outcomes = {_OUTCOMES.get(entry["status"], "pending") for entry in sent}
    outcome: RefundOutcome = "failed" if "failed" in outcomes else "pending" if "pending" in outcomes else "succeeded"
    if not sent:
        outcome = "failed"
    return RefundAnswer(
        outcome=outcome,
        amount=None if outcome == "failed" else _amount(sent, ask),
        at=moment(one.get("refundedAt") or one.get("createdAt")),
        reason="the gateway has declined the refund" if outcome == "failed" else "",
        reference=legacy_id(one["id"]),
        trace=str(sent[0].get("authorizationCode") or "")[:64] if sent else "",
    )


def _amount(sent: list[Json], ask: PlatformRefund) -> Money:
    """What it says in the shop's currency; where it was converted, what the rate has rounded is none too little."""
    said = sum(money_of(entry["amountSet"]).minor for entry in sent)
    paid = sum((amount_of(entry["amountSet"]) for entry in sent), Decimal(0))
    shown = sum((amount_of(entry["amountSet"], "presentmentMoney") for entry in sent), Decimal(0))
    currency = sent[0]["amountSet"]["presentmentMoney"]["currencyCode"]
    off = abs(Decimal(ask.amount.decimal()) - paid)
    is_rounding = currency != ask.amount.currency and shown and off <= unit_of(currency, shown / paid) * _ROUNDED
    return ask.amount if is_rounding else Money(said, money_of(sent[0]["amountSet"]).currency)


def _noted(api: ShopifyApi, order: Json, ask: PlatformRefund) -> RefundAnswer:
    """For the people there: Shopify keeps no refund without something of its own that is given back."""
    text = f"{ask.reason} {ask.amount.decimal()} {ask.amount.currency}".strip()
    problem = append_note(api, order["id"], order["note"], f"{text} ({marked(ask.number)})")
    if problem:
        return RefundAnswer(outcome="failed", reason=problem)
    return RefundAnswer(outcome="succeeded", amount=ask.amount)


def _made(api: ShopifyApi, order: Json, ask: PlatformRefund) -> Json | RefundAnswer:
    given = _input(order, ask)
    if isinstance(given, RefundAnswer):
        return given
    done = created(api, given, ask.number)
    problem = problem_of(done.get("userErrors"))
    return RefundAnswer(outcome="failed", reason=problem) if problem else dict(done["refund"])


def created(api: ShopifyApi, given: Json, number: str) -> Json:
    """The answer to a refund's creation, once for `number`: by Shopify's own idempotency, for the tries of one day."""
    key = str(uuid.uuid5(_OURS, f"{given['orderId']}/{number}"))
    done = api.ask(REFUND, input=given, key=key)["refundCreate"]
    if not isinstance(done, dict) or not (done.get("refund") or done.get("userErrors")):
        raise ProviderUnavailable("shopify", "no refund in its answer")
    problem = problem_of(done["userErrors"])
    if "idempoten" in problem.lower():
        # Somebody else is at it under the same key, or was with other words: their try says what became of it.
        raise ProviderUnavailable("shopify", problem[:80])
    return done


def _input(order: Json, ask: PlatformRefund) -> dict[str, Any] | RefundAnswer:
    """What Shopify is asked to do. The customer hears of it from the portal."""
    paid = payment_of(order, ask)
    if paid is None:
        return RefundAnswer(outcome="failed", reason="no payment of the order has as much left")
    if paid.node["manualPaymentGateway"]:
        return RefundAnswer(outcome="failed", reason="it was paid by hand: no gateway of Shopify gives it back")
    given: dict[str, Any] = {
        "orderId": order["id"],
        "note": marked(ask.number, ask.reason[:200]),
        "notify": False,
        "currency": order["presentmentCurrencyCode"],
        "refundLineItems": _lines(order, ask),
        "transactions": [refund_transaction(order, paid, ask)],
    }
    if ask.freight and ask.freight.minor:
        digits = minor_digits(order["presentmentCurrencyCode"])
        given["shipping"] = {"amount": text_of(converted(ask.freight, paid.rate, digits))}
    return given


def _lines(order: Json, ask: PlatformRefund) -> list[dict[str, Any]]:
    """Units that were sent and that Shopify has not refunded yet. Those not sent are taken off by a cancel alone: what
    is still to be sent stays. Goods that come back are in a return, which puts them into stock: of what is refunded
    Shopify makes no return any more, so whichever comes first they are there once."""
    if ask.reason in _COMING_BACK:
        return []
    found = []
    for line in ask.lines:
        there = order["lines"].get(line.line_id)
        sent = there["refundableQuantity"] - there["unfulfilledQuantity"] if there else 0
        if there and min(line.quantity, sent) > 0:
            quantity = min(line.quantity, sent)
            found.append({"lineItemId": there["id"], "quantity": quantity, "restockType": "NO_RESTOCK"})
    return found
