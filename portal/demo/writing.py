"""Writing a draft in the order format of INTERFACE, so that it adds up to the minor unit whatever was put into it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from portal.demo.catalogue import GOODS
from portal.demo.drafts import Draft, DraftParcel, Item, iso
from portal.domain.money import Money, parse_amount, parse_decimal, price_times, total

_PAYS_AFTER = timedelta(minutes=3)
_REFERENCES = {"alipay": "2026112200", "wechat": "4200002611", "card": "CUP2611", "unionpay": "UP26112"}


def write_order(draft: Draft, number: str, image_base: str) -> dict[str, Any]:
    """The order under `number`, in the order format of INTERFACE."""
    lines = [_line(draft, str(index), one, image_base) for index, one in enumerate(draft.items, 1)]
    due = _total(draft, lines)
    payments = _payments(draft, number, due) if draft.pays and due.minor else []
    order: dict[str, Any] = {
        "number": number,
        "placed_at": iso(draft.placed_at),
        "updated_at": iso(_updated_at(draft)),
        "currency": draft.currency,
        "status": draft.status,
        **_dated(draft.head),
        "customer": draft.buyer.as_customer,
        "ship_to": draft.buyer.as_recipient,
        "lines": lines,
        "freight": _money(draft, draft.freight).decimal(),
        "freight_tax": _money(draft, draft.freight_tax).decimal(),
        "fees": [{"title": title, "amount": _money(draft, amount).decimal()} for title, amount in draft.fees],
        "discounts": [dict(discount) for discount in draft.discounts],
        "payments": payments,
        "refunds": [_refund(draft, index, payments) for index in range(len(draft.refunds))],
        "shipments": [_shipment(draft, f"s-{n}", number, one) for n, one in enumerate(draft.parcels, 1)],
    }
    if payments and "payment_terms" not in draft.head and draft.status != "cancelled":
        order["points_earned"] = int(parse_decimal(due.decimal()))
    if "pay_by" in draft.head:
        order["pay_url"] = f"https://pay.tepai.example/{number}"
    return order


def _money(draft: Draft, amount: str) -> Money:
    return parse_amount(amount, draft.currency)


def _dated(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: iso(value) if isinstance(value, datetime) else value for key, value in values.items()}


def _line(draft: Draft, line_id: str, one: Item, image_base: str) -> dict[str, Any]:
    good = GOODS[one.picture]
    line: dict[str, Any] = {
        "id": line_id,
        "sku": good.sku,
        "title": good.title_in(draft.currency),
        "quantity": one.quantity,
        "unit_price": good.price_in(draft.currency),
        "tax": _money(draft, "0").decimal(),
        "category": good.category,
        "image_url": f"{image_base}/{good.picture}.svg",
    }
    if good.variants[0] and draft.currency == "CNY":
        line["variant"] = good.variants[one.variant % len(good.variants)]
    if good.tags:
        line["tags"] = list(good.tags)
    return line | _dated(one.more)


def _total(draft: Draft, lines: Sequence[Mapping[str, Any]]) -> Money:
    currency = draft.currency
    goods = total(
        (
            price_times(parse_decimal(line["unit_price"]), line["quantity"], currency)
            - _money(draft, line.get("discount", "0"))
            + _money(draft, line["tax"])
            for line in lines
        ),
        currency,
    )
    off = total((_money(draft, one["amount"]) for one in draft.discounts), currency)
    extra = total((_money(draft, amount) for _, amount in draft.fees), currency)
    return goods - off + _money(draft, draft.freight) + _money(draft, draft.freight_tax) + extra


def _payments(draft: Draft, number: str, due: Money) -> list[dict[str, Any]]:
    said = total((_money(draft, amount) for _, amount in draft.pays if amount), draft.currency)
    paid_at = draft.paid_at or draft.placed_at + _PAYS_AFTER
    return [
        {
            "id": f"p-{index}",
            "method": method,
            "amount": (_money(draft, amount) if amount else due - said).decimal(),
            "paid_at": iso(paid_at),
            "reference": f"{_REFERENCES.get(method, method.upper())}{number[2:]}{index}",
        }
        for index, (method, amount) in enumerate(draft.pays, 1)
    ]


def _refund(draft: Draft, index: int, payments: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    amount, lines, at = draft.refunds[index]
    return {
        "id": f"r-{index + 1}",
        "payment": "p-1",
        "amount": amount or payments[0]["amount"],
        "lines": [{"line": line, "quantity": quantity} for line, quantity in lines],
        "at": iso(at),
    }


def _shipment(draft: Draft, shipment_id: str, number: str, parcel: DraftParcel) -> dict[str, Any]:
    lines = parcel.lines or {str(index): one.quantity for index, one in enumerate(draft.items, 1)}
    moments = {
        "delivered_at": parcel.delivered_at,
        "promised_at": parcel.promised_at,
        "last_scan_at": parcel.last_scan_at,
    }
    return {
        "id": shipment_id,
        "carrier": parcel.carrier,
        "tracking_no": f"{parcel.carrier}{number[4:]}{shipment_id[2:]}",
        "shipped_at": iso(parcel.shipped_at),
        "status": parcel.status or ("delivered" if parcel.delivered_at else "in_transit"),
        **{name: iso(moment) for name, moment in moments.items() if moment},
        "lines": [{"line": line, "quantity": quantity} for line, quantity in lines.items()],
    }


def _updated_at(draft: Draft) -> datetime:
    parcel_moments = (
        moment
        for parcel in draft.parcels
        for moment in (parcel.shipped_at, parcel.delivered_at, parcel.last_scan_at)
        if moment
    )
    paid = (draft.paid_at or draft.placed_at + _PAYS_AFTER,) if draft.pays else ()
    refunded = (at for _, _, at in draft.refunds)
    return max(draft.placed_at, *paid, *parcel_moments, *refunded, draft.changed_at or draft.placed_at)
