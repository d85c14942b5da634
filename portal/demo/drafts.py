"""Writing an order in the format of INTERFACE, so that it adds up to the minor unit whatever was put into it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from portal.demo.catalogue import GOODS
from portal.demo.people import Person
from portal.domain.money import Money, parse_amount, parse_decimal, price_times, total

CURRENCIES = {"CN": "CNY", "DE": "EUR", "JP": "JPY"}
_PAYS_AFTER = timedelta(minutes=3)
_REFERENCES = {"alipay": "2026112200", "wechat": "4200002611", "card": "CUP2611", "unionpay": "UP26112"}


@dataclass(frozen=True, slots=True)
class Item:
    """A line: `picture` names the good, `more` are further keys of the line as they stand in the order."""

    picture: str
    quantity: int = 1
    variant: int = 0
    more: Mapping[str, Any] = field(default_factory=dict)


def item(picture: str, quantity: int = 1, variant: int = 0, **more: Any) -> Item:
    return Item(picture, quantity, variant, more)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """`lines` None = everything, else quantity by line id."""

    carrier: str
    shipped_at: datetime
    delivered_at: datetime | None = None
    status: str = ""
    lines: Mapping[str, int] | None = None
    promised_at: datetime | None = None
    last_scan_at: datetime | None = None


def coupon(code: str, amount: str, expires_at: datetime, lines: Sequence[str] = ()) -> dict[str, Any]:
    only = {"lines": list(lines)} if lines else {}
    return {"kind": "coupon", "code": code, "amount": amount, "expires_at": iso(expires_at)} | only


def points(count: int) -> dict[str, Any]:
    """A hundred points are worth 1.00."""
    return {"kind": "points", "points": count, "amount": f"{count // 100}.{count % 100:02}"}


def promotion(code: str, amount: str, threshold: str) -> dict[str, Any]:
    return {"kind": "promotion", "code": code, "amount": amount, "threshold": threshold}


def adjustment(amount: str) -> dict[str, Any]:
    return {"kind": "adjustment", "amount": amount}


def iso(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An order before its number is known. `pays`: (method, amount), where None is what is left to pay.

    `refunds`: (amount or None for the whole first payment, lines, moment). `head`: further keys of the order.
    """

    buyer: Person
    placed_at: datetime
    status: str
    items: Sequence[Item]
    pays: Sequence[tuple[str, str | None]] = (("alipay", None),)
    paid_at: datetime | None = None
    parcels: Sequence[Parcel] = ()
    discounts: Sequence[Mapping[str, Any]] = ()
    freight: str = "0"
    freight_tax: str = "0"
    fees: Sequence[tuple[str, str]] = ()
    refunds: Sequence[tuple[str | None, Sequence[tuple[str, int]], datetime]] = ()
    changed_at: datetime | None = None
    head: Mapping[str, Any] = field(default_factory=dict)

    @property
    def currency(self) -> str:
        return CURRENCIES[self.buyer.country]

    def written(self, number: str, image_base: str) -> dict[str, Any]:
        """The order under `number`, in the order format of INTERFACE."""
        lines = [self._line(str(index), one, image_base) for index, one in enumerate(self.items, 1)]
        due = self._total(lines)
        payments = self._payments(number, due) if self.pays and due.minor else []
        order: dict[str, Any] = {
            "number": number,
            "placed_at": iso(self.placed_at),
            "updated_at": iso(self._updated_at()),
            "currency": self.currency,
            "status": self.status,
            **self._dated(self.head),
            "customer": self.buyer.as_customer,
            "ship_to": self.buyer.as_recipient,
            "lines": lines,
            "freight": self._money(self.freight).decimal(),
            "freight_tax": self._money(self.freight_tax).decimal(),
            "fees": [{"title": title, "amount": self._money(amount).decimal()} for title, amount in self.fees],
            "discounts": [dict(discount) for discount in self.discounts],
            "payments": payments,
            "refunds": [self._refund(index, payments) for index in range(len(self.refunds))],
            "shipments": [self._shipment(f"s-{n}", number, one) for n, one in enumerate(self.parcels, 1)],
        }
        if payments and "payment_terms" not in self.head and self.status != "cancelled":
            order["points_earned"] = int(parse_decimal(due.decimal()))
        if "pay_by" in self.head:
            order["pay_url"] = f"https://pay.tepai.example/{number}"
        return order

    def _money(self, amount: str) -> Money:
        return parse_amount(amount, self.currency)

    @staticmethod
    def _dated(values: Mapping[str, Any]) -> dict[str, Any]:
        return {key: iso(value) if isinstance(value, datetime) else value for key, value in values.items()}

    def _line(self, line_id: str, one: Item, image_base: str) -> dict[str, Any]:
        good = GOODS[one.picture]
        line: dict[str, Any] = {
            "id": line_id,
            "sku": good.sku,
            "title": good.title_in(self.currency),
            "quantity": one.quantity,
            "unit_price": good.price_in(self.currency),
            "tax": self._money("0").decimal(),
            "category": good.category,
            "image_url": f"{image_base}/{good.picture}.svg",
        }
        if good.variants[0] and self.currency == "CNY":
            line["variant"] = good.variants[one.variant % len(good.variants)]
        if good.tags:
            line["tags"] = list(good.tags)
        return line | self._dated(one.more)

    def _total(self, lines: Sequence[Mapping[str, Any]]) -> Money:
        currency = self.currency
        goods = total(
            (
                price_times(parse_decimal(line["unit_price"]), line["quantity"], currency)
                - self._money(line.get("discount", "0"))
                + self._money(line["tax"])
                for line in lines
            ),
            currency,
        )
        off = total((self._money(one["amount"]) for one in self.discounts), currency)
        extra = total((self._money(amount) for _, amount in self.fees), currency)
        return goods - off + self._money(self.freight) + self._money(self.freight_tax) + extra

    def _payments(self, number: str, due: Money) -> list[dict[str, Any]]:
        said = total((self._money(amount) for _, amount in self.pays if amount), self.currency)
        paid_at = self.paid_at or self.placed_at + _PAYS_AFTER
        return [
            {
                "id": f"p-{index}",
                "method": method,
                "amount": (self._money(amount) if amount else due - said).decimal(),
                "paid_at": iso(paid_at),
                "reference": f"{_REFERENCES.get(method, method.upper())}{number[2:]}{index}",
            }
            for index, (method, amount) in enumerate(self.pays, 1)
        ]

    def _refund(self, index: int, payments: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        amount, lines, at = self.refunds[index]
        return {
            "id": f"r-{index + 1}",
            "payment": "p-1",
            "amount": amount or payments[0]["amount"],
            "lines": [{"line": line, "quantity": quantity} for line, quantity in lines],
            "at": iso(at),
        }

    def _shipment(self, shipment_id: str, number: str, parcel: Parcel) -> dict[str, Any]:
        lines = parcel.lines or {str(index): one.quantity for index, one in enumerate(self.items, 1)}
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

    def _updated_at(self) -> datetime:
        parcel_moments = (
            moment
            for parcel in self.parcels
            for moment in (parcel.shipped_at, parcel.delivered_at, parcel.last_scan_at)
            if moment
        )
        paid = (self.paid_at or self.placed_at + _PAYS_AFTER,) if self.pays else ()
        refunded = (at for _, _, at in self.refunds)
        return max(self.placed_at, *paid, *parcel_moments, *refunded, self.changed_at or self.placed_at)
