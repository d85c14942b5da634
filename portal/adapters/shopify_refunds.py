"""Refunds through the gateways of a shop on Shopify: once each, found again by the number in their note.

Amounts there are in the customer's currency. The portal counts in the shop's; what is left of a payment goes back
whole, whatever the rate has rounded.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from portal.adapters.shopify_api import Json, ShopifyApi, ShopifyRefusal, problem_of
from portal.adapters.shopify_marks import amount_of, gid, legacy_id, mark_in, marked, money_of
from portal.adapters.shopify_orders import moment
from portal.adapters.shopify_queries import PARTS, REFUND, REFUNDABLE, REFUNDS_SINCE
from portal.domain.errors import ProviderUnavailable
from portal.domain.money import Money, minor_digits
from portal.ports import PlatformRefund, RailRefund, RefundAnswer, RefundOutcome

_OUTCOMES: dict[str, RefundOutcome] = {"SUCCESS": "succeeded", "FAILURE": "failed", "ERROR": "failed"}
_TAKEN = ("SUCCESS", "PENDING", "AWAITING_RESPONSE", "UNKNOWN")
_PAID = ("SALE", "CAPTURE")
_MOST_PAGES = 300
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
        made = _made(api, order, ask)
        return made if isinstance(made, RefundAnswer) else _answer(made, ask)
    except ShopifyRefusal as no:
        if no.code.startswith("IDEMPOTENCY"):
            raise ProviderUnavailable("shopify", no.code) from no
        return RefundAnswer(outcome="failed", reason=no.reason)


def find_refund(api: ShopifyApi, ask: PlatformRefund) -> RefundAnswer:
    """What Shopify's own books say of the number."""
    try:
        order = refundable(api, _order_gid(ask))
        known = _named(order, ask.number) if order else None
        return _answer(_detailed(api, known), ask) if known else RefundAnswer(outcome="unknown_number")
    except ShopifyRefusal as no:
        raise ProviderUnavailable("shopify", no.reason) from no


def refunds_since(api: ShopifyApi, since: datetime) -> tuple[RailRefund, ...]:
    """Those of orders that changed since, with the money that moved."""
    try:
        return tuple(_since(api, since))
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
            number=mark_in(one.get("note")) or legacy_id(entry["id"]),
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
    if not sent and ask.through_gateway:
        outcome = "failed"
    return RefundAnswer(
        outcome=outcome,
        amount=None if outcome == "failed" else _amount(sent, ask) if sent else ask.amount,
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
    is_rounding = currency != ask.amount.currency and shown and off <= _unit(currency, shown / paid) * _ROUNDED
    return ask.amount if is_rounding else Money(said, money_of(sent[0]["amountSet"]).currency)


def _unit(currency: str, rate: Decimal) -> Decimal:
    """The smallest unit of the customer's currency, in the shop's."""
    return Decimal(1).scaleb(-minor_digits(currency)) / rate if rate else Decimal(0)


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
    return done


def _input(order: Json, ask: PlatformRefund) -> dict[str, Any] | RefundAnswer:
    """What Shopify is asked to do. The customer hears of it from the portal."""
    lines, rate = _lines(order, ask), Decimal(1)
    given: dict[str, Any] = {
        "orderId": order["id"],
        "note": marked(ask.number, ask.reason[:200]),
        "notify": False,
        "currency": order["presentmentCurrencyCode"],
        "refundLineItems": lines,
    }
    paid = _payment(order, ask)
    if ask.through_gateway:
        if paid is None:
            return RefundAnswer(outcome="failed", reason="no payment of the order has as much left")
        given["transactions"] = [_transaction(order, paid, ask)]
    if paid:
        rate = paid.rate
    if ask.freight and ask.freight.minor:
        digits = minor_digits(order["presentmentCurrencyCode"])
        given["shipping"] = {"amount": _text(_converted(ask.freight, rate, digits))}
    return given


def _lines(order: Json, ask: PlatformRefund) -> list[dict[str, Any]]:
    """Units that were sent and that Shopify has not refunded yet. Those not sent are taken off by a cancel alone: what
    is still to be sent stays. Those that can be sold again are in a return, which puts them into stock: of what is
    refunded Shopify makes no return any more, so whichever comes first they are there once."""
    found = []
    for line in ask.lines:
        there = order["lines"].get(line.line_id)
        sent = there["refundableQuantity"] - there["unfulfilledQuantity"] if there else 0
        if there and min(line.quantity, sent) > 0 and not line.restock:
            quantity = min(line.quantity, sent)
            found.append({"lineItemId": there["id"], "quantity": quantity, "restockType": "NO_RESTOCK"})
    return found


@dataclass(frozen=True, slots=True)
class _Paid:
    """A payment of the order: what it took and what of that went back, in both currencies. `unit`: the smallest of the
    customer's, in the shop's; 0 where they are the same."""

    node: Json
    shop: Decimal
    shown: Decimal
    shop_back: Decimal
    shown_back: Decimal
    refunds: int
    unit: Decimal

    @property
    def rate(self) -> Decimal:
        return self.shown / self.shop if self.shop else Decimal(1)

    @property
    def left(self) -> Decimal:
        return self.shop - self.shop_back

    @property
    def rounded(self) -> Decimal:
        """What all that was rounded so far may come to."""
        return self.unit * (self.refunds + 1)


def _payment(order: Json, ask: PlatformRefund) -> _Paid | None:
    """The one that is named by its id or its authorisation; where none is, the first that has enough left."""
    found = [_paid(order, one) for one in order["transactions"] if one["kind"] in _PAID and one["status"] == "SUCCESS"]
    if ask.payment_reference:
        return next((paid for paid in found if ask.payment_reference in _names(paid.node)), None)
    return next((paid for paid in found if paid.left + paid.rounded >= Decimal(ask.amount.decimal())), None)


def _names(node: Json) -> set[str]:
    return {legacy_id(node["id"]), str(node.get("authorizationCode") or node["id"])}


def _paid(order: Json, node: Json) -> _Paid:
    back = [
        one["amountSet"]
        for one in order["transactions"]
        if one["kind"] == "REFUND"
        and one["status"] in _TAKEN
        and (one.get("parentTransaction") or {}).get("id") == node["id"]
    ]
    shop, shown = amount_of(node["amountSet"]), amount_of(node["amountSet"], "presentmentMoney")
    theirs = order["presentmentCurrencyCode"]
    is_converted = theirs != order["currencyCode"] and shop
    return _Paid(
        node=node,
        shop=shop,
        shown=shown,
        shop_back=sum((amount_of(bag) for bag in back), Decimal(0)),
        shown_back=sum((amount_of(bag, "presentmentMoney") for bag in back), Decimal(0)),
        refunds=len(back),
        unit=_unit(theirs, shown / shop) if is_converted else Decimal(0),
    )


def _transaction(order: Json, paid: _Paid, ask: PlatformRefund) -> dict[str, Any]:
    """All that is left where that is asked for, but for what was rounded."""
    is_rest = abs(Decimal(ask.amount.decimal()) - paid.left) <= paid.rounded
    digits = minor_digits(order["presentmentCurrencyCode"])
    amount = paid.shown - paid.shown_back if is_rest else _converted(ask.amount, paid.rate, digits)
    return {
        "orderId": order["id"],
        "parentId": paid.node["id"],
        "gateway": paid.node.get("gateway") or "",
        "kind": "REFUND",
        "amount": _text(amount),
    }


def _converted(amount: Money, rate: Decimal, digits: int) -> Decimal:
    return (Decimal(amount.decimal()) * rate).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def _text(amount: Decimal) -> str:
    return format(amount, "f")
