"""WooCommerce's refunds through the gateway an order was paid by (`orders/<id>/refunds`).

Its API knows no idempotency. Woo writes a refund down with its reason, calls the gateway, deletes it again where the
gateway says no, and keeps our meta data last of all. So our number stands in the reason, a mark of the try is left on
the order before, and a try of which nothing is found is never repeated by itself (PAYMENTS, rules 1, 2 and 13).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from itertools import count
from typing import Any

from portal.adapters.connect_http import JsonAnswer
from portal.adapters.feed_translation import Json, amount, objects, plain, words
from portal.adapters.feed_woocommerce_refunds import NUMBER_KEY, booked, number_in, reason_of
from portal.adapters.rail_connected import SILENT
from portal.domain.errors import ProviderUnavailable
from portal.domain.money import BadMoney, Money, parse_amount
from portal.domain.orders.apportion import largest_remainder
from portal.ports import Clock, PlatformRefund, RailRefund, RefundAnswer

MARK = "_aftersales_try_"
_SENT, _NO = "sent", "no: "
_CERTAIN = ("does not support automatic refunds", "Invalid refund amount", "gateway for this order does not exist")
"""Refused before the gateway was called."""
_PER_PAGE = 100
Call = Callable[..., JsonAnswer]


class WooCommerceRefunds:
    """`call`: as WooCommerce.call."""

    def __init__(self, call: Call, clock: Clock) -> None:
        self._call, self._clock = call, clock

    def of(self, external_id: str) -> list[dict[str, Any]]:
        """The documents of an order's refunds. Raises ProviderUnavailable."""
        return self._list(f"/orders/{external_id}/refunds", {"per_page": _PER_PAGE})

    def find(self, ask: PlatformRefund) -> RefundAnswer:
        """A refund without money moved is one whose gateway has not answered yet, or that only notes what was paid. A
        try of the gateway's says nothing of a note."""
        if found := self._document(ask):
            return _answer_of(found, ask)
        mark = self._mark(ask) if ask.through_gateway else ""
        if mark.startswith(_NO):
            return RefundAnswer(outcome="failed", reason=mark.removeprefix(_NO))
        if mark:
            return RefundAnswer(outcome="pending", reason=SILENT)
        return RefundAnswer(outcome="unknown_number")

    def refund(self, ask: PlatformRefund) -> RefundAnswer:
        known = self.find(ask)
        if ask.is_by_hand and known.reason == SILENT:
            self._take_back(ask)
        elif known.outcome not in ("unknown_number", "failed"):
            return known
        order = self._call("GET", f"/orders/{ask.external_id}")
        if not order.is_ok:
            return RefundAnswer(outcome="failed", reason="the order is not there any more")
        if words(order.data.get("currency")) != ask.amount.currency:
            # Woo takes the number for one of the order's own currency.
            return RefundAnswer(outcome="failed", reason="the order is in another currency")
        self._leave_mark(ask, f"{_SENT} {self._clock.now():%Y-%m-%dT%H:%M:%SZ}")
        answer = self._call("POST", f"/orders/{ask.external_id}/refunds", body=_body(ask, order.data))
        if answer.is_ok:
            return _answer_of(answer.data, ask)
        message = words(answer.data.get("message"))[:160] if isinstance(answer.data, dict) else ""
        if answer.status < 500 or any(text in message for text in _CERTAIN):
            self._leave_mark(ask, f"{_NO}{message}")
            return RefundAnswer(outcome="failed", reason=message)
        # The gateway may have been reached before it went wrong.
        return RefundAnswer(outcome="pending", reason=message or SILENT)

    def _take_back(self, ask: PlatformRefund) -> None:
        """A refund that Woo wrote down for a gateway that never paid it would stand beside the one that is paid."""
        if found := self._document(ask):
            path = f"/orders/{ask.external_id}/refunds/{words(found.get('id'))}"
            answer = self._call("DELETE", path, {"force": "true"})
            if not answer.is_ok:
                raise ProviderUnavailable("woocommerce", f"HTTP {answer.status}, the try before stays")

    def _document(self, ask: PlatformRefund) -> dict[str, Any] | None:
        return next((one for one in self.of(ask.external_id) if number_in(one) == ask.number), None)

    def since(self, since: datetime) -> Iterator[RailRefund]:
        """Of all orders, page by page (WooCommerce 9 or later). A refund does not say its currency, its order does."""
        query = {"per_page": _PER_PAGE, "after": f"{since.astimezone(UTC):%Y-%m-%dT%H:%M:%S}", "dates_are_gmt": "true"}
        for page in count(1):
            rows = self._list("/refunds", query | {"page": page})
            paid = [row for row in rows if row.get("refunded_payment") is True]
            currencies = self._currencies({words(row.get("parent_id")) for row in paid})
            for row in paid:
                yield _rail_refund(row, currencies.get(words(row.get("parent_id")), ""))
            if len(rows) < _PER_PAGE:
                return

    def _currencies(self, ids: set[str]) -> dict[str, str]:
        if not ids:
            return {}
        query = {"include": ",".join(sorted(ids)), "per_page": _PER_PAGE, "_fields": "id,currency"}
        return {words(row.get("id")): words(row.get("currency")) for row in self._list("/orders", query)}

    def _list(self, path: str, query: Mapping[str, Any]) -> list[dict[str, Any]]:
        answer = self._call("GET", path, query)
        if not answer.is_ok or not isinstance(answer.data, list):
            raise ProviderUnavailable("woocommerce", f"HTTP {answer.status}")
        return [one for one in answer.data if isinstance(one, dict)]

    def _mark(self, ask: PlatformRefund) -> str:
        answer = self._call("GET", f"/orders/{ask.external_id}")
        if not answer.is_ok:
            return ""
        name = f"{MARK}{ask.number}"
        return next((words(e.get("value")) for e in objects(answer.data, "meta_data") if e.get("key") == name), "")

    def _leave_mark(self, ask: PlatformRefund, text: str) -> None:
        body = {"meta_data": [{"key": f"{MARK}{ask.number}", "value": text}]}
        answer = self._call("PUT", f"/orders/{ask.external_id}", body=body)
        if not answer.is_ok:
            raise ProviderUnavailable("woocommerce", f"HTTP {answer.status}, no mark left")


