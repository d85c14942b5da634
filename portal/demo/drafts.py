"""Orders before they are written: who bought what, how it was paid, and what has become of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from portal.demo.people import DemoPerson

CURRENCIES = {"CN": "CNY", "DE": "EUR", "JP": "JPY"}


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
class DraftParcel:
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

    buyer: DemoPerson
    placed_at: datetime
    status: str
    items: Sequence[Item]
    pays: Sequence[tuple[str, str | None]] = (("alipay", None),)
    paid_at: datetime | None = None
    parcels: Sequence[DraftParcel] = ()
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
