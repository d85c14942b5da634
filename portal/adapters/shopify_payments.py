"""What an order of Shopify was paid by, what of it is left, and how an amount is said in its customer's currency.

The portal counts in the shop's. What is left of a payment goes back whole, whatever the rate has rounded.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from portal.adapters.shopify_api import Json
from portal.adapters.shopify_marks import amount_of, legacy_id
from portal.domain.money import Money, minor_digits
from portal.ports import PlatformRefund

_TAKEN = ("SUCCESS", "PENDING", "AWAITING_RESPONSE", "UNKNOWN")
_KINDS = ("SALE", "CAPTURE")


@dataclass(frozen=True, slots=True)
class Paid:
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


def payment_of(order: Json, ask: PlatformRefund) -> Paid | None:
    """The one that is named by its id or its authorisation; where none is, the first that has enough left."""
    found = [_paid(order, one) for one in order["transactions"] if one["kind"] in _KINDS and one["status"] == "SUCCESS"]
    if ask.payment_reference:
        return next((paid for paid in found if ask.payment_reference in _names(paid.node)), None)
    return next((paid for paid in found if paid.left + paid.rounded >= Decimal(ask.amount.decimal())), None)


def _names(node: Json) -> set[str]:
    return {legacy_id(node["id"]), str(node.get("authorizationCode") or node["id"])}


def _paid(order: Json, node: Json) -> Paid:
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
    return Paid(
        node=node,
        shop=shop,
        shown=shown,
        shop_back=sum((amount_of(bag) for bag in back), Decimal(0)),
        shown_back=sum((amount_of(bag, "presentmentMoney") for bag in back), Decimal(0)),
        refunds=len(back),
        unit=unit_of(theirs, shown / shop) if is_converted else Decimal(0),
    )


def refund_transaction(order: Json, paid: Paid, ask: PlatformRefund) -> dict[str, Any]:
    """All that is left where that is asked for, but for what was rounded."""
    is_rest = abs(Decimal(ask.amount.decimal()) - paid.left) <= paid.rounded
    digits = minor_digits(order["presentmentCurrencyCode"])
    amount = paid.shown - paid.shown_back if is_rest else converted(ask.amount, paid.rate, digits)
    return {
        "orderId": order["id"],
        "parentId": paid.node["id"],
        "gateway": paid.node.get("gateway") or "",
        "kind": "REFUND",
        "amount": text_of(amount),
    }


def converted(amount: Money, rate: Decimal, digits: int) -> Decimal:
    return (Decimal(amount.decimal()) * rate).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def text_of(amount: Decimal) -> str:
    return format(amount, "f")


def unit_of(currency: str, rate: Decimal) -> Decimal:
    """The smallest unit of the customer's currency, in the shop's."""
    return Decimal(1).scaleb(-minor_digits(currency)) / rate if rate else Decimal(0)