def _answer_of(document: Json, ask: PlatformRefund) -> RefundAnswer:
    is_paid = document.get("refunded_payment") is True or not ask.through_gateway
    moment = document.get("date_created_gmt")
    try:
        money = parse_amount(plain(booked(document)), ask.amount.currency)
    except BadMoney:
        money = None
    return RefundAnswer(
        outcome="succeeded" if is_paid else "pending",
        amount=money,
        at=datetime.fromisoformat(str(moment)).replace(tzinfo=UTC) if moment else None,
        reference=words(document.get("id"))[:128],
        reason="" if is_paid else SILENT,
    )


def _body(ask: PlatformRefund, order: Json) -> dict[str, Any]:
    """Lines with what of their money is tax, freight on the order's first shipping line; what neither explains is in
    the amount alone. `api_restock` is said always: left out, everything would go back into stock."""
    lines = [_line(order, each.line_id, each.quantity, each.amount) for each in ask.lines]
    shipping = objects(order, "shipping_lines")
    if ask.freight and ask.freight.minor and shipping:
        lines.append(_part(shipping[0], 0, ask.freight))
    return {
        "amount": ask.amount.decimal(),
        "reason": reason_of(ask.number, ask.reason),
        "api_refund": ask.through_gateway,
        "api_restock": bool(ask.lines) and all(each.restock for each in ask.lines),
        "line_items": [line for line in lines if line],
        "meta_data": [{"key": NUMBER_KEY, "value": ask.number}],
    }


def _line(order: Json, line_id: str, quantity: int, money: Money) -> dict[str, Any] | None:
    line = next((each for each in objects(order, "line_items") if str(each.get("id")) == line_id), None)
    return _part(line, quantity, money) if line else None


def _part(line: Json, quantity: int, money: Money) -> dict[str, Any]:
    """`money` split into what was before tax and each tax, as the line itself is: by largest remainder, to the unit."""
    taxes = [tax for tax in objects(line, "taxes") if words(tax.get("id"))]
    weights = [_weight(line.get("total")), *(_weight(tax.get("total")) for tax in taxes)]
    if not sum(weights):
        weights[0] = 1
    net, *shares = largest_remainder(money.minor, weights, [money.minor] * len(weights))
    part: dict[str, Any] = {"id": line["id"], "refund_total": Money(net, money.currency).decimal()}
    if quantity:
        part["quantity"] = quantity
    named = zip(taxes, shares, strict=True)
    return part | {
        "refund_tax": [{"id": t["id"], "refund_total": Money(m, money.currency).decimal()} for t, m in named]
    }


def _weight(value: Any) -> int:
    return int(max(Decimal(0), amount(value)) * 10_000)


def _rail_refund(row: Mapping[str, Any], currency: str) -> RailRefund:
    """Raises ProviderUnavailable: books that cannot be read are no books."""
    try:
        money = parse_amount(plain(booked(row)), currency)
        moment = datetime.fromisoformat(str(row["date_created_gmt"])).replace(tzinfo=UTC)
    except (BadMoney, KeyError, ValueError):
        raise ProviderUnavailable("woocommerce", "a refund that cannot be read") from None
    return RailRefund(
        number=number_in(row) or f"woocommerce:{words(row.get('id'))}",
        payment_reference=words(row.get("parent_id")),
        amount=money,
        outcome="succeeded",
        at=moment,
    )
